"""The page of time limits: what every step is given in a region now, where from, and what exceeds its ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import get_locale
from sqlalchemy import Connection

from engine import profiles
from engine.profiles import Row
from web.api.limits import deployment_of
from web.packs import active_packs, pack_of, region_title
from web.people import names


@dataclass(frozen=True, slots=True)
class Choice:
    """Which profile a region works by, and who chose it when and why."""

    region: str
    title: str
    #: Empty in a region that follows the whole company.
    profile: str
    name: str
    who: str
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One limit of one step, for the classes that it is the same for."""

    step: str
    title: str
    #: Their names as the pack gives them; empty where every class has it.
    classes: tuple[str, ...]
    row: Row


@dataclass(frozen=True)
class LimitsPage:
    """Everything the page shows of one region."""

    region: str
    choices: tuple[Choice, ...]
    #: Profile -> its name, as the pack gives it.
    profiles: Mapping[str, str]
    lines: tuple[Line, ...]
    pack: str
    version: int
    above: int
    unverified: int
    #: The last choices, whatever the region.
    history: tuple[Choice, ...]

    @property
    def chosen(self) -> Choice:
        return next(choice for choice in self.choices if choice.region == self.region)


def limits_page(connection: Connection, region: str, pack_id: str) -> LimitsPage:
    """The page for a region ("" for the whole company) and a pack (the first that sets limits)."""
    deployment_id = deployment_of(pack_id)
    pack, packs = pack_of(connection, deployment_id), active_packs(connection)
    regions = {"": "", **{key: region_title(packs, key) for key in pack.regions}}
    named = {name: _name(pack.words.profiles, name) for name in profiles.known_profiles(connection, deployment_id)}
    past = profiles.choices(connection)
    people = names(connection, [choice.actor for choice in past])
    told = [_choice(choice, regions, named, people) for choice in past]
    shown = region if region in regions else ""
    lines = _lines(profiles.table_in_force(connection, deployment_id, shown), pack.words.kinds)
    return LimitsPage(
        region=shown,
        choices=tuple(_newest(told, key, title, named) for key, title in regions.items()),
        profiles=named,
        lines=lines,
        pack=pack.title,
        version=profiles.version_of(connection, deployment_id),
        above=sum(line.row.above for line in lines),
        unverified=sum(line.row.limit.status != "verified" for line in lines),
        history=tuple(told[:10]),
    )


def _name(labels: Mapping[str, object], profile: str) -> str:
    label = labels.get(profile)
    return str(getattr(label, "en" if str(get_locale() or "zh").startswith("en") else "zh", profile))


def _choice(
    choice: profiles.Choice, regions: Mapping[str, str], named: Mapping[str, str], people: Mapping[str, str]
) -> Choice:
    title, name = regions.get(choice.region, choice.region), named.get(choice.profile, choice.profile)
    return Choice(choice.region, title, choice.profile, name, people.get(choice.actor, ""), choice.at, choice.reason)


def _newest(told: list[Choice], region: str, title: str, named: Mapping[str, str]) -> Choice:
    """The choice in force; a house in which nobody has chosen works by the first profile of the table."""
    usual = next(iter(named), "") if not region else ""
    return next((choice for choice in told if choice.region == region), None) or Choice(
        region, title, usual, named.get(usual, ""), "", None, ""
    )


def _lines(rows: tuple[Row, ...], kinds: Mapping[str, object]) -> tuple[Line, ...]:
    """Rows of one step that one line of the table gave are one line here."""

    def same(row: Row) -> tuple[object, ...]:
        return row.step, row.limit.row, row.ceiling.row if row.ceiling else 0

    everybody = {row.customer_class for row in rows}
    found = []
    for _key, group in groupby(rows, same):
        alike = list(group)
        classes = tuple(row.customer_class for row in alike)
        named = () if set(classes) == everybody else tuple(_name(kinds, name) for name in classes)
        found.append(Line(alike[0].step, alike[0].title, named, alike[0]))
    return tuple(found)
