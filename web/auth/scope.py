"""Who may see which cases and tasks: the one place for rights on objects. Lists filter by it, single objects ask it.

A case is seen by customers who are a party of it, and by staff as widely as the widest of their roles says:
all cases, those of their regions, or those with a task of theirs (held, done, or open to their roles in their region)
or with a wait for a message that the packs give to their roles.
What somebody may not see does not exist for them: the answer is 404, not 403.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Column, ColumnElement, Connection, Select, and_, false, literal_column, or_, select, true

from engine import Actor, metadata, queries
from web.auth.models import party
from web.auth.person import ADMIN, Person
from web.auth.rights import pack_roles
from web.errors import Missing
from web.packs import WIDTHS, active_packs, pack_of

_INSTANCE: Final = metadata.tables["instance"]
_TASK: Final = metadata.tables["task"]
_AUDIENCE: Final = metadata.tables["audience"]
_WAIT: Final = metadata.tables["wait"]


def visible(connection: Connection, who: Person) -> ColumnElement[bool]:
    """Condition on `instance` for the cases this person may see."""
    if who.only_case is not None:
        return _INSTANCE.c.business_key == who.only_case
    if not who.staff:
        return _INSTANCE.c.business_key.in_(select(party.c.business_key).where(party.c.user_id == who.id))
    width = width_of(connection, who)
    if width == "all":
        return true()
    conditions: list[ColumnElement[bool]] = []
    if width != "none":
        conditions = [_INSTANCE.c.id.in_(_own_tasks(who)), *_awaiting(connection, who)]
    if width == "region":
        conditions.append(_in_regions(who))
    return or_(false(), *conditions)


def visible_keys(connection: Connection, who: Person) -> Select[tuple[str]]:
    """The same as a query of business keys, for tables that hold one."""
    return select(_INSTANCE.c.business_key).where(visible(connection, who))


def width_of(connection: Connection, who: Person) -> str:
    """How far somebody sees: the widest word of their roles."""
    words = [role.cases for role in pack_roles(connection, who.roles)]
    if ADMIN in who.roles:
        words.append("region")
    return max(words, key=WIDTHS.index, default="none")


def check_case(connection: Connection, who: Person, business_key: str) -> None:
    """Raise Missing unless the case exists for this person."""
    query = select(_INSTANCE.c.id).where(_INSTANCE.c.business_key == business_key, visible(connection, who)).limit(1)
    if connection.execute(query).first() is not None:
        return
    if who.staff:
        raise Missing(_("没有这个案件，或不在您的范围内。"), _("检查号码是否抄全，或从列表里打开。"))
    raise Missing(_("没有这个申请编号。"), _("检查是否抄全，或用手机号登录后从列表里打开。"))


def check_task(connection: Connection, who: Person, task_id: str) -> None:
    """Raise Missing unless the task exists for this person: held, done by or open to them, or in a case they see."""
    seen = or_(_TASK.c.id.in_(_tasks(who, _TASK.c.id)), _INSTANCE.c.id.is_not(None) & visible(connection, who))
    query = select(_TASK.c.id).join(_INSTANCE, _INSTANCE.c.id == _TASK.c.instance_id).where(_TASK.c.id == task_id, seen)
    if not who.staff or connection.execute(query).first() is None:
        raise Missing(_("没有这个任务，或不在您的范围内。"), _("回待办，从列表里打开。"))


def _in_regions(who: Person) -> ColumnElement[bool]:
    return true() if who.everywhere else or_(_INSTANCE.c.region.in_(who.regions), _INSTANCE.c.region == "")


def _awaiting(connection: Connection, who: Person) -> Iterator[ColumnElement[bool]]:
    """Cases of their regions that wait for a message of staff which this person may send."""
    known = [message for pack in active_packs(connection) for message in pack.messages.values()]
    own = {one.name for one in known if one.by == "staff" and not who.roles.isdisjoint(one.roles)}
    if own:
        waiting = select(_WAIT.c.instance_id).where(_WAIT.c.message.in_(sorted(own)))
        yield and_(_INSTANCE.c.id.in_(waiting), _in_regions(who))


def _own_tasks(who: Person) -> Select[Any]:
    return _tasks(who, _TASK.c.instance_id)


def _tasks(who: Person, column: Column[str]) -> Select[Any]:
    actor = who.actor()
    stood_in = and_(_TASK.c.closed_for == who.id, _TASK.c.closed_for != literal_column("''"))
    own = (_TASK.c.assignee == who.id, _TASK.c.closed_by == who.id, stood_in, _open_to(actor))
    places = (and_(_held_by(absent), _in_region(absent)) | _open_to(absent) for absent in actor.stands_for)
    return select(column).where(or_(*own, *places))


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """Open tasks of the roles of somebody in their regions, whoever holds them."""
    mixed = select(_AUDIENCE.c.key).where(_AUDIENCE.c.identity.in_(actor.identities))
    named = or_(_TASK.c.audience.in_(actor.identities), _TASK.c.audience.in_(mixed))
    return and_(named, _in_region(actor), _TASK.c.state == "open")


def _held_by(actor: Actor) -> ColumnElement[bool]:
    return and_(_TASK.c.assignee == actor.id, _TASK.c.state == "open")


def _in_region(actor: Actor) -> ColumnElement[bool]:
    if isinstance(actor.regions, frozenset):
        return or_(_TASK.c.region.in_(actor.regions), _TASK.c.region == "")
    return true()


def may_take(connection: Connection, who: Person, task_id: str) -> bool:
    """True if this open task is held by or open to the person, or to somebody for whom they stand in."""
    own = _tasks(who, _TASK.c.id).where(_TASK.c.id == task_id, _TASK.c.state == "open")
    held_by_others = and_(_TASK.c.assignee != "", _TASK.c.assignee.not_in(holders_of(who)))
    return connection.execute(own.where(~held_by_others)).first() is not None


def own_candidate(actor: Actor, task: queries.Task) -> bool:
    """True if somebody may take the task by themselves, not in anybody's place."""
    narrowed = dict(task.candidate_teams)
    roles = (role for role in task.candidate_groups if role in actor.groups)
    named = actor.id in task.candidate_users or any(narrowed.get(role) in (None, *actor.teams) for role in roles)
    return named and actor.covers(task.region)


def as_dispatcher(who: Person) -> Actor:
    """The actor of somebody who may give tasks of their cases to others."""
    actor = who.actor()
    return replace(actor, admin=True)


def holders_of(who: Person) -> tuple[str, ...]:
    """Whose tasks this person works on: their own, and those of the people they stand in for now."""
    return (who.id, *(absent.id for absent in who.actor().stands_for))


def case_exists(connection: Connection, business_key: str) -> bool:
    """For partners, who name cases by number and see nothing of them."""
    query = select(_INSTANCE.c.id).where(_INSTANCE.c.business_key == business_key).limit(1)
    return connection.execute(query).first() is not None


def partner_may(connection: Connection, business_key: str, message: str) -> bool:
    """True if the pack of the case lets partners send this message."""
    query = select(_INSTANCE.c.deployment_id).where(_INSTANCE.c.business_key == business_key).distinct()
    packs = [pack_of(connection, deployment_id) for deployment_id in connection.scalars(query)]
    return any(message in pack.messages and pack.messages[message].by == "partner" for pack in packs)
