"""The packs: processes, decisions and the Python they call."""
