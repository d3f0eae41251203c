"""What a running process needs from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from engine.feel import Function

if TYPE_CHECKING:
    from engine.spiff.definition import Definition
    from engine.spiff.instance import Instance


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a decision answers, and what is to be said about it."""

    value: object
    #: why parts of the value became null
    doubts: tuple[str, ...] = ()
    #: which rules fired on which values, one entry for each table that had a part in it
    grounds: tuple[Mapping[str, Any], ...] = ()


class Host(Protocol):
    """The deployment, clock and functions behind one turn."""

    @property
    def now(self) -> datetime:
        """The moment of the turn, aware."""

    def functions(self, instance: Instance) -> Mapping[str, Function]:
        """Return the functions that expressions of the instance may call."""

    def ruling(self, decision_ref: str, variables: Mapping[str, object], process_id: str) -> Ruling:
        """Return what a decision answers, of the deployment of the process that asks (see `process`)."""

    def process(self, process_id: str) -> Definition:
        """Return a process of the instance's deployment, or `id@deployment` of any; raise `UnknownProcess`."""

    def bound(self, process_id: str, caller: Definition, binding: str, wanted: str) -> Definition:
        """Return the version of a process that a call is bound to: `latest`, `version` or `versionTag`.

        `wanted` is the number or tag. Raises `UnknownProcess` or `CannotRun` when there is no such version.
        """
