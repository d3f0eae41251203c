"""An engine with the parcel pack on one database, and short ways to use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, create_engine, event, select
from sqlalchemy import Engine as Database

from engine import ALL, Actor, Call, Completed, Engine, Handlers
from engine.models import history, instance, job, task, timer, wait

PARCEL = Path(__file__).parent / "parcel"
MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
LI = Actor("li", frozenset({"DESK"}), frozenset({"east"}))
BOSS = Actor("boss", regions=ALL, admin=True)
WANG = Actor("wang", frozenset({"DESK", "CASHIER"}), frozenset({"east"}))


def files_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their relative paths."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def open_database(url: str) -> Database:
    """A database set up as the product does it."""
    database = create_engine(url)
    if database.dialect.name == "sqlite":
        event.listen(database, "connect", _configure)
        event.listen(database, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return database


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


@dataclass
class House:
    """An engine on a database with the parcel pack in force."""

    database: Database
    engine: Engine
    handlers: Handlers
    now: datetime = MONDAY
    #: A switch that handlers of a test may look at.
    rows_seen: bool = True

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self.database.begin() as connection:
            yield connection

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def start(self, process_id: str, variables: Mapping[str, Any] | None = None, **more: Any) -> str:
        chosen = {"business_key": "P-1", "actor": "portal", "now": self.now, "region": "east", **more}
        with self.transaction() as connection:
            return self.engine.start(connection, process_id, variables or {}, **chosen)

    def complete(self, task_row: Row[Any], data: Mapping[str, Any] | None = None, **more: Any) -> Completed:
        chosen = {"rev": task_row.rev, "request_id": f"r-{task_row.id}", "actor": LI, "now": self.now, **more}
        with self.transaction() as connection:
            return self.engine.complete(connection, task_row.id, data or {}, **chosen)

    def send(self, message: str, message_id: str = "m-1", variables: Mapping[str, Any] | None = None) -> Any:
        with self.transaction() as connection:
            more = {"message_id": message_id, "actor": "partner", "now": self.now}
            return self.engine.send(connection, message, "P-1", variables or {}, **more)

    def work(self) -> list[str]:
        """Do every due job once."""
        with self.transaction() as connection:
            due = self.engine.due_jobs(connection, self.now)
        return [self.engine.run_job(self.transaction, job_id, self.now) for job_id in due]

    def rows(self, table: Table, **equal: object) -> list[Row[Any]]:
        found = select(table).where(*(table.c[name] == value for name, value in equal.items()))
        with self.transaction() as connection:
            return list(connection.execute(found))

    def task(self, **equal: object) -> Row[Any]:
        """The one open task."""
        (found,) = self.rows(task, state="open", **equal)
        return found

    def instance(self) -> Row[Any]:
        (found,) = self.rows(instance)
        return found

    def told(self, instance_id: str) -> list[tuple[str, str]]:
        return [(row.kind, row.element) for row in self.rows(history, instance_id=instance_id)]


def label(call: Call) -> Mapping[str, Any]:
    return {"label": f"L-{call.variables['parcel']}"}


def number(call: Call) -> Mapping[str, Any]:
    return {"parcel": call.variables.get("parcel", "77")}


def deploy(house: House, files: Mapping[str, bytes]) -> str:
    """Bring a version into force."""
    with house.transaction() as connection:
        made = house.engine.deploy(connection, files, actor="analyst", now=house.now)
        return house.engine.approve(connection, made.id, actor="admin", now=house.now).id


def parcel_handlers() -> Handlers:
    """The handlers of the parcel pack."""
    found = Handlers()
    found.add("parcel.label", label)
    found.add("parcel.number", number, inline=True)
    return found


def parcel_house(url: str) -> House:
    """An engine with the parcel pack in force, on a database that has its tables."""
    handlers = parcel_handlers()
    found = House(open_database(url), Engine(handlers), handlers)
    deploy(found, files_of(PARCEL))
    return found


def check_whole(house: House) -> None:
    """No instance has more or less than what its history tells."""
    for row in house.rows(instance):
        told = house.rows(history, instance_id=row.id)
        assert {entry.rev for entry in told} <= set(range(1, row.rev + 1))
        entered = [entry.token for entry in told if entry.kind == "entered"]
        left = [entry.token for entry in told if entry.kind == "left"]
        assert len(set(left)) == len(left)
        for open_task in house.rows(task, instance_id=row.id, state="open"):
            assert entered.count(open_task.token) == 1
            assert open_task.token not in left
        if row.state != "running":
            assert sorted(entered) == sorted(left)
            assert house.rows(timer, instance_id=row.id, state="waiting") == house.rows(wait, instance_id=row.id) == []
            tied = [one.state for one in house.rows(job, instance_id=row.id) if one.token]
            assert set(tied) <= {"done", "cancelled", "skipped"}
