"""Requests that may come twice: the first one acts, the second one gets the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from engine.command import Command
from engine.errors import RequestReused
from engine.models import request
from engine.rows import insert_once
from engine.values import digest


@dataclass(frozen=True)
class Asked:
    """A command as its request id and a digest of its content."""

    actor: str
    request_id: str
    digest: str

    @classmethod
    def of(cls, actor: str, request_id: str, *content: object) -> Asked:
        return cls(actor, request_id, digest(*content))

    def check(self, stored_digest: str) -> None:
        """Refuse the id for other content than it had the first time."""
        if stored_digest != self.digest:
            raise RequestReused(self.request_id)


def answer_once(command: Command, asked: Asked, response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Keep the answer to a new request and return None; return the kept answer when the request has come before."""
    if insert_once(command.connection, request, _row(command, asked, response)):
        return None
    same = (request.c.actor == asked.actor, request.c.request_id == asked.request_id)
    row = command.connection.execute(select(request).where(*same)).one()
    asked.check(row.digest)
    stored: Mapping[str, Any] = row.response
    return stored


def remember(command: Command, asked: Asked, response: Mapping[str, Any]) -> None:
    """Keep the answer in the same transaction as the effect.

    Raises `RequestReused` if the id was used for another thing at the same time.
    """
    if not insert_once(command.connection, request, _row(command, asked, response)):
        raise RequestReused(asked.request_id)


def forget(connection: Connection, before: datetime) -> int:
    """Delete requests that nobody will repeat any more; how many there were."""
    return connection.execute(delete(request).where(request.c.at < before)).rowcount


def _row(command: Command, asked: Asked, response: Mapping[str, Any]) -> dict[str, Any]:
    identity = {"actor": asked.actor, "request_id": asked.request_id, "digest": asked.digest}
    return {**identity, "response": dict(response), "at": command.now}
