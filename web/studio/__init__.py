"""The studio: analysts draw processes, decisions and forms in workspaces and submit them for review."""
