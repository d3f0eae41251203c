"""What the active packs say about roles, regions, lists and cases (`pack.toml`), read once per deployment.

[roles.CM]      zh, en, department; rights = ["assign", "insight"], cases = "region" | "tasks" | "all" | "none",
                sees = kinds of sealed fields shown open, unmask = kinds that may be opened with a reason
[regions]       id = {zh, en}
[case]          title, subtitle, facts = [{label, feel}]
[inbox]         columns = [{label, feel}]
[stages]        order = ["…"], and per stage {zh, en}
[processes]     entry
[messages.NAME] form, by, title, button
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine import queries

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a pack and what it may see."""

    id: str
    names: Mapping[str, str]
    department: str = ""
    rights: frozenset[str] = frozenset()
    #: Which cases: "all", "region" (of the person's regions), "tasks" (with a task of theirs) or "none".
    cases: str = "tasks"
    sees: frozenset[str] = frozenset()
    unmask: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """Something that somebody outside may send to a case while the case waits for it."""

    name: str
    form: str
    by: str
    title: str
    button: str


@dataclass(frozen=True, slots=True)
class Pack:
    """`pack.toml` of one deployment."""

    id: str
    deployment_id: str
    title: str
    entry: str
    roles: Mapping[str, Role]
    regions: Mapping[str, Mapping[str, str]]
    stages: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    facts: tuple[str, ...]
    messages: Mapping[str, Message] = field(default_factory=dict)


def active_packs(connection: Connection) -> tuple[Pack, ...]:
    """The packs that new cases use."""
    return tuple(pack_of(connection, row.id) for row in queries.deployments(connection, state="active"))


def pack_of(connection: Connection, deployment_id: str) -> Pack:
    """The pack of a deployment; files of a deployment never change, so one reading is enough."""
    found = _KNOWN.get(deployment_id)
    if found is None:
        found = parse(deployment_id, queries.file(connection, deployment_id, "pack.toml"))
        _KNOWN[deployment_id] = found
    return found


_KNOWN: dict[str, Pack] = {}


def parse(deployment_id: str, text: bytes) -> Pack:
    """Read `pack.toml`; everything but the id is optional."""
    data = tomllib.loads(text.decode())
    head, stages = data.get("pack", {}), data.get("stages", {})
    return Pack(
        id=str(head.get("id", "")),
        deployment_id=deployment_id,
        title=str(head.get("title", "")),
        entry=str(data.get("processes", {}).get("entry", "")),
        roles={key: _role(key, words) for key, words in data.get("roles", {}).items()},
        regions={key: _names(words) for key, words in data.get("regions", {}).items()},
        stages=tuple((key, _names(stages.get(key, key)).get("zh", key)) for key in _order(stages)),
        columns=tuple(str(column["label"]) for column in data.get("inbox", {}).get("columns", [])),
        facts=tuple(str(fact["label"]) for fact in data.get("case", {}).get("facts", [])),
        messages={key: _message(key, words) for key, words in data.get("messages", {}).items()},
    )


def role_title(packs: Iterable[Pack], role: str, language: str = "zh") -> str:
    """What a role is called; its id when no pack knows it."""
    for pack in packs:
        if role in pack.roles:
            names = pack.roles[role].names
            return names.get(language) or names.get("zh", role)
    return role


def region_title(packs: Iterable[Pack], region: str, language: str = "zh") -> str:
    for pack in packs:
        if region in pack.regions:
            names = pack.regions[region]
            return names.get(language) or names.get("zh", region)
    return region


def _order(stages: Words) -> list[str]:
    order = stages.get("order")
    return [str(key) for key in order] if order else [key for key in stages if key != "order"]


def _names(words: Any) -> Mapping[str, str]:
    return {str(key): str(text) for key, text in words.items()} if isinstance(words, Mapping) else {"zh": str(words)}


def _role(key: str, words: Any) -> Role:
    table: Words = words if isinstance(words, Mapping) else {"zh": str(words)}
    return Role(
        id=key,
        names={language: str(table[language]) for language in ("zh", "en") if language in table},
        department=str(table.get("department", "")),
        rights=frozenset(table.get("rights", ())),
        cases=str(table.get("cases", "tasks")),
        sees=frozenset(table.get("sees", ())),
        unmask=frozenset(table.get("unmask", ())),
    )


def _message(key: str, words: Words) -> Message:
    title = str(words.get("title", key))
    return Message(
        key, str(words.get("form", "")), str(words.get("by", "customer")), title, str(words.get("button", title))
    )
