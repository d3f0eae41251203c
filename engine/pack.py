"""`pack.toml`: what a pack tells about itself besides its processes, as frozen values."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from engine.findings import FILES, Doubt, Problem, reason

FILE = "pack.toml"
_SENDERS = ("customer", "partner", "system", "staff")


@dataclass(frozen=True)
class Label:
    """A word of the pack in both languages: a region, a stage or a role."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True)
class Role(Label):
    """A role with the words that say what it may do; what they mean is decided by whoever asks."""

    department: str = ""
    rights: tuple[str, ...] = ()
    #: Which cases it sees; empty when the file says nothing.
    cases: str = ""
    #: Kinds of sealed fields that it sees open, and that it may open one by one.
    sees: tuple[str, ...] = ()
    unmask: tuple[str, ...] = ()
    #: Of its office, for people outside.
    phone: str = ""
    #: FEEL over the variables of the case that gives the id of the team whose members do this role's tasks.
    team: str = ""
    #: One person of the role looks after a case from beginning to end and gets all its tasks of the role.
    keeper: bool = False


@dataclass(frozen=True)
class Certificate(Label):
    """A kind of certificate that people hold and tasks may ask for (property `certificate`)."""

    #: So many days before it runs out, its holder is told.
    warn_days: int = 30


@dataclass(frozen=True)
class Fact:
    """A labelled FEEL expression over the variables of the case."""

    label: str
    label_en: str
    feel: str


@dataclass(frozen=True)
class Notice:
    """A message that people outside can send while a wait for it is open; staff may also begin a process with one."""

    name: str
    form: str
    #: customer | partner | system | staff
    by: str
    title: str
    title_en: str
    button: str
    button_en: str
    #: The roles whose holders may send a message of staff.
    roles: tuple[str, ...] = ()
    #: It may be sent while the case goes on, such as a withdrawal; the case does not stand still for it.
    anytime: bool = False


@dataclass(frozen=True)
class Pack:
    """A readable `pack.toml`."""

    id: str
    title: str
    title_en: str
    roles: Mapping[str, Role]
    regions: Mapping[str, Label]
    certificates: Mapping[str, Certificate]
    #: In the order in which a case passes them.
    stages: Mapping[str, Label]
    #: Names of the profiles of the time limits; one without a name is shown as it is.
    profiles: Mapping[str, Label]
    #: Documents that sources of limits cite: `P1 §2.1(3)` is section 2.1 of what `P1` is called here.
    sources: Mapping[str, Label]
    #: Processes of which one runs a case, and the kinds of cases for which a comparison can choose one.
    variants: Mapping[str, Label]
    kinds: Mapping[str, Label]
    #: FEEL over the case's variables; empty for none.
    case_title: str
    case_subtitle: str
    facts: tuple[Fact, ...]
    columns: tuple[Fact, ...]
    #: Numbers that forms, letters and notices say: FEEL by name, with `limit(step)` and `decision(id, inputs)`.
    figures: Mapping[str, str]
    #: Variables of a case that go along when staff begin another process beside it.
    carries: tuple[str, ...]
    messages: Mapping[str, Notice]
    #: Id of the process with which a case begins, the message that begins it and its form; empty for none.
    entry: str
    start_message: str
    start_form: str
    #: How people outside are told who works on their case: "name", "number" or "none".
    public_staff: str
    #: Patterns of the ids of tasks that people outside are not told of.
    hidden: tuple[str, ...]
    #: The form in which customers say what they thought of a case that has ended; empty for none.
    rating: str

    @property
    def expressions(self) -> tuple[tuple[str, str], ...]:
        """Where and what: every FEEL text of the file."""
        single = (("case.title", self.case_title), ("case.subtitle", self.case_subtitle))
        facts = tuple((f"case.facts · {fact.label}", fact.feel) for fact in self.facts)
        columns = tuple((f"inbox.columns · {fact.label}", fact.feel) for fact in self.columns)
        teams = tuple((f"roles.{role.id}.team", role.team) for role in self.roles.values())
        figures = tuple((f"figures.{name}", source) for name, source in self.figures.items())
        return tuple(pair for pair in (*single, *facts, *columns, *teams, *figures) if pair[1])

    @property
    def keepers(self) -> tuple[str, ...]:
        """The roles of which one person looks after a case."""
        return tuple(role.id for role in self.roles.values() if role.keeper)


