"""What a running process needs from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from engine.feel import Function

if TYPE_CHECKING:
    from engine.spiff.definition import Definition
    from engine.spiff.instance import Instance


class Host(Protocol):
    """The deployment, clock and functions behind one turn."""

    @property
    def now(self) -> datetime:
        """The moment of the turn, aware."""

    def functions(self, instance: Instance) -> Mapping[str, Function]:
        """Return the functions that expressions of the instance may call."""

    def decide(self, decision_ref: str, variables: Mapping[str, object]) -> object:
        """Return the result of a decision of the instance's deployment."""

    def doubts(self, decision_ref: str) -> list[str]:
        """Return why parts of the decision's last result in this thread became null."""

    def process(self, process_id: str) -> Definition:
        """Return a process of the same deployment; raise `UnknownProcess`."""
