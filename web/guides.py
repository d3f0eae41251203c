"""作业指导: what the analyst wrote into the documentation of a step of the diagram."""

from __future__ import annotations

from sqlalchemy import Connection

from engine import queries
from engine.library import library


def guide_of(connection: Connection, task: queries.Task) -> tuple[str, ...]:
    """The lines of the step's documentation."""
    definition = library(connection, task.deployment_id).definition(task.process_id)
    element = definition.elements.get(task.element)
    text = element.documentation if element is not None else ""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
