"""Looking into the state of an instance without a turn: nothing is locked, nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.binding import Versions
from engine.errors import EngineError, StateUnreadable
from engine.feel import Function
from engine.host import Host
from engine.library import library
from engine.spiff import Instance


def live(connection: Connection, row: Row[Any], now: datetime) -> Instance:
    """The process as its last turn left it; to look at, never to act on."""
    versions = Versions(connection, row.region, row.business_key, now)
    return restored(row, Host(library(connection, row.deployment_id), _no_functions, versions))


def restored(row: Row[Any], host: Host) -> Instance:
    """The process of a row of the table; `StateUnreadable` when its saved state is damaged."""
    try:
        return Instance.restore(row.blob, host)
    except EngineError:
        raise
    except Exception as error:
        raise StateUnreadable(row.id, f"{type(error).__name__}: {error}") from error


def _no_functions(_instance: Instance) -> Mapping[str, Function]:
    return {}
