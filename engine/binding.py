"""Which version of a process is taken: by what begins a case, and by a call that is bound beyond its deployment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from engine.activation import in_force
from engine.errors import CannotRun, UnknownProcess
from engine.library import Library, library
from engine.models import definition, deployment
from engine.spiff import Definition

#: States of versions that somebody has approved at some time.
_APPROVED: Final = ("active", "trial", "retired")


def active_definition(
    connection: Connection, process_id: str, region: str, key: str, now: datetime, pack: str = ""
) -> Row[Any]:
    """The definition that a new instance of a process uses: that of the version whose activation fits the case."""
    joined = definition.join(deployment, deployment.c.id == definition.c.deployment_id)
    found = select(definition, deployment.c.pack, deployment.c.state).select_from(joined)
    found = found.where(definition.c.process_id == process_id, deployment.c.state.in_(("active", "trial")))
    if pack:
        found = found.where(deployment.c.pack == pack)
    # Several packs may hold a process of that id: the one approved last counts.
    rows = connection.execute(found.order_by(deployment.c.approved_at.desc(), definition.c.id)).all()
    bases = [row for row in rows if row.state == "active"]
    if not rows:
        raise UnknownProcess(process_id)
    pack = (bases or rows)[0].pack
    own = {row.deployment_id: row for row in rows if row.pack == pack}
    for switch in in_force(connection, [pack], now):
        if switch.deployment_id in own and switch.fits(region, key):
            return own[switch.deployment_id]
    if not bases:
        raise UnknownProcess(process_id)
    return bases[0]


@dataclass(frozen=True)
class Versions:
    """The versions that a case of some region and number can reach at a moment."""

    connection: Connection
    region: str
    business_key: str
    now: datetime

    def library(self, deployment_id: str) -> Library:
        """A version by its id."""
        return library(self.connection, deployment_id)

    def bound(self, process_id: str, caller: Library, binding: str, wanted: str) -> Definition:
        """The process as a call says: the version in force, one by its number, or one by its tag; of the caller's pack.

        Raises:
            UnknownProcess: No version in force holds it.
            CannotRun: No approved version is known by that number or tag.
        """
        if binding == "latest":
            place = (self.region, self.business_key, self.now, caller.pack.id)
            found = active_definition(self.connection, process_id, *place).deployment_id
        elif binding == "versionTag" and _tag(caller, process_id) == wanted:
            # Several versions may carry a tag: the caller's own is what it was tried with.
            found = caller.deployment_id
        else:
            found = self._approved(process_id, caller.pack.id, binding, wanted)
        return self.library(found).definition(process_id)

    def _approved(self, process_id: str, pack: str, binding: str, wanted: str) -> str:
        """The youngest approved version that is meant."""
        joined = definition.join(deployment, deployment.c.id == definition.c.deployment_id)
        rows = select(definition.c.deployment_id).select_from(joined).order_by(definition.c.version.desc()).limit(1)
        rows = rows.where(definition.c.process_id == process_id, deployment.c.state.in_(_APPROVED))
        rows = rows.where(deployment.c.pack == pack)
        if binding == "versionTag":
            rows = rows.where(definition.c.version_tag == wanted)
        else:
            rows = rows.where(definition.c.version == _number(process_id, wanted))
        found: str | None = self.connection.scalar(rows)
        if found is None:
            message = f"No approved version of {pack!r} holds it as {binding} {wanted!r}."
            raise CannotRun(process_id, f"{message} Approve that version, or correct the call.")
        return found


def _tag(caller: Library, process_id: str) -> str | None:
    own = caller.definitions.get(process_id)
    return own.version_tag if own is not None else None


def _number(process_id: str, wanted: str) -> int:
    try:
        return int(wanted)
    except ValueError:
        raise CannotRun(process_id, f"{wanted!r} is no number of a version.") from None
