"""The process engine: deployments, turns, deadlines and queries, without any knowledge of the web or of electricity."""

from engine import errors
from engine.backend import JobBackend, LocalBackend
from engine.columns import Moment, metadata
from engine.deployment import Deployment
from engine.engine import Engine
from engine.errors import BpmnError, EngineError, ProblemsFound
from engine.findings import Problem
from engine.handlers import Call, Handlers, handler
from engine.library import pack_of
from engine.messages import Sent
from engine.rights import ALL, Actor
from engine.tasks import Completed
from engine.timers import Advanced

__all__ = [
    "ALL",
    "Actor",
    "Advanced",
    "BpmnError",
    "Call",
    "Completed",
    "Deployment",
    "Engine",
    "EngineError",
    "Handlers",
    "JobBackend",
    "LocalBackend",
    "Moment",
    "Problem",
    "ProblemsFound",
    "Sent",
    "errors",
    "handler",
    "metadata",
    "pack_of",
]
