"""What the engine asks about people; whoever keeps accounts answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from engine.rights import Actor


class Directory(Protocol):
    """People who can be given tasks now: those who left or are suspended are not among them."""

    def people(self, connection: Connection, role: str, region: str, team: str, now: datetime) -> Sequence[Actor]:
        """Those of a team who hold the role and work for the region; empty if the team does not serve the region."""
        ...

    def find(self, connection: Connection, number: str, now: datetime) -> Actor | None:
        """The one with this staff number; None if there is nobody who can be given tasks."""
        ...
