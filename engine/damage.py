"""Cases whose saved state cannot be read: what is known all the same, and why it cannot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import queries
from engine.errors import StateUnreadable


def known_variables(connection: Connection, instance_id: str, *, now: datetime, token: str = "") -> dict[str, Any]:
    """Like `queries.variables`, nothing when the state is damaged: for pages that show what else is known of a case."""
    try:
        return queries.variables(connection, instance_id, now=now, token=token)
    except StateUnreadable:
        return {}


def reason_of(connection: Connection, instance: queries.Instance, now: datetime) -> str:
    """Why the state of a running instance cannot be read; empty when it can."""
    try:
        if instance.state == "running":
            queries.variables(connection, instance.id, now=now)
    except StateUnreadable as error:
        return str(error)
    return ""
