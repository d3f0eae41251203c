"""What a deployment calls its decisions, their columns, and the options of the choices in its forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from engine.dmn import Labels
from engine.library import library


def decision_labels(connection: Connection, deployment_id: str, ref: str) -> Labels | None:
    """What a decision of a deployment and the columns of its table are called; None for an unknown one."""
    found = library(connection, deployment_id).decisions.get(ref)
    return found.labels(ref) if found is not None else None


def option_labels(connection: Connection, deployment_id: str) -> Mapping[str, Mapping[str, str]]:
    """What the options of the choices in all forms of a deployment are called: by key of the field, by value.

    The first form that has a choice names it.
    """
    found: dict[str, dict[str, str]] = {}
    for form in library(connection, deployment_id).forms.values():
        for part in _parts(form):
            for option in part.get("values") or ():
                found.setdefault(str(part.get("key")), {}).setdefault(str(option["value"]), str(option["label"]))
    return found


def _parts(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for inner in part.get("components") or ():
        yield inner
        yield from _parts(inner)
