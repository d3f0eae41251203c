"""The person of a request: identity, roles, regions, and the engine's view of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from flask_babel import gettext as _
from flask_login import UserMixin, current_user

from engine import ALL, Actor
from web.errors import NotSignedIn

#: Roles of the house; every other role comes from a pack.
ADMIN: Final = "ADMIN"
ANALYST: Final = "ANALYST"
#: A person with this region sees all of them.
EVERYWHERE: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person(UserMixin):
    """Somebody signed in, as loaded for this request."""

    id: str
    session: str
    kind: str
    login: str
    name: str
    number: str
    department: str
    state: str
    state_reason: str
    must_change: bool
    roles: frozenset[str]
    regions: frozenset[str]
    rights: frozenset[str]
    preferences: dict[str, object]
    #: The engine's view of an active member of staff; None for customers and for those who are suspended.
    worker: Actor | None = None
    #: Set when the session may read this one case only.
    only_case: str | None = None

    def get_id(self) -> str:
        """The key under which the session is found again; not the user's id."""
        return self.session

    @property
    def staff(self) -> bool:
        return self.kind == "staff"

    @property
    def everywhere(self) -> bool:
        return EVERYWHERE in self.regions

    @property
    def suspended(self) -> bool:
        return self.state != "active"

    def may(self, right: str) -> bool:
        return right in self.rights

    def actor(self) -> Actor:
        """How the engine knows this person; a suspended one belongs to no group and so cannot claim."""
        if self.worker is None:
            return Actor(self.id, frozenset(), ALL if self.everywhere else self.regions)
        return replace(self.worker, admin="operate" in self.rights)


def person() -> Person | None:
    """Who is signed in, or None."""
    found = current_user._get_current_object() if current_user else None
    return found if isinstance(found, Person) else None


def signed_in_person() -> Person:
    """Who is signed in.

    Raises:
        NotSignedIn: Nobody is.
    """
    found = person()
    if found is None:
        raise NotSignedIn(_("请先登录。"), _("登录后会回到这里。"))
    return found
