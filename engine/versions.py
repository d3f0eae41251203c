"""Versions of packs as people release them: what is different, what was said, and which new cases use which."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.activation import Activation, BadScope, Scope, before, of_pack
from engine.deployment import Deployment, find
from engine.differences import Change, compare
from engine.library import stored_files
from engine.reviews import Comment, comments

__all__ = [
    "Activation",
    "BadScope",
    "Change",
    "Comment",
    "Deployment",
    "Scope",
    "activations",
    "before",
    "changes",
    "comments",
    "files",
    "find",
]


def activations(connection: Connection, pack: str) -> tuple[Activation, ...]:
    """Every switch of new cases to a version of a pack, the newest first."""
    return of_pack(connection, pack)


def files(connection: Connection, id: str) -> dict[str, bytes]:
    """The files of a version by path, as they were deployed; `DeploymentNotFound` for an unknown one."""
    return stored_files(connection, id)


def changes(connection: Connection, old_id: str, new_id: str) -> tuple[Change, ...]:
    """What is different in the version `new_id` from `old_id`; `DeploymentNotFound` for an unknown one."""
    return compare(stored_files(connection, old_id), stored_files(connection, new_id))
