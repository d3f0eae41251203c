"""Who may do one task besides having its role: four eyes, and the certificates that the element asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection

from engine.errors import NotAllowed, NotQualified, OwnWork
from engine.library import library
from engine.properties import certificates_of, four_eyes_of
from engine.rights import Actor, doers, latest, today


class Place(Protocol):
    """A task, as a row or as a value of `engine.queries`."""

    @property
    def id(self) -> str: ...
    @property
    def instance_id(self) -> str: ...
    @property
    def business_key(self) -> str: ...
    @property
    def deployment_id(self) -> str: ...
    @property
    def process_id(self) -> str: ...
    @property
    def element(self) -> str: ...


def check(connection: Connection, place: Place, actor: Actor, now: datetime, behalf: str = "") -> None:
    """Refuse who did what the task checks, be it through a deputy, and who lacks a certificate of their own.

    Raises:
        OwnWork: The actor, or the absent person `behalf` in whose place they act, did what this task checks.
        NotQualified: A certificate is missing or has run out.
    """
    found = obstacles(connection, place, [actor], now, behalf)[actor.id]
    if found is not None:
        raise found


def obstacles(
    connection: Connection, place: Place, people: Iterable[Actor], now: datetime, behalf: str = ""
) -> dict[str, NotAllowed | None]:
    """What keeps each person from doing the task besides roles and regions; None for those whom nothing keeps."""
    shelf = library(connection, place.deployment_id)
    element = shelf.definition(place.process_id).elements.get(place.element)
    done = doers(connection, place.instance_id, place.business_key, four_eyes_of(element))
    done = {person: shelf.name_of(did) for person, did in done.items()}
    kinds = certificates_of(element)
    return {one.id: _obstacle(place, one, done, kinds, today(now), behalf) for one in people}


def _obstacle(
    place: Place, actor: Actor, done: dict[str, str], kinds: Iterable[str], day: date, behalf: str
) -> NotAllowed | None:
    by = next((person for person in (actor.id, behalf) if person in done), "")
    if by:
        return OwnWork(actor.id, place.id, done[by], by)
    held = latest(actor.certificates)
    missing = next((kind for kind in kinds if kind not in held or held[kind] < day), None)
    return NotQualified(actor.id, place.id, missing, held.get(missing)) if missing is not None else None
