"""Sealing of the web's own columns, with the keys of the installation."""

from __future__ import annotations

import hashlib
import hmac

from engine.seals import Sealer
from web.config import Settings
from web.context import house


def make_sealer(settings: Settings) -> Sealer:
    """The sealer of an installation; the first key is the active one, the others only open."""
    active = next(iter(settings.seal_keys))
    return Sealer(dict(settings.seal_keys), active, settings.index_key)


def sealer() -> Sealer:
    return house().sealer


def seal_text(plain: str, *, table: str, column: str, row: str) -> str:
    """Encrypt one value; it opens only at the same table, column and row."""
    return sealer().seal(plain, table=table, column=column, row=row)


def open_text(token: str, *, table: str, column: str, row: str) -> str:
    return sealer().open(token, table=table, column=column, row=row)


def blind_index(value: str) -> str:
    """What equal phones have in common and nobody can turn back without the key."""
    key = house().settings.index_key
    return hmac.new(key, f"web.phone|{value}".encode(), hashlib.sha256).hexdigest()
