"""The packs: processes, decisions and the Python they call."""

from bpmn.numbers import next_number

__all__ = ["next_number"]
