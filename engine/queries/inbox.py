"""Inboxes and their counts: one index range per identity joined by UNION ALL, never one scan with OR."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, or_, select, union_all

from engine.columns import state_is
from engine.models import LAST_MOMENT
from engine.models import instance as instance_table
from engine.models import task as task_table
from engine.queries.tasks import Task, select_tasks, task_of
from engine.rights import Actor, AllRegions, audiences_of

Kind = Literal["mine", "groups", "due_soon", "overdue", "done"]

#: How far ahead a task counts as due soon.
SOON: Final = timedelta(days=2)
#: Counts are exact up to here; more says nothing to a person.
MOST: Final = 9_999
#: Literal as in the conditions of the indexes, see `state_is`.
_NOBODY: Final[ColumnElement[str]] = literal_column("''")
_EQUAL: Final = ("stage", "region", "process_id", "element", "business_key", "form_ref")


@dataclass(frozen=True)
class Page:
    """Some tasks of a longer list; pages count from 1."""

    tasks: tuple[Task, ...]
    total: int
    page: int
    limit: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.limit))


@dataclass(frozen=True)
class Counts:
    """Number of tasks per kind of inbox."""

    mine: int
    groups: int
    due_soon: int
    overdue: int


def inbox(
    connection: Connection,
    actor: Actor,
    kind: Kind = "mine",
    *,
    now: datetime,
    filters: Mapping[str, str] | None = None,
    page: int = 1,
    limit: int = 20,
) -> Page:
    """One page of an actor's tasks.

    `mine` are held by the actor or by somebody absent for whom they stand in, `groups` can be claimed, `due_soon` and
    `overdue` are parts of both, `done` were completed by the actor. Filters compare stage, region, process_id, element,
    business_key and form_ref; `text` looks into case number, task name and title.
    """
    branches = [_narrow(branch, filters or {}) for branch in _branches(connection, actor, kind, now)]
    rows = connection.execute(_window(branches, kind == "done", page, limit))
    return Page(tuple(task_of(row) for row in rows), _total(connection, branches), page, limit)


def counts(connection: Connection, actor: Actor, now: datetime) -> Counts:
    """Counts of all inboxes of open tasks, each exact up to 9,999."""
    kinds: tuple[Kind, ...] = ("mine", "groups", "due_soon", "overdue")
    return Counts(*(_total(connection, _branches(connection, actor, kind, now)) for kind in kinds))


def _window(branches: list[Select[Any]], descending: bool, page: int, limit: int) -> Select[Any]:
    """The tasks of one page: from each branch no more than could come on it."""
    ids = _union([_ordered(branch, descending).limit(page * limit) for branch in branches])
    place = ids.c.place.desc() if descending else ids.c.place
    window = select(ids).order_by(place, ids.c.id).limit(limit).offset((page - 1) * limit).subquery()
    order = window.c.place.desc() if descending else window.c.place
    return select_tasks().join(window, window.c.id == task_table.c.id).order_by(order, task_table.c.id)


def _branches(connection: Connection, actor: Actor, kind: Kind, now: datetime) -> list[Select[Any]]:
    if kind == "done":
        closed = _ids(task_table.c.closed_at)
        return [closed.where(task_table.c.closed_by == actor.id, state_is(task_table, "completed"))]
    held = [_held(actor), *(_in_regions(_held(absent), absent) for absent in actor.stands_for)]
    if kind == "mine":
        return held
    free = _claimable(connection, actor)
    if kind == "groups":
        return free
    return [branch.where(*_range(kind, now)) for branch in (*held, *free)]


def _range(kind: Kind, now: datetime) -> tuple[ColumnElement[bool], ...]:
    order = task_table.c.order_at
    if kind == "overdue":
        return (order < now,)
    return order >= now, order <= min(now + SOON, LAST_MOMENT)


def _claimable(connection: Connection, actor: Actor) -> list[Select[Any]]:
    free = _open().where(task_table.c.assignee == _NOBODY)
    own = audiences_of(connection, actor)
    branches = _free_of(free, own, actor)
    for absent in actor.stands_for:
        # What both could take is in the list already.
        branches += _free_of(free, [key for key in audiences_of(connection, absent) if key not in own], absent)
    return branches


def _held(actor: Actor) -> Select[Any]:
    return _open().where(task_table.c.assignee == actor.id, task_table.c.assignee != _NOBODY)


def _in_regions(branch: Select[Any], actor: Actor) -> Select[Any]:
    if isinstance(actor.regions, AllRegions):
        return branch
    return branch.where(task_table.c.region.in_(("", *sorted(actor.regions))))


def _free_of(free: Select[Any], keys: Iterable[str], actor: Actor) -> list[Select[Any]]:
    audiences = [free.where(task_table.c.audience == key) for key in keys]
    if isinstance(actor.regions, AllRegions):
        return audiences
    regions = ("", *sorted(actor.regions))
    return [branch.where(task_table.c.region == region) for branch in audiences for region in regions]


def _open() -> Select[Any]:
    return _ids(task_table.c.order_at).where(state_is(task_table, "open"))


def _ids(place: ColumnElement[Any]) -> Select[Any]:
    return select(task_table.c.id, place.label("place"))


def _ordered(branch: Select[Any], descending: bool) -> Select[Any]:
    place = task_table.c.closed_at.desc() if descending else task_table.c.order_at
    return branch.order_by(place, task_table.c.id)


def _union(parts: list[Select[Any]]) -> Any:
    # SQLite takes ORDER BY and LIMIT of a branch only inside a subquery of its own.
    return union_all(*(select(part.subquery()) for part in parts)).subquery()


def _total(connection: Connection, branches: list[Select[Any]]) -> int:
    ids = _union([branch.limit(MOST) for branch in branches])
    return connection.scalar(select(func.count()).select_from(ids)) or 0


def _narrow(branch: Select[Any], filters: Mapping[str, str]) -> Select[Any]:
    for name in _EQUAL:
        if filters.get(name):
            branch = branch.where(task_table.c[name] == filters[name])
    text = filters.get("text", "").strip()
    if not text:
        return branch
    titles = select(instance_table.c.id).where(instance_table.c.title.contains(text, autoescape=True))
    return branch.where(
        or_(
            task_table.c.business_key.contains(text, autoescape=True),
            task_table.c.name.contains(text, autoescape=True),
            task_table.c.instance_id.in_(titles),
        )
    )
