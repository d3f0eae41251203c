"""Door to working time: calendars, deadlines and their explanation, and the sweep that escalates."""

from engine.calendar import Calendar
from engine.calendars import current as calendar_of
from engine.deadline import Deadline
from engine.deadline import from_row as deadline_of
from engine.escalation import sweep
from engine.ledger import Due, Limit, Line, Segment, due, used_percent

__all__ = [
    "Calendar",
    "Deadline",
    "Due",
    "Limit",
    "Line",
    "Segment",
    "calendar_of",
    "deadline_of",
    "due",
    "sweep",
    "used_percent",
]
