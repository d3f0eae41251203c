"""Sealed values as rows of `seal`: personal data stay here, everything else holds only references to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from engine import history
from engine.errors import EngineError, NotFound
from engine.history import Scene
from engine.models import instance, seal
from engine.rows import new_id
from engine.sealer import BadKey, KeyMissing, SealBroken, Sealer, mask

__all__ = [
    "BadKey",
    "KeyMissing",
    "ReasonMissing",
    "SealBroken",
    "Sealer",
    "adopt",
    "erase",
    "find",
    "mask",
    "masks",
    "reference",
    "rekey",
    "reveal",
    "store",
    "unseal",
]

TABLE: Final = "seal"


class ReasonMissing(EngineError):
    """Personal data may be shown only with a reason."""

    def __init__(self) -> None:
        super().__init__("No reason was given. Choose why the value is needed; the reason is recorded with your name.")


def reference(seal_id: str) -> dict[str, str]:
    """What a variable holds instead of the value."""
    return {"sealed": seal_id}


def store(
    connection: Connection,
    sealer: Sealer,
    values: Mapping[str, tuple[str, str]],
    *,
    business_key: str,
    actor: str,
    now: datetime,
) -> dict[str, str]:
    """Seal values given as field -> (kind, plain text); the ids of their rows by field."""
    ids = {name: new_id() for name in values}
    common = {"business_key": business_key, "key_id": sealer.active, "created_at": now, "created_by": actor}
    rows = [{**_sealed(sealer, ids[name], name, kind, plain), **common} for name, (kind, plain) in values.items()]
    if rows:
        connection.execute(insert(seal), rows)
    return ids


def adopt(connection: Connection, ids: Collection[str], business_key: str) -> int:
    """Give seals that were made before there was a case to that case; how many there were."""
    free = (seal.c.id.in_(ids), seal.c.business_key == "")
    return connection.execute(update(seal).where(*free).values(business_key=business_key)).rowcount


def masks(connection: Connection, sealer: Sealer, ids: Collection[str]) -> dict[str, str]:
    """Masked values by id; ids that do not exist are left out."""
    rows = connection.execute(select(seal).where(seal.c.id.in_(ids))) if ids else ()
    return {row.id: mask(row.kind, _open(sealer, row)) for row in rows}


def unseal(
    connection: Connection, sealer: Sealer, seal_id: str, *, instance_id: str, reason: str, actor: str, now: datetime
) -> str:
    """The plain value; who read it and why goes into the history of the instance, whose case must own the seal."""
    if not reason.strip():
        raise ReasonMissing
    joined = seal.join(instance, instance.c.business_key == seal.c.business_key)
    facts = (instance.c.deployment_id, instance.c.region, instance.c.rev)
    wanted = (seal.c.id == seal_id, instance.c.id == instance_id)
    row = connection.execute(select(seal, *facts).select_from(joined).where(*wanted)).one_or_none()
    if row is None:
        raise NotFound("sealed value", seal_id, "Reload the case.")
    scene = Scene(instance_id, row.deployment_id, row.business_key, row.region, row.rev, now, actor)
    told = {"seal": seal_id, "field": row.field, "sensitive": row.kind, "reason": reason.strip()}
    history.write(connection, [scene.entry("unsealed", **told)])
    return _open(sealer, row)


def reveal(connection: Connection, sealer: Sealer, ids: Collection[str]) -> dict[str, str]:
    """Plain values by id for the machine's own use, such as a letter to the customer; never for a page."""
    rows = connection.execute(select(seal).where(seal.c.id.in_(ids))) if ids else ()
    return {row.id: _open(sealer, row) for row in rows}


def find(connection: Connection, sealer: Sealer, kind: str, plain: str) -> tuple[str, ...]:
    """Business keys of cases that hold exactly this value, oldest first; only for kinds with an index."""
    index = sealer.blind_index(kind, plain)
    if not index:
        return ()
    same = (seal.c.kind == kind, seal.c.blind_index == index, seal.c.business_key != "")
    rows = connection.execute(select(seal.c.business_key).where(*same).order_by(seal.c.created_at))
    return tuple(dict.fromkeys(row.business_key for row in rows))


def rekey(connection: Connection, sealer: Sealer, limit: int = 500) -> int:
    """Encrypt some values with the active key anew; how many. 0 means that old keys are no longer needed here."""
    old = select(seal).where(seal.c.key_id != sealer.active).limit(limit).with_for_update(skip_locked=True)
    moved = [_rekeyed(sealer, row) for row in connection.execute(old)]
    if moved:
        values = {"ciphertext": bindparam("b_ciphertext"), "key_id": sealer.active}
        connection.execute(update(seal).where(seal.c.id == bindparam("b_id")).values(values), moved)
    return len(moved)


def erase(connection: Connection, business_key: str) -> int:
    """Delete the personal data of a case whose retention has ended; references then show nothing."""
    return connection.execute(delete(seal).where(seal.c.business_key == business_key)).rowcount


def _sealed(sealer: Sealer, id: str, name: str, kind: str, plain: str) -> dict[str, str]:
    sealed = sealer.seal(plain, table=TABLE, column=name, row=id)
    index = sealer.blind_index(kind, plain)
    return {"id": id, "field": name, "kind": kind, "ciphertext": sealed, "blind_index": index}


def _rekeyed(sealer: Sealer, row: Row[Any]) -> dict[str, str]:
    fresh = sealer.seal(_open(sealer, row), table=TABLE, column=row.field, row=row.id)
    return {"b_id": row.id, "b_ciphertext": fresh}


def _open(sealer: Sealer, row: Row[Any]) -> str:
    return sealer.open(row.ciphertext, table=TABLE, column=row.field, row=row.id)
