"""What several parts of one page ask about a case or a person, asked once for the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from engine import Actor, queries
from engine.deadlines import Deadline
from engine.queries import Counts, Entry, Instance
from forms import Form
from web.database import remembered


def instances_of(connection: Connection, business_key: str) -> tuple[Instance, ...]:
    """The instances of a case, the youngest first."""
    return remembered(
        connection,
        ("instances", business_key),
        lambda: tuple(queries.instances(connection, business_key=business_key)),
    )


def deadlines_of(connection: Connection, instance_id: str) -> tuple[Deadline, ...]:
    """The limits of an instance."""
    return remembered(connection, ("deadlines", instance_id), lambda: tuple(queries.deadlines(connection, instance_id)))


def history_of(connection: Connection, instance_id: str) -> tuple[Entry, ...]:
    """What happened in an instance, as far as one question goes back."""
    return remembered(connection, ("history", instance_id), lambda: tuple(queries.history(connection, instance_id)))


def counts_of(connection: Connection, actor: Actor, now: datetime) -> Counts:
    """How many tasks wait for a person: beside the list and in the side bar."""
    return remembered(connection, ("counts", actor.id), lambda: queries.counts(connection, actor, now))


def form_refs(connection: Connection, business_key: str) -> Mapping[tuple[str, str], str]:
    """The forms that the tasks of a case were filled in with, by process and step."""

    def ask() -> dict[tuple[str, str], str]:
        tasks = queries.tasks(connection, business_key=business_key, limit=1_000)
        return {(task.process_id, task.element): task.form_ref for task in tasks if task.form_ref}

    return remembered(connection, ("form refs", business_key), ask)


def form_of(connection: Connection, deployment_id: str, form_ref: str) -> Form:
    """A form of a deployment."""
    return remembered(
        connection,
        ("form", deployment_id, form_ref),
        lambda: Form.load(queries.form(connection, deployment_id, form_ref)),
    )
