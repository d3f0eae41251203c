"""The process engine: deployments, turns, deadlines and queries, without any knowledge of the web or of electricity."""

from engine import errors
from engine.columns import Moment, metadata
from engine.errors import BpmnError, EngineError, Problem, ProblemsFound
from engine.handlers import Call, handler
from engine.rights import ALL, Actor

__all__ = [
    "ALL",
    "Actor",
    "BpmnError",
    "Call",
    "EngineError",
    "Moment",
    "Problem",
    "ProblemsFound",
    "errors",
    "handler",
    "metadata",
]
