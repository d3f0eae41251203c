"""The numbers that forms, letters and notices of a pack say, worked out from its tables: `[figures]` of `pack.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from engine import dmn, feel
from engine.deadlines import CLASS_VARIABLE
from engine.errors import UnknownDecision
from engine.library import Library, library
from engine.profiles import limit_in_force

__all__ = ["NAME", "figures"]

#: The variable under which a form, a letter or a notice finds them.
NAME: Final = "figures"


def figures(connection: Connection, deployment_id: str, variables: Mapping[str, Any], region: str) -> dict[str, str]:
    """Every figure of a deployment as text, for these variables of a case in a region; empty where a table is silent.

    Beside the variables its FEEL has `limit(step)`, the working days in force, and `decision(id, inputs)`, what a
    decision of the pack answers.
    """
    shelf = library(connection, deployment_id)
    sources = shelf.pack.figures
    if not sources:
        return {}
    named = {name for name in variables if any(name in source for source in sources.values())}
    context = {name: feel.to_feel(variables[name]) for name in named}
    context |= _functions(connection, shelf, str(variables.get(CLASS_VARIABLE) or ""), region)
    return {name: _text(feel.compile(source).evaluate(context)) for name, source in sources.items()}


def _functions(connection: Connection, shelf: Library, class_: str, region: str) -> dict[str, feel.Function]:
    def limit(step: object) -> Any:
        found = limit_in_force(connection, shelf.deployment_id, str(step), class_, region)
        return found.working_days if found else None

    def decision(id: object, inputs: object) -> Any:
        try:
            return shelf.decision(str(id)).evaluate(str(id), inputs if isinstance(inputs, Mapping) else {})
        except (dmn.DmnError, UnknownDecision):
            return None

    made = (feel.Function("limit", ("step",), limit), feel.Function("decision", ("id", "inputs"), decision))
    return {function.name: function for function in made}


def _text(value: Any) -> str:
    return "" if value is None else feel.to_text(value)
