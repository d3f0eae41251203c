"""Steps whose doer is chosen in an earlier one: what the choosing step must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.library import library
from engine.properties import named_of
from engine.summary import text_of


@dataclass(frozen=True)
class NamedStep:
    """A user task that goes to whoever a variable names by staff number."""

    variable: str
    element: str
    name: str
    roles: tuple[str, ...]
    #: Role and team where only the members of a team should be chosen.
    teams: tuple[tuple[str, str], ...]


def named_steps(
    connection: Connection, deployment_id: str, process_id: str, variables: Mapping[str, Any]
) -> tuple[NamedStep, ...]:
    """The steps of a process whose doer is named; `variables` are what a task of the case sees."""
    shelf = library(connection, deployment_id)
    found = []
    for element in shelf.definition(process_id).elements.values():
        variable = named_of(element)
        if variable:
            groups = element.attributes.get("candidateGroups", "").split(",")
            roles = tuple(shelf.pack.roles[part.strip()] for part in groups if part.strip() in shelf.pack.roles)
            teams = tuple((role.id, team) for role in roles if (team := text_of(role.team, variables)))
            ids = tuple(role.id for role in roles)
            found.append(NamedStep(variable, element.id, element.name or element.id, ids, teams))
    return tuple(found)
