"""What happened to an instance, as rows that are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert

from engine.models import history

# Statements of the hot path are made once: building one costs more than running it.
_INSERT: Final = insert(history)


@dataclass(frozen=True)
class Scene:
    """What all rows written by one turn have in common."""

    instance_id: str
    deployment_id: str
    business_key: str
    region: str
    #: The revision that the turn will save.
    rev: int
    now: datetime
    by: str
    #: For whom that person stood in; empty if for nobody.
    behalf: str = ""

    def entry(
        self, kind: str, element: str = "", *, token: str = "", process_id: str = "", **payload: Any
    ) -> dict[str, Any]:
        """A history row; the payload holds references and facts of the process, never personal data."""
        return {
            "instance_id": self.instance_id,
            "rev": self.rev,
            "at": self.now,
            "actor": self.by,
            "kind": kind,
            "process_id": process_id,
            "element": element,
            "token": token,
            "payload": {**payload, "for": self.behalf} if self.behalf else payload,
        }


def write(connection: Connection, entries: Sequence[dict[str, Any]]) -> None:
    """Add the rows in their order."""
    if entries:
        connection.execute(_INSERT, list(entries))
