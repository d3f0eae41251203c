"""Who does the work: fitness for tasks, who looks after cases, how busy people are, and telling of empty teams."""

from engine.directory import Directory
from engine.dispatch import TOPIC as STAFFING
from engine.fitness import obstacles
from engine.keepers import least_busy, open_cases
from engine.keepers import of_case as keepers_of
from engine.naming import NamedStep, named_steps
from engine.queries.load import Load, workload

__all__ = [
    "STAFFING",
    "Directory",
    "Load",
    "NamedStep",
    "keepers_of",
    "least_busy",
    "named_steps",
    "obstacles",
    "open_cases",
    "workload",
]
