"""Who may do what with a task: denied unless a rule here allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from engine.calendar import Calendar
from engine.errors import NotAllowed, OwnersTask, TaskAlreadyClaimed
from engine.models import audience, history, instance, task

_SEPARATOR: Final = "|"
#: Between a group and the team whose members alone are meant.
_OF_TEAM: Final = "@"


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
    teams: frozenset[str] = field(default_factory=frozenset)
    #: Kinds of certificates with the last day on which each is valid.
    certificates: frozenset[tuple[str, date]] = field(default_factory=frozenset)
    #: People who are absent now, with what this actor may do in the place of each; see `in_place_of`.
    stands_for: tuple[Actor, ...] = ()

    def covers(self, region: str) -> bool:
        """True if the actor works for the region; nobody is kept out of work without a region."""
        return not region or isinstance(self.regions, AllRegions) or region in self.regions

    @property
    def identities(self) -> frozenset[str]:
        """The names under which the actor can be a candidate."""
        narrow = {_group(group, team) for group in self.groups for team in self.teams}
        return frozenset({_user(self.id)} | {_group(group) for group in self.groups} | narrow)

    def in_place_of(self, absent: Actor) -> Actor:
        """The absent person as this deputy may act for them: with the roles and regions that both have."""
        regions: frozenset[str] | AllRegions
        if isinstance(self.regions, AllRegions):
            regions = absent.regions
        elif isinstance(absent.regions, AllRegions):
            regions = self.regions
        else:
            regions = self.regions & absent.regions
        return Actor(absent.id, absent.groups & self.groups, regions, teams=absent.teams)


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
    """The groups of an audience, whether or not narrowed to a team."""
    return tuple(sorted({name[2:].partition(_OF_TEAM)[0] for name in members(key) if name.startswith("g:")}))


def candidate_teams(key: str) -> tuple[tuple[str, str], ...]:
    """Group and team of the candidates that are narrowed to a team."""
    parts = (name[2:].partition(_OF_TEAM) for name in members(key) if name.startswith("g:"))
    return tuple(sorted((group, team) for group, _mark, team in parts if team))


def narrowed(key: str, teams: Mapping[str, str]) -> str:
    """The audience with groups narrowed to the teams given for them."""
    wide = {_group(group): _group(group, team) for group, team in teams.items()}
    return _SEPARATOR.join(sorted(wide.get(name, name) for name in members(key)))


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


def check_claim(actor: Actor, row: Row[Any]) -> str:
    """Refuse the claim of a task that is held by somebody else or meant for others.

    Like the other checks it answers for which absent person the actor does it: empty for themselves.
    """
    if row.assignee and _in_whose_place(actor, row, holds) is None:
        raise TaskAlreadyClaimed(row.id, row.assignee)
    return _checked(actor, row, "claim", _may_act)


def check_complete(actor: Actor, row: Row[Any]) -> str:
    """Only the holder completes a task; one that nobody holds may be completed by a candidate straight away."""
    return _checked(actor, row, "complete", _may_act)


def check_release(actor: Actor, row: Row[Any]) -> str:
    """The holder or an administrator gives a task back; the task of whoever looks after the case is only handed on."""
    if row.owner and row.assignee == row.owner and not actor.admin:
        raise OwnersTask(actor.id, row.id)
    return _checked(actor, row, "release", _holds)


def check_assign(actor: Actor, row: Row[Any]) -> str:
    """Whoever could complete the task may hand it on."""
    return _checked(actor, row, "assign", _may_act)


def _may_act(actor: Actor, row: Row[Any]) -> bool:
    return _holds(actor, row) or (not row.assignee and is_candidate(actor, row))


def _holds(actor: Actor, row: Row[Any]) -> bool:
    return holds(actor, row) or actor.admin


def _checked(actor: Actor, row: Row[Any], act: str, rule: Callable[[Actor, Row[Any]], bool]) -> str:
    found = _in_whose_place(actor, row, rule)
    if found is None:
        raise NotAllowed(actor.id, act, row.id)
    return "" if found is actor else found.id


def _in_whose_place(actor: Actor, row: Row[Any], rule: Callable[[Actor, Row[Any]], bool]) -> Actor | None:
    """The actor where the rule allows it to themselves, else the absent person for whom they may do it."""
    if rule(actor, row):
        return actor
    able = (absent for absent in actor.stands_for if _serves(absent, row) and rule(absent, row))
    return next(able, None)


def _serves(absent: Actor, row: Row[Any]) -> bool:
    """True if the deputy shares a role of the task and its region; see `Actor.in_place_of`."""
    groups = candidate_groups(row.audience)
    return absent.covers(row.region) and (not groups or bool(absent.groups & frozenset(groups)))


def doers(connection: Connection, instance_id: str, business_key: str, elements: Iterable[str]) -> dict[str, str]:
    """Who did one of the elements in the case: person -> element.

    Done is a task by whoever completed it, also in whose place, and a start event by whoever began an instance there.
    """
    wanted = [element for element in elements if element]
    if not wanted:
        return {}
    ids = select(instance.c.id).where(instance.c.business_key == business_key) if business_key else [instance_id]
    tasks = select(task.c.closed_by, task.c.closed_for, task.c.element)
    done = connection.execute(
        tasks.where(task.c.instance_id.in_(ids), task.c.element.in_(wanted), task.c.state == "completed")
    ).all()
    starts = select(history.c.actor, history.c.element).where(
        history.c.instance_id.in_(ids), history.c.kind == "started"
    )
    begun = connection.execute(starts.where(history.c.element.in_(wanted))).all()
    found = {row.actor: str(row.element) for row in begun if row.actor}
    return found | {person: row.element for row in done for person in (row.closed_by, row.closed_for) if person}


def latest(certificates: Iterable[tuple[str, date]]) -> dict[str, date]:
    """The certificate of each kind that is valid longest."""
    return dict(sorted(certificates))


def today(now: datetime) -> date:
    """The day in the business time zone."""
    return Calendar().local(now).date()


def _group(name: str, team: str = "") -> str:
    found = "g:" + _plain(name)
    return found + _OF_TEAM + _plain(team) if team else found


def _user(name: str) -> str:
    return "u:" + _plain(name)


def _plain(name: str) -> str:
    return name.replace(_SEPARATOR, "%7C").replace(_OF_TEAM, "%40")
