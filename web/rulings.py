"""What decisions answered in a case, by which rows of which tables, and on which values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from web.asked import instances_of
from web.wording import listed, plain_label


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
    rows: tuple[Row, ...]
    #: rows that fired beyond those that were kept
    more: int
    value: str

    @property
    def source(self) -> str:
        """Where the value stands: `cost_sharing 第 6 行`."""
        if not self.rows:
            return self.id
        numbers = listed(str(row.number) for row in self.rows)
        more = "…" if self.more else ""
        return _("%(table)s 第 %(rows)s 行", table=self.id, rows=numbers + more)


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
    """The last answer at each step of the case, the latest first."""
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
        latest[place] = _ruling(entry, versions)
    return tuple(reversed(latest.values()))


def _ruling(entry: queries.Entry, versions: Mapping[str, int]) -> Ruling:
    payload = entry.payload
    tables = tuple(map(_table, payload["grounds"])) or (Table(str(payload["decision"]), (), 0, ""),)
    version = versions.get(str(payload.get("deployment")), 0)
    return Ruling(plain_label(entry.name), str(payload["decision"]), version, entry.at, tables)


def source_of(entry: queries.Entry) -> str:
    """The rows that decided, for one line of the record."""
    return _ruling(entry, {}).source


def _table(told: Mapping[str, Any]) -> Table:
    rows = tuple(_row(rule, told["inputs"]) for rule in told["rules"])
    return Table(told["decision"], rows, told["more"], told["value"])


def _row(rule: Mapping[str, Any], inputs: Mapping[str, str]) -> Row:
    return Row(
        rule["row"], tuple(_inputs(rule["cells"], inputs)), tuple(Fact(*pair) for pair in rule["outputs"].items())
    )


def _inputs(cells: Mapping[str, str], inputs: Mapping[str, str]) -> Iterator[Fact]:
    """The inputs that the row asks about; what it leaves open did not matter."""
    for label, asked in cells.items():
        yield Fact(label, inputs.get(label, ""), asked)
