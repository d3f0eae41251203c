"""What a running process may ask the engine for: the time, decisions, other processes and a few functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import dmn
from engine.errors import CannotRun
from engine.feel import Function
from engine.grounds import grounds
from engine.library import Library
from engine.spiff import Definition, Instance, Ruling, clock_functions

#: Functions of FEEL that depend on the instance, such as `due`.
Functions = Callable[[Instance], Mapping[str, Function]]


class Host:
    """The host of one turn; `engine.spiff` calls it while the process runs."""

    def __init__(self, library: Library, now: datetime, functions: Functions) -> None:
        self._library = library
        self._functions = functions
        self.now = now

    def functions(self, instance: Instance) -> Mapping[str, Function]:
        """Host functions for expressions: the given ones, `deployed(process id)`, `now()` and `today()`."""
        deployed = Function("deployed", ("process id",), self._deployed)
        return {**self._functions(instance), "deployed": deployed, **clock_functions(self.now)}

    def decide(self, decision_ref: str, variables: Mapping[str, Any]) -> Any:
        """The value of a decision of the same deployment; it may ask `now()` and `today()`."""
        return self.ruling(decision_ref, variables).value

    def ruling(self, decision_ref: str, variables: Mapping[str, Any]) -> Ruling:
        """The value of a decision like `decide`, with its doubts and grounds."""
        found = self.explain(decision_ref, variables)
        doubts = self._library.decision(decision_ref).warnings
        return Ruling(found.outputs, tuple(doubt.message for doubt in doubts), tuple(grounds(found)))

    def explain(self, decision_ref: str, variables: Mapping[str, Any]) -> dmn.Explanation:
        """The value of a decision with the rows that gave it."""
        try:
            known = self._library.decision(decision_ref)
            return known.explain(decision_ref, {**clock_functions(self.now), **variables})
        except dmn.DmnError as error:
            raise CannotRun(decision_ref, str(error)) from error

    def process(self, process_id: str) -> Definition:
        """The called definition, of the same deployment."""
        return self._library.definition(process_id)

    def _deployed(self, process_id: object) -> bool:
        return process_id in self._library.definitions
