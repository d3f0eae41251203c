"""Notices of 催办: to whoever holds a task, else to everybody who could take it."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from web.auth import absences
from web.auth.staffing import PEOPLE
from web.context import settings
from web.notify.staff import post_staff
from web.notify.words import in_both
from web.seals import sealer
from web.wording import full_moment


def tell(connection: Connection, task: queries.Task, reason: str, now: datetime) -> int:
    """Put the notices into the outbox; how many people are told."""
    receivers = [task.assignee] if task.assignee else _candidates(connection, task, now)
    receivers = absences.with_deputies(connection, receivers, now)
    mail = bool(settings().smtp_url)
    words = in_both(lambda: (_("催办：%(task)s", task=task.name), _sentence(task, reason)))
    for user_id in receivers:
        key = f"remind:{task.id}:{now.isoformat()}:{user_id}"
        post_staff(connection, words.to(key, user_id, task.business_key), now, sealer(), mail=mail)
    return len(receivers)


def _candidates(connection: Connection, task: queries.Task, now: datetime) -> list[str]:
    """The members of the team where the task has one, else everybody with the role in the region."""
    teams = dict(task.candidate_teams)
    people = PEOPLE.people
    found = (people(connection, role, task.region, teams.get(role, ""), now) for role in task.candidate_groups)
    return sorted({one.id for group in found for one in group} | set(task.candidate_users))


def _sentence(task: queries.Task, reason: str) -> str:
    """The number of the case and the name of the task; who the customer is stands in the case."""
    parts = [_("案件 %(case)s：请尽快办理「%(task)s」", case=task.business_key, task=task.name)]
    if task.due_at is not None:
        parts.append(_("%(moment)s 到期", moment=full_moment(task.due_at)))
    return _("，").join(part for part in (*parts, reason.strip()) if part) + _("。").rstrip()
