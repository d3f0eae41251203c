"""Who works on a case now: each open step, its team with the phone, and the person once there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import queries
from web.auth.models import user
from web.packs import Pack, role_title


@dataclass(frozen=True, slots=True)
class Charge:
    """One open step and who is responsible for it."""

    step: str
    stage: str
    #: The team, as its role is called, and the phone of its office; empty when the pack gives none.
    team: str
    phone: str
    #: Who holds the step, by name or by staff number; empty until somebody does, or if nobody may know.
    person: str

    @property
    def who(self) -> str:
        """勘查员 N-204 · 电话 8600-2104."""
        held = " ".join(part for part in (self.team, self.person) if part)
        return " · ".join(part for part in (held, _("电话 %(phone)s", phone=self.phone) if self.phone else "") if part)

    def as_dict(self) -> dict[str, str]:
        return {"step": self.step, "stage": self.stage, "team": self.team, "phone": self.phone, "person": self.person}


def of_case(connection: Connection, business_key: str, pack: Pack, staff: str) -> tuple[Charge, ...]:
    """The open steps of a case that people outside may know of.

    Args:
        staff: How a person is told: "name", "number", or "none".
    """
    tasks = [
        task
        for task in queries.tasks(connection, business_key=business_key, state="open")
        if not any(fnmatchcase(task.element, pattern) for pattern in pack.words.hidden)
    ]
    people = _people(connection, {task.assignee for task in tasks if task.assignee}, staff)
    return tuple(_charge(task, pack, people) for task in tasks)


def _charge(task: queries.Task, pack: Pack, people: Mapping[str, str]) -> Charge:
    role = next((name for name in task.candidate_groups if name in pack.words.roles), "")
    phone = pack.words.roles[role].phone if role else ""
    return Charge(task.name, task.stage, role_title([pack], role) if role else "", phone, people.get(task.assignee, ""))


def _people(connection: Connection, ids: set[str], staff: str) -> Mapping[str, str]:
    columns = {"name": user.c.name, "number": user.c.number}
    if not ids or staff not in columns:
        return {}
    rows = connection.execute(select(user.c.id, columns[staff].label("told")).where(user.c.id.in_(ids)))
    return {row.id: row.told for row in rows}
