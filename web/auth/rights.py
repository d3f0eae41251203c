"""Rights by role: those of the house are fixed here, those of a pack's roles stand in its `pack.toml`.

users     keep users, roles and sessions        deploy    upload drafts of packs      approve   activate them
operate   incidents, retry, cancel              assign    give tasks to others        insight   figures and boards
calendar  keep calendars, choose limit profiles audit     read who saw and did what   write     notes on cases
behalf    apply and answer for customers        studio    draw packs                remind    ask others to hurry
deadline  change due dates of cases by hand     supervise give orders that have to be answered
credit    the credit record of applicants
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from web.auth.person import ADMIN, ANALYST
from web.packs import Role, active_packs, region_title, role_title

RIGHTS: Final = frozenset(
    {
        *("users", "deploy", "approve", "operate", "calendar", "audit", "studio"),
        *("assign", "remind", "insight", "write", "behalf", "deadline", "supervise", "credit"),
    }
)
HOUSE: Final[Mapping[str, frozenset[str]]] = {
    ADMIN: frozenset({"users", "deploy", "approve", "operate", "calendar"}),
    ANALYST: frozenset({"deploy", "studio"}),
}


def rights_of(connection: Connection, roles: frozenset[str]) -> frozenset[str]:
    """What somebody with these roles may do; words that no right has are ignored."""
    found: set[str] = set()
    for role in roles:
        found |= HOUSE.get(role, frozenset())
    for described in pack_roles(connection, roles):
        found |= described.rights & RIGHTS
    return frozenset(found)


def roles_there_are(connection: Connection) -> dict[str, str]:
    """Roles that the active packs and the house know, with their titles."""
    packs = active_packs(connection)
    return {role: role_title(packs, role) for role in (*(role for pack in packs for role in pack.roles), *HOUSE)}


def regions_there_are(connection: Connection) -> dict[str, str]:
    """Regions of the active packs, with their titles."""
    packs = active_packs(connection)
    return {region: region_title(packs, region) for pack in packs for region in pack.regions}


def pack_roles(connection: Connection, roles: frozenset[str]) -> tuple[Role, ...]:
    """The roles as the active packs describe them."""
    return tuple(pack.roles[role] for pack in active_packs(connection) for role in roles if role in pack.roles)
