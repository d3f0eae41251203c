"""Who holds which role: what the checks of a pack ask about people."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from web.auth import users
from web.auth.person import EVERYWHERE


def held(connection: Connection) -> Callable[[str, str], bool] | None:
    """Whether an active person holds a role in a region, as the accounts are now; None where nobody has any role.

    A pack may be checked before there are people, on an analyst's own machine for one: each role would be told.
    """
    places = users.held(connection)
    if not places:
        return None
    return lambda role, region: (role, region) in places or (role, EVERYWHERE) in places
