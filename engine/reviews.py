"""What people say about a version before it is activated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from engine.models import review_comment
from engine.rows import new_id


@dataclass(frozen=True)
class Comment:
    """One remark."""

    id: str
    deployment_id: str
    text: str
    author: str
    at: datetime


def comment(connection: Connection, deployment_id: str, text: str, *, actor: str, now: datetime) -> str:
    """Keep a remark about a version and return its id."""
    id = new_id()
    row = {"id": id, "deployment_id": deployment_id, "text": text, "author": actor, "at": now}
    connection.execute(insert(review_comment).values(**row))
    return id


def comments(connection: Connection, deployment_id: str) -> tuple[Comment, ...]:
    """The remarks about a version, the oldest first."""
    own = select(review_comment).where(review_comment.c.deployment_id == deployment_id)
    rows = connection.execute(own.order_by(review_comment.c.at, review_comment.c.id))
    return tuple(Comment(**row._asdict()) for row in rows)
