"""The customer's application: the case and customer records that the registration of a process fills."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Index, Numeric, Row, String, Table, insert, select, update

from bpmn.numbers import public_number
from engine import Moment, metadata

customer = Table(
    "customer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name_seal", String(64), nullable=False),
    Column("phone_seal", String(64), nullable=False),
    Column("identity_seal", String(64), nullable=False),
    Column("since", Moment, nullable=False),
    Index("ix_customer_identity", "identity_seal"),
)

case = Table(
    "case",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("public_number", String(48), nullable=False, unique=True),
    Column("customer_id", String(64), nullable=False, index=True),
    Column("business_type", String(32), nullable=False),
    Column("customer_class", String(16), nullable=False),
    Column("region", String(64), nullable=False),
    Column("kva", Numeric(12, 3), nullable=False),
    #: What the capacity tool compares with: industry, installed power, and what was approved in the end.
    Column("industry", String(64), nullable=False, default=""),
    Column("devices_kw", Numeric(14, 3), nullable=False, default=0),
    Column("approved_kva", Numeric(12, 3)),
    Column("online", Boolean, nullable=False),
    Column("address_seal", String(64), nullable=False),
    #: The variant the routing table chose, the one a comparison asked for instead, and the one that really runs.
    Column("routed", String(64), nullable=False, default=""),
    Column("forced", String(64), nullable=False, default=""),
    Column("actual", String(64), nullable=False, default=""),
    Column("opened_at", Moment, nullable=False),
    Column("archived_at", Moment),
    Index("ix_case_region_opened", "region", "opened_at"),
    Index("ix_case_peers", "customer_class", "industry", "archived_at"),
)


#: Fields that tell one applicant from another, the surest first; the last is for passports and the like.
_IDENTITIES = ("credit_code", "id_no", "other_id_no")


@dataclass(frozen=True)
class Case:
    """One application. Names, phone and address are references to seals, never text."""

    number: str
    #: Number with an unguessable tail, for people who are not signed in.
    public_number: str
    customer_id: str
    business_type: str
    customer_class: str
    region: str
    kva: Decimal
    online: bool
    name_seal: str
    phone_seal: str
    identity_seal: str
    address_seal: str
    routed: str
    forced: str
    actual: str
    opened_at: datetime
    archived_at: datetime | None


_COLUMNS = (*case.c, customer.c.name_seal, customer.c.phone_seal, customer.c.identity_seal)
_JOINED = case.join(customer, case.c.customer_id == customer.c.id)


def case_of(connection: Connection, number: str) -> Case | None:
    """Return the case with this internal number."""
    row = connection.execute(select(*_COLUMNS).select_from(_JOINED).where(case.c.number == number)).one_or_none()
    return _case(row) if row else None


def find_public(connection: Connection, number: str, last_four: str, opened: Callable[[str], str]) -> Case | None:
    """Return the case of a public number if ``last_four`` are the last digits of its phone.

    ``opened`` opens a seal by its id. Digits alone find nothing: they are compared, never searched.
    """
    statement = select(*_COLUMNS).select_from(_JOINED).where(case.c.public_number == number.strip().upper())
    row = connection.execute(statement).one_or_none()
    if row is None or not last_four or not opened(row.phone_seal).endswith(last_four):
        return None
    return _case(row)


def _case(row: Row[Any]) -> Case:
    return Case(**{name: getattr(row, name) for name in Case.__annotations__})


def register(connection: Connection, number: str, values: Mapping[str, Any], now: datetime) -> str:
    """Write the case and customer records of an application and return the public number.

    ``values`` are the variables of the process; personal fields are references ``{"sealed": id}``.
    Called again for the same number it answers the number given before and writes nothing.
    """
    known = case_of(connection, number)
    if known:
        return known.public_number
    public = public_number(number)
    connection.execute(insert(customer).values(_customer(number, values, now)))
    connection.execute(insert(case).values(_record(number, public, values, now)))
    return public


def _customer(number: str, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "name_seal": sealed(values, "name"),
        "phone_seal": sealed(values, "phone"),
        "identity_seal": identity(values),
        "since": now,
    }


def _record(number: str, public: str, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "number": number,
        "public_number": public,
        "customer_id": number,
        "business_type": str(values["business_type"]),
        "customer_class": str(values["customer_class"]),
        "region": str(values["region"]),
        "kva": values["kva"],
        "industry": str(values.get("industry") or ""),
        "devices_kw": installed(values.get("devices")),
        "online": bool(values.get("online")),
        "address_seal": sealed(values, "address"),
        "opened_at": now,
    }


def installed(devices: Iterable[Mapping[str, Any]] | None) -> Decimal:
    """Return the sum of count times power of all devices, in kW; a row that lacks one counts nothing."""
    found = ((row.get("count"), row.get("power")) for row in devices or ())
    return sum((n * kw for n, kw in found if isinstance(n, Decimal) and isinstance(kw, Decimal)), Decimal(0))


def sealed(values: Mapping[str, Any], field: str) -> str:
    """Return the seal id of a personal field, empty when the applicant left it out."""
    value = values.get(field)
    return str(value["sealed"]) if isinstance(value, Mapping) and "sealed" in value else ""


def identity(values: Mapping[str, Any]) -> str:
    """Return the seal id of what tells the applicant from others: the credit code, else the number of an id paper."""
    return next(filter(None, (sealed(values, field) for field in _IDENTITIES)), "")


def draw(number: str) -> int:
    """A number from 0 to 99 that belongs to a case for ever and says nothing about it: what samples are drawn by."""
    return int(sha256(number.encode()).hexdigest(), 16) % 100


@dataclass(frozen=True)
class Variant:
    """How a case is run: as the routing table chose, as a comparison asked for (or empty), and as it really is."""

    routed: str
    forced: str
    actual: str


def record_route(connection: Connection, number: str, variant: Variant) -> None:
    """Keep how a case is run; routed and actual differ when a comparison changed it or the former is not deployed."""
    values = {"routed": variant.routed, "forced": variant.forced, "actual": variant.actual}
    connection.execute(update(case).where(case.c.number == number).values(values))


def variant_of(connection: Connection, number: str) -> Variant | None:
    """How the case with this number is run; None before it is routed."""
    found = case_of(connection, number)
    return Variant(found.routed, found.forced, found.actual) if found and found.actual else None


def archive(connection: Connection, number: str, approved_kva: Decimal | None, now: datetime) -> None:
    """Mark the case as archived, with the capacity that the plan approved."""
    closed = {"archived_at": now, "approved_kva": approved_kva}
    connection.execute(update(case).where(case.c.number == number).values(closed))
