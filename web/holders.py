"""Roles that a version of a pack needs and nobody holds: its tasks would wait, its steps would tell no one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from engine import profiles
from web.auth import users
from web.packs import pack_of, region_title, role_title


@dataclass(frozen=True, slots=True)
class Unheld:
    """A role without anybody in a region, and the step of the escalation that would tell it."""

    role: str
    region: str
    step: str


def unheld(connection: Connection, deployment_id: str) -> list[Unheld]:
    """Roles that the escalation of a version tells in a region where no active person holds them."""
    told, pack = profiles.told_roles(connection, deployment_id), pack_of(connection, deployment_id)
    people = [account for account in users.accounts(connection) if account.state == "active"]

    def missing() -> Iterator[Unheld]:
        for role, step in told.items():
            holders = [account for account in people if role in account.roles]
            for region in pack.regions or ("",):
                if not any(not region or "*" in account.regions or region in account.regions for account in holders):
                    yield Unheld(role_title([pack], role), region_title([pack], region) if region else "", step)

    return list(missing())
