"""What the active packs mean to the web: the words of `pack.toml`, which the engine reads, as rights and titles.

[roles.CM]      zh, en, department; rights = ["assign", "insight"], cases = "region" | "tasks" | "all" | "none",
                sees = kinds of sealed fields shown open, unmask = kinds that may be opened with a reason

Titles come in the language of the reader; Chinese outside of requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import get_locale
from sqlalchemy import Connection

from engine import pack_of as words_of
from engine import queries
from web.database import remembered

#: How far a role sees, from nothing to everything.
WIDTHS: Final = ("none", "tasks", "region", "all")
#: A role of which the pack does not say how far it sees.
_USUAL: Final = "tasks"
#: States of deployments that new cases begin with.
_IN_USE: Final = ("active", "trial")


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a pack and what it may see."""

    id: str
    names: Mapping[str, str]
    department: str
    rights: frozenset[str]
    #: Which cases: one of `WIDTHS`; a word that nobody knows opens nothing.
    cases: str
    sees: frozenset[str]
    unmask: frozenset[str]


@dataclass(frozen=True, slots=True)
class Message:
    """Something that somebody outside may send to a case while the case waits for it."""

    words: queries.Notice

    @property
    def name(self) -> str:
        return self.words.name

    @property
    def form(self) -> str:
        return self.words.form

    @property
    def by(self) -> str:
        return self.words.by

    @property
    def roles(self) -> tuple[str, ...]:
        """Whose holders may send a message of staff."""
        return self.words.roles

    @property
    def anytime(self) -> bool:
        """It may be sent while the case goes on; the case does not stand still for it."""
        return self.words.anytime

    @property
    def title(self) -> str:
        return said(self.words.title, self.words.title_en)

    @property
    def button(self) -> str:
        return said(self.words.button, self.words.button_en)


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack of one deployment."""

    deployment_id: str
    words: queries.Pack
    roles: Mapping[str, Role]
    messages: Mapping[str, Message]

    @property
    def id(self) -> str:
        return self.words.id

    @property
    def title(self) -> str:
        return said(self.words.title, self.words.title_en)

    @property
    def entry(self) -> str:
        return self.words.entry

    @property
    def regions(self) -> Mapping[str, queries.Label]:
        return self.words.regions

    @property
    def stages(self) -> tuple[tuple[str, str], ...]:
        """Id and title of each stage, in the order in which a case passes them."""
        return tuple((key, said(label.zh, label.en)) for key, label in self.words.stages.items())

    @property
    def columns(self) -> tuple[str, ...]:
        """Titles of the columns of lists."""
        return tuple(said(column.label, column.label_en) for column in self.words.columns)


def base_packs(connection: Connection) -> tuple[Pack, ...]:
    """The packs that new cases use where nothing else is said: with their forms applications are made."""
    return _packs_by_state(connection)["active"]


def active_packs(connection: Connection) -> tuple[Pack, ...]:
    """The packs that new cases use, and after them those on trial: their roles and regions count as well."""
    packs = _packs_by_state(connection)
    return (*packs["active"], *packs["trial"])


def _packs_by_state(connection: Connection) -> Mapping[str, tuple[Pack, ...]]:
    """The packs in use; every page asks for them more than once."""

    def ask() -> dict[str, tuple[Pack, ...]]:
        found = queries.deployments(connection, states=_IN_USE)
        packs = {state: [row.id for row in found if row.state == state] for state in _IN_USE}
        return {state: tuple(pack_of(connection, id) for id in ids) for state, ids in packs.items()}

    return remembered(connection, "packs", ask)


def pack_of(connection: Connection, deployment_id: str) -> Pack:
    """The pack of a deployment."""
    return described(deployment_id, words_of(connection, deployment_id))


def described(deployment_id: str, words: queries.Pack) -> Pack:
    """A pack as the web understands it."""
    roles = {key: _role(role) for key, role in words.roles.items()}
    return Pack(deployment_id, words, roles, {key: Message(notice) for key, notice in words.messages.items()})


def role_title(packs: Iterable[Pack], role: str, language: str | None = None) -> str:
    """What a role is called; its id when no pack knows it."""
    return next((_title(pack.words.roles[role], language) for pack in packs if role in pack.words.roles), role)


def region_title(packs: Iterable[Pack], region: str, language: str | None = None) -> str:
    """What a region is called; its id when no pack knows it."""
    return next((_title(pack.regions[region], language) for pack in packs if region in pack.regions), region)


def region_beside(packs: Iterable[Pack], region: str, columns: Collection[str]) -> str:
    """What a region is called, unless one of these columns says it already, in whatever language a pack has them."""
    packs = tuple(packs)
    told = {region_title(packs, region, language) for language in ("zh", "en")}
    return "" if told & set(columns) else region_title(packs, region)


def said(zh: str, en: str, language: str | None = None) -> str:
    """The text in a language, by default that of the reader."""
    return en if (language or str(get_locale() or "zh")).startswith("en") else zh


def _title(label: queries.Label, language: str | None) -> str:
    return said(label.zh, label.en, language)


def _role(role: queries.Role) -> Role:
    given = role.cases or _USUAL
    return Role(
        id=role.id,
        names={"zh": role.zh, "en": role.en},
        department=role.department,
        rights=frozenset(role.rights),
        cases=given if given in WIDTHS else WIDTHS[0],
        sees=frozenset(role.sees),
        unmask=frozenset(role.unmask),
    )
