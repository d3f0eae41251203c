"""Who may do what with a task: denied unless a rule here allows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from engine.errors import NotAllowed, SameActor, TaskAlreadyClaimed
from engine.models import audience, task

_SEPARATOR: Final = "|"


class AllRegions(Enum):
    """Stands in place of a set of regions for people who work for all of them."""

    ALL = "all"


ALL: Final = AllRegions.ALL


@dataclass(frozen=True)
class Actor:
    """A person or system that gives a command."""

    id: str
    #: Roles of `pack.toml`.
    groups: frozenset[str] = field(default_factory=frozenset)
    regions: frozenset[str] | AllRegions = field(default_factory=frozenset)
    admin: bool = False

    def covers(self, region: str) -> bool:
        """True if the actor works for the region; nobody is kept out of work without a region."""
        return not region or isinstance(self.regions, AllRegions) or region in self.regions

    @property
    def identities(self) -> frozenset[str]:
        """The names under which the actor can be a candidate."""
        return frozenset({_user(self.id)} | {_group(group) for group in self.groups})


def actor_of(actor: Actor | str) -> Actor:
    """The actor of a command; a bare id has no groups and no regions, hence hardly any right."""
    return Actor(actor) if isinstance(actor, str) else actor


def audience_key(groups: Iterable[str], users: Iterable[str]) -> str:
    """Canonical text for a set of candidates, the same whatever the order they are named in."""
    return _SEPARATOR.join(sorted({_group(name) for name in groups} | {_user(name) for name in users}))


def members(key: str) -> frozenset[str]:
    """The identities of an audience."""
    return frozenset(key.split(_SEPARATOR)) if key else frozenset()


def candidate_groups(key: str) -> tuple[str, ...]:
    return tuple(sorted(name[2:] for name in members(key) if name.startswith("g:")))


def candidate_users(key: str) -> tuple[str, ...]:
    return tuple(sorted(name[2:] for name in members(key) if name.startswith("u:")))


def audiences_of(connection: Connection, actor: Actor) -> tuple[str, ...]:
    """Keys of all audiences that the actor belongs to: one per identity, and those of several that name one."""
    mixed = select(audience.c.key).where(audience.c.identity.in_(actor.identities)).distinct()
    return (*sorted(actor.identities), *connection.scalars(mixed))


def is_candidate(actor: Actor, row: Row[Any]) -> bool:
    """True if the actor may take the task when nobody has it."""
    return actor.covers(row.region) and bool(members(row.audience) & actor.identities)


def holds(actor: Actor, row: Row[Any]) -> bool:
    """True if the actor has the task; an actor without id has none, not even one that nobody holds."""
    return bool(actor.id) and row.assignee == actor.id


def check_claim(actor: Actor, row: Row[Any]) -> None:
    """Refuse the claim of a task that is held by somebody else or meant for others."""
    if row.assignee and not holds(actor, row):
        raise TaskAlreadyClaimed(row.id, row.assignee)
    if not (holds(actor, row) or actor.admin or is_candidate(actor, row)):
        raise NotAllowed(actor.id, "claim", row.id)


def check_complete(actor: Actor, row: Row[Any]) -> None:
    """Only the holder completes a task; one that nobody holds may be completed by a candidate straight away."""
    if not _may_act(actor, row):
        raise NotAllowed(actor.id, "complete", row.id)


def check_release(actor: Actor, row: Row[Any]) -> None:
    """The holder or an administrator gives a task back."""
    if not (holds(actor, row) or actor.admin):
        raise NotAllowed(actor.id, "release", row.id)


def check_assign(actor: Actor, row: Row[Any]) -> None:
    """Whoever could complete the task may hand it on."""
    if not _may_act(actor, row):
        raise NotAllowed(actor.id, "assign", row.id)


def _may_act(actor: Actor, row: Row[Any]) -> bool:
    return holds(actor, row) or actor.admin or (not row.assignee and is_candidate(actor, row))


def check_four_eyes(connection: Connection, actor: Actor, row: Row[Any], elements: Iterable[str]) -> None:
    """Refuse a person who has completed one of the named elements in the same instance."""
    wanted = [element for element in elements if element]
    if not wanted:
        return
    own = select(task.c.id).where(
        task.c.instance_id == row.instance_id,
        task.c.element.in_(wanted),
        task.c.state == "completed",
        task.c.closed_by == actor.id,
    )
    if connection.scalar(own.limit(1)) is not None:
        raise SameActor(actor.id, "work on", row.id)


def _group(name: str) -> str:
    return "g:" + name.replace(_SEPARATOR, "%7C")


def _user(name: str) -> str:
    return "u:" + name.replace(_SEPARATOR, "%7C")