Value = TypeVar("Value")


class _Reading:
    """Reads entries one by one: a broken one is noted and something stands in for it, so that the rest is judged."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def take(self, read: Callable[[], Value], instead: Value) -> Value:
        """The entry, or what stands in for it."""
        try:
            return read()
        except Doubt as doubt:
            self.problems.append(FILES.problem(FILE, "", "pack_entry", reason=reason(doubt)))
            return instead

    def table(self, raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """The table of that name, empty without one."""
        return self.take(lambda: _table(raw, name), {})

    def each(
        self, table: Mapping[str, Any], read: Callable[[str, object], Value], instead: Callable[[str], Value]
    ) -> dict[str, Value]:
        """Every entry of a table by its id."""
        return {
            id: self.take(lambda id=id, value=value: read(id, value), instead(id))  # type: ignore[misc]
            for id, value in table.items()
        }

    def labels(self, raw: Mapping[str, Any], name: str) -> dict[str, Label]:
        """The names in both languages that a table gives, by id."""
        return self.each(self.table(raw, name), _label, _nameless)

    def facts(self, entries: object, where: str) -> tuple[Fact, ...]:
        """Every readable entry of a list of labelled expressions."""
        listed: list[object] = self.take(lambda: _listed(entries, where), [])
        read = (self.take(lambda entry=entry: _fact(entry, where), None) for entry in listed)  # type: ignore[misc]
        return tuple(fact for fact in read if fact is not None)


def read_pack(files: Mapping[str, bytes]) -> tuple[Pack | None, list[Problem]]:
    """The pack of some files and every problem of its `pack.toml`; None when that cannot be read at all."""
    if FILE not in files:
        return None, [FILES.problem(FILE, "", "pack_missing")]
    try:
        raw = tomllib.loads(files[FILE].decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, [FILES.problem(FILE, "", "pack_no_toml", reason=error)]
    reading = _Reading()
    return _pack(raw, reading), reading.problems


#: What a whole pack says of itself, each in a table of its own.
_TABLES: Final = ("pack", "case", "processes", "inbox", "public")


def _pack(raw: Mapping[str, Any], reading: _Reading) -> Pack:
    head, case, processes, inbox, public = map(partial(reading.table, raw), _TABLES)
    title = reading.take(lambda: _text(head, "title", "[pack]"), "")
    return Pack(
        id=reading.take(lambda: _text(head, "id", "[pack]"), ""),
        title=title,
        title_en=str(head.get("title_en") or title),
        roles=reading.each(reading.table(raw, "roles"), _role, lambda id: Role(id, id, id)),
        certificates=reading.each(reading.table(raw, "certificates"), _certificate, lambda id: Certificate(id, id, id)),
        stages=_stages(reading.table(raw, "stages"), reading),
        case_title=str(case.get("title", "")),
        case_subtitle=str(case.get("subtitle", "")),
        facts=reading.facts(case.get("facts", []), "case.facts"),
        carries=reading.take(lambda: _words(case.get("carries", []), "[case] carries"), ()),
        columns=reading.facts(inbox.get("columns", []), "inbox.columns"),
        figures=reading.each(reading.table(raw, "figures"), _figure, lambda name: "null"),
        messages=_messages(reading.table(raw, "messages"), reading),
        public_staff=reading.take(lambda: _staff(public.get("staff", "number")), "number"),
        hidden=reading.take(lambda: _words(public.get("hidden", []), "[public] hidden"), ()),
        rating=str(public.get("rating", "")),
        **_plain(raw, processes, reading),
    )


def _plain(raw: Mapping[str, Any], processes: Mapping[str, Any], reading: _Reading) -> dict[str, Any]:
    """What is named in both languages, and how a case begins."""
    named = ("regions", "profiles", "sources", "variants", "kinds")
    labels = {name: reading.labels(raw, name) for name in named}
    return {**labels, **{key: str(processes.get(key, "")) for key in ("entry", "start_message", "start_form")}}


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name, {})
    if not isinstance(found, Mapping):
        raise FILES.doubt("no_table", name=name)
    return found


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FILES.doubt("no_text", where=where, key=key)
    return value


def _nameless(id: str) -> Label:
    return Label(id, id, id)


def _label(id: str, value: object) -> Label:
    if isinstance(value, str):
        return Label(id, value, value)
    if not isinstance(value, Mapping):
        raise FILES.doubt("no_label", id=id)
    zh = _text(value, "zh", repr(id))
    return Label(id, zh, str(value.get("en", zh)))


def _role(id: str, value: object) -> Role:
    label = _label(id, value)
    if not isinstance(value, Mapping):
        return Role(label.id, label.zh, label.en)
    rights, sees, unmask = (_words(value.get(key, []), f"[roles.{id}] {key}") for key in ("rights", "sees", "unmask"))
    department, cases = str(value.get("department", "")), str(value.get("cases", ""))
    phone = str(value.get("phone", ""))
    team, keeper = value.get("team", ""), value.get("keeper", False)
    if not isinstance(team, str) or not isinstance(keeper, bool):
        raise FILES.doubt("role_shape", id=id)
    words = (label.id, label.zh, label.en, department, rights, cases, sees, unmask)
    return Role(*words, phone, team, keeper)


def _certificate(id: str, value: object) -> Certificate:
    label = _label(id, value)
    days = value.get("warn_days", 30) if isinstance(value, Mapping) else 30
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise FILES.doubt("certificate_days", id=id)
    return Certificate(label.id, label.zh, label.en, days)


def _staff(value: object) -> str:
    if value not in ("name", "number", "none"):
        raise FILES.doubt("staff_word", value=value)
    return str(value)


def _figure(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FILES.doubt("figure_text", name=name)
    return value


def _words(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise FILES.doubt("no_words", where=where)
    return tuple(value)


def _stages(table: Mapping[str, Any], reading: _Reading) -> dict[str, Label]:
    labels = reading.each({id: value for id, value in table.items() if id != "order"}, _label, _nameless)
    order = reading.take(lambda: _words(table.get("order", list(labels)), "[stages] order"), tuple(labels))
    known = [id for id in order if reading.take(lambda id=id: _ordered(id, labels), False)]  # type: ignore[misc]
    return {id: labels[id] for id in known}


def _ordered(id: str, labels: Mapping[str, Label]) -> bool:
    if id not in labels:
        raise FILES.doubt("stage_order", id=id)
    return True


def _listed(entries: object, where: str) -> list[object]:
    if not isinstance(entries, list):
        raise FILES.doubt("no_list", where=where)
    return entries


def _fact(entry: object, where: str) -> Fact | None:
    if not isinstance(entry, Mapping):
        raise FILES.doubt("no_fact", where=where)
    label = _text(entry, "label", where)
    return Fact(label, str(entry.get("label_en", label)), _text(entry, "feel", where))


def _messages(table: Mapping[str, Any], reading: _Reading) -> dict[str, Notice]:
    read = reading.each(table, _notice, lambda name: None)
    return {name: notice for name, notice in read.items() if notice is not None}


def _notice(name: str, entry: object) -> Notice | None:
    if not isinstance(entry, Mapping):
        raise FILES.doubt("no_notice", name=name)
    by = str(entry.get("by", "customer"))
    if by not in _SENDERS:
        raise FILES.doubt("sender", name=name, by=by, senders=", ".join(_SENDERS))
    title = _text(entry, "title", f"[messages.{name}]")
    title_en, button = str(entry.get("title_en") or title), str(entry.get("button") or title)
    button_en = str(entry.get("button_en") or entry.get("title_en") or button)
    roles = _words(entry.get("roles", []), f"[messages.{name}] roles")
    if by == "staff" and not roles:
        raise FILES.doubt("staff_roles", name=name)
    anytime = entry.get("anytime", False)
    if not isinstance(anytime, bool):
        raise FILES.doubt("anytime", name=name)
    return Notice(name, str(entry.get("form", "")), by, title, title_en, button, button_en, roles, anytime)
