"""作业指导: what the analyst wrote into the documentation of a step of the diagram."""

from __future__ import annotations

from sqlalchemy import Connection

from engine import queries


def guide_of(connection: Connection, task: queries.Task) -> tuple[str, ...]:
    """The lines of the step's documentation."""
    text = queries.documentation(connection, task.deployment_id, task.process_id, task.element)
    return tuple(line.strip() for line in text.splitlines() if line.strip())
