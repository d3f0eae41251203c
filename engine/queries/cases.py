"""Instances as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from engine.errors import InstanceNotFound
from engine.models import instance as table
from engine.reading import live


@dataclass(frozen=True)
class FactText:
    """A fact of `pack.toml` with its value after the last turn."""

    label: str
    label_en: str
    text: str


@dataclass(frozen=True)
class Instance:
    """An instance with the texts of its pack."""

    id: str
    deployment_id: str
    definition_id: str
    process_id: str
    business_key: str
    region: str
    #: running -> ended | cancelled
    state: str
    end_event: str
    rev: int
    title: str
    subtitle: str
    columns: tuple[str, ...]
    facts: tuple[FactText, ...]
    started_at: datetime
    started_by: str
    changed_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Instances:
    """Some instances of a longer list; pages count from 1. Iterates over them."""

    instances: tuple[Instance, ...]
    total: int
    page: int
    limit: int

    def __iter__(self) -> Any:
        return iter(self.instances)

    def __len__(self) -> int:
        return len(self.instances)


_COLUMNS = tuple(table.c[name] for name in Instance.__annotations__)


def instance(connection: Connection, instance_id: str) -> Instance:
    """The instance with that id; `InstanceNotFound` if there is none."""
    row = connection.execute(select(*_COLUMNS).where(table.c.id == instance_id)).one_or_none()
    if row is None:
        raise InstanceNotFound(instance_id)
    return _instance_of(row)


def instances(
    connection: Connection,
    *,
    business_key: str | None = None,
    process_id: str | None = None,
    state: str | None = None,
    region: str | None = None,
    text: str = "",
    where: ColumnElement[bool] | None = None,
    page: int = 1,
    limit: int = 50,
) -> Instances:
    """Instances, the youngest first; `text` looks into case number, title and subtitle, `where` narrows by rights."""
    chosen = {"business_key": business_key, "process_id": process_id, "state": state, "region": region}
    narrowed = _narrow(select(*_COLUMNS), chosen, text, where)
    rows = narrowed.order_by(table.c.started_at.desc(), table.c.id).limit(limit).offset((page - 1) * limit)
    found = tuple(_instance_of(row) for row in connection.execute(rows))
    total = connection.scalar(select(func.count()).select_from(narrowed.subquery())) or 0
    return Instances(found, total, page, limit)


def variables(connection: Connection, instance_id: str, *, now: datetime, token: str = "") -> dict[str, Any]:
    """The process variables, or all that a token sees; sealed values stay references."""
    process = live(connection, _row(connection, instance_id), now)
    return process.variables_of(token) if token else process.variables


def _narrow(
    found: Select[Any], chosen: dict[str, str | None], text: str, where: ColumnElement[bool] | None
) -> Select[Any]:
    for name, value in chosen.items():
        found = found if value is None else found.where(table.c[name] == value)
    if text.strip():
        columns = (table.c.business_key, table.c.title, table.c.subtitle)
        found = found.where(or_(*(column.contains(text.strip(), autoescape=True) for column in columns)))
    return found if where is None else found.where(where)


def _row(connection: Connection, instance_id: str) -> Row[Any]:
    row = connection.execute(select(table).where(table.c.id == instance_id)).one_or_none()
    if row is None:
        raise InstanceNotFound(instance_id)
    return row


def _instance_of(row: Row[Any]) -> Instance:
    values = row._asdict()
    facts = tuple(FactText(*entry) for entry in values["facts"])
    return Instance(**{**values, "columns": tuple(values["columns"]), "facts": facts})
