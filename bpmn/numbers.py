"""Case numbers: short, readable, unique, and the tail that makes a public number unguessable."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, Integer, String, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine import metadata

#: The zone in which a month begins for a case number.
ZONE = ZoneInfo("Asia/Shanghai")

#: Without 0/O, 1/I/L: a customer reads the number to a clerk over the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

case_number = Table(
    "case_number",
    metadata,
    Column("month", String(5), primary_key=True),
    Column("last", Integer, nullable=False),
)


def next_number(connection: Connection, now: datetime) -> str:
    """Return the next case number of the month of ``now``, such as ``26-11-0187``.

    The counter row is locked until the caller's commit, so a number is never given twice;
    a command that is rolled back gives its number back.
    """
    month = now.astimezone(ZONE).strftime("%y-%m")
    last = connection.execute(
        update(case_number)
        .where(case_number.c.month == month)
        .values(last=case_number.c.last + 1)
        .returning(case_number.c.last)
    ).scalar_one_or_none()
    if last is None:
        last = _open_month(connection, month)
    return f"{month}-{last:04d}"


def _open_month(connection: Connection, month: str) -> int:
    """Write the first row of a month; a rival who was faster is counted on."""
    try:
        with connection.begin_nested():
            connection.execute(insert(case_number).values(month=month, last=1))
        return 1
    except IntegrityError:
        connection.execute(update(case_number).where(case_number.c.month == month).values(last=case_number.c.last + 1))
        return int(connection.execute(select(case_number.c.last).where(case_number.c.month == month)).scalar_one())


def public_number(number: str) -> str:
    """Return ``number`` with a random tail of 50 bits, for people who are not signed in."""
    tail = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{number}-{tail[:5]}-{tail[5:]}"
