"""What a running process may ask the engine for: the time, decisions, other processes and a few functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import dmn
from engine.binding import Versions
from engine.errors import CannotRun
from engine.feel import Function
from engine.grounds import grounds
from engine.library import Library
from engine.spiff import Definition, Instance, Ruling, clock_functions, split

#: Functions of FEEL that depend on the instance, such as `due`.
Functions = Callable[[Instance], Mapping[str, Function]]


class Host:
    """The host of one turn; `engine.spiff` calls it while the process runs."""

    def __init__(self, library: Library, functions: Functions, versions: Versions) -> None:
        self._library = library
        self._functions = functions
        self._versions = versions
        self.now: datetime = versions.now

    def functions(self, instance: Instance) -> Mapping[str, Function]:
        """Host functions for expressions: the given ones, `deployed(process id)`, `now()` and `today()`."""
        deployed = Function("deployed", ("process id",), self._deployed)
        return {**self._functions(instance), "deployed": deployed, **clock_functions(self.now)}

    def decide(self, decision_ref: str, variables: Mapping[str, Any]) -> Any:
        """The value of a decision of the same deployment; it may ask `now()` and `today()`."""
        return self.ruling(decision_ref, variables).value

    def ruling(self, decision_ref: str, variables: Mapping[str, Any], process_id: str = "") -> Ruling:
        """The value of a decision like `decide`, with its doubts and grounds; of the version of a process that asks."""
        found = self.explain(decision_ref, variables, process_id)
        doubts = self._shelf(process_id).decision(decision_ref).warnings
        return Ruling(found.outputs, tuple(doubt.message for doubt in doubts), tuple(grounds(found)))

    def explain(self, decision_ref: str, variables: Mapping[str, Any], process_id: str = "") -> dmn.Explanation:
        """The value of a decision with the rows that gave it."""
        try:
            known = self._shelf(process_id).decision(decision_ref)
            return known.explain(decision_ref, {**clock_functions(self.now), **variables})
        except dmn.DmnError as error:
            raise CannotRun(decision_ref, str(error)) from error

    def process(self, process_id: str) -> Definition:
        """A process of the same deployment, or `id@deployment` of another one."""
        return self._shelf(process_id).definition(split(process_id)[0])

    def bound(self, process_id: str, caller: Definition, binding: str, wanted: str) -> Definition:
        """The version of a process that a call is bound to."""
        return self._versions.bound(process_id, self._shelf(caller.beside(caller.id)), binding, wanted)

    def _shelf(self, process_id: str) -> Library:
        deployment_id = split(process_id)[1]
        own = deployment_id in ("", self._library.deployment_id)
        return self._library if own else self._versions.library(deployment_id)

    def _deployed(self, process_id: object) -> bool:
        return process_id in self._library.definitions
