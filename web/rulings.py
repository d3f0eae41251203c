"""What decisions answered in a case, by which rows of which tables, and on which values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from engine import dmn, queries
from engine.labels import decision_labels
from web.asked import instances_of
from web.spoken import Speech, speech_of
from web.wording import listed, plain_label

#: More rows than this are counted, not listed.
MOST_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """An input or output of a table: its label, the value, and for an input what the row asks of it."""

    label: str
    value: str
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that fired, counted from 1."""

    number: int
    inputs: tuple[Fact, ...]
    outputs: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that had a part in the answer; without rows it had none for these inputs."""

    id: str
    #: What people call the table.
    title: str
    rows: tuple[Row, ...]
    #: rows that fired beyond those that were kept
    more: int
    value: str

    @property
    def source(self) -> str:
        """Where the value stands: 《费用分担》第 6 行."""
        if not self.rows:
            return _("《%(table)s》", table=self.title)
        total = len(self.rows) + self.more
        rows = listed(str(row.number) for row in self.rows[:MOST_ROWS])
        if total > MOST_ROWS:
            return _("《%(table)s》第 %(rows)s 行等 %(total)d 行", table=self.title, rows=rows, total=total)
        return ngettext(
            "《%(table)s》第 %(rows)s 行", "《%(table)s》第 %(rows)s 行", total, table=self.title, rows=rows
        )


@dataclass(frozen=True, slots=True)
class Ruling:
    """One answer of a decision: of which step, when, in which version of the pack."""

    name: str
    decision: str
    #: Number of the version of the deployment whose tables answered; 0 when that is not known any more.
    version: int
    at: datetime
    #: In the order of asking; the last is the decision itself.
    tables: tuple[Table, ...]

    @property
    def own(self) -> Table:
        """The decision's own table."""
        return self.tables[-1]

    @property
    def source(self) -> str:
        """Rows of the table that decided, of the last one with rows when the decision only calculates."""
        return next((table.source for table in reversed(self.tables) if table.rows), self.own.source)

    def as_dict(self) -> dict[str, Any]:
        """The ruling as an answer of the API."""
        return {**asdict(self), "source": self.source}


def of_case(connection: Connection, business_key: str) -> tuple[Ruling, ...]:
    """The last answer at each step of the case, the latest first, in the words of its pack."""
    entries = [
        entry
        for row in instances_of(connection, business_key)
        for entry in queries.history(connection, row.id, kinds=("decided",))
    ]
    versions = {found.id: found.version for found in queries.deployments(connection)} if entries else {}
    latest: dict[tuple[str, str], Ruling] = {}
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.seq)):
        place = entry.element, str(entry.payload["decision"])
        latest.pop(place, None)
        latest[place] = _ruling(connection, entry, versions)
    return tuple(reversed(latest.values()))


def source_of(connection: Connection, entry: queries.Entry) -> str:
    """The rows that decided, for one line of the record."""
    return _ruling(connection, entry, {}).source


def _ruling(connection: Connection, entry: queries.Entry, versions: Mapping[str, int]) -> Ruling:
    payload = entry.payload
    deployment = str(payload.get("deployment") or "")
    told = payload["grounds"] or ({"decision": payload["decision"], "inputs": {}, "rules": (), "more": 0, "value": ""},)
    tables = tuple(_table(connection, deployment, table) for table in told)
    return Ruling(plain_label(entry.name), str(payload["decision"]), versions.get(deployment, 0), entry.at, tables)


def _table(connection: Connection, deployment_id: str, told: Mapping[str, Any]) -> Table:
    id = str(told["decision"])
    labels = decision_labels(connection, deployment_id, id) if deployment_id else None
    labels = labels or dmn.Labels(id, {}, {})
    speech = speech_of(connection, deployment_id) if deployment_id else Speech({}, {})
    rows = tuple(_row(rule, told["inputs"], labels, speech) for rule in told["rules"])
    return Table(id, labels.title, rows, told["more"], speech.value(str(told["value"])) or "")


def _row(rule: Mapping[str, Any], inputs: Mapping[str, str], labels: dmn.Labels, speech: Speech) -> Row:
    outputs = [
        (labels.outputs.get(name, name), value, speech.value(value, name)) for name, value in rule["outputs"].items()
    ]
    # A code without a name says nothing to people; beside it most rows have its title.
    named = tuple(Fact(label, words) for label, _value, words in outputs if words is not None)
    return Row(
        rule["row"],
        tuple(_inputs(rule["cells"], inputs, labels, speech)),
        named or tuple(Fact(label, value) for label, value, _words in outputs),
    )


def _inputs(cells: Mapping[str, str], inputs: Mapping[str, str], labels: dmn.Labels, speech: Speech) -> Iterator[Fact]:
    """The inputs that the row asks about; what it leaves open did not matter."""
    for label, asked in cells.items():
        key, value = labels.inputs.get(label, ""), inputs.get(label, "")
        yield Fact(label, speech.value(value, key) or value, speech.asked(asked, key))
