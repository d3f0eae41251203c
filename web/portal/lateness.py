"""Why a stage is late and when it will be done, for customers: what the head of department found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from engine import queries
from engine.damage import known_variables
from forms import Form
from web.asked import history_of
from web.charge import Charge
from web.wording import days_text, listed, local, long_day, number_of

#: Entries of the history that say that a token went into an element, and that it went on.
ENTERED, LEFT = "entered", "left"


@dataclass(frozen=True)
class Late:
    """A stage past its promise."""

    days: Decimal
    reason: str
    #: The new predicted end of the stage.
    until: datetime | date

    def sentence(self, now: datetime) -> str:
        """比承诺晚 1 天，原因：部门衔接，新的预计 12 月 3 日."""
        late = max(self.days, Decimal("0.1"))
        told = {"days": days_text(late), "reason": self.reason, "day": long_day(self.until, now)}
        return ngettext(
            "比承诺晚 %(days)s 天，原因：%(reason)s，新的预计 %(day)s",
            "比承诺晚 %(days)s 天，原因：%(reason)s，新的预计 %(day)s",
            number_of(late), **told,
        )  # fmt: skip


def late(
    connection: Connection,
    instance: queries.Instance,
    stage: str,
    facts: tuple[Decimal, datetime],
    charges: Sequence[Charge],
    now: datetime,
) -> Late:
    """The lateness of a stage; `facts` are the working days it is late and its predicted end."""
    days, predicted = facts
    found = next(_answers(connection, instance, stage, now), {})
    reason = _cause(connection, instance, stage, str(found.get(f"overdue_{stage}_cause") or ""))
    return Late(days, reason or _unfinished(charges), _expected(found.get(f"overdue_{stage}_expected"), predicted))


def _answers(
    connection: Connection, instance: queries.Instance, stage: str, now: datetime
) -> Iterator[Mapping[str, Any]]:
    """What the form of the overdue stage was answered with, seen from a token beside the stage."""
    entries = history_of(connection, instance.id)
    gone = {entry.token for entry in entries if entry.kind == LEFT}
    alive = dict.fromkeys(entry.token for entry in entries if entry.kind == ENTERED and entry.token not in gone)
    for token in alive:
        values = known_variables(connection, instance.id, now=now, token=token)
        if f"overdue_{stage}_cause" in values:
            yield values


def _cause(connection: Connection, instance: queries.Instance, stage: str, value: str) -> str:
    if not value:
        return ""
    form = Form.load(queries.form(connection, instance.deployment_id, f"overdue_{stage}"))
    rows = form.summary({f"overdue_{stage}_cause": value})
    return next((row.text for row in rows if row.kind != "heading" and row.text and row.text != "—"), value)


def _unfinished(charges: Sequence[Charge]) -> str:
    steps = listed(dict.fromkeys(charge.step for charge in charges))
    return _("%(steps)s还没有办完", steps=steps) if steps else _("还在办理")


def _expected(value: object, predicted: datetime) -> datetime | date:
    """The day that the head of department promised, unless it has passed."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        return predicted
    return day if day >= local(predicted).date() else predicted
