"""Deadlines of a case with their explanation, computed anew on demand, and changed by hand with a reason."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import deadline_changes
from engine.deadlines import Deadline
from web import standing
from web.api import asked, replies, schemas
from web.api.room import Room
from web.auth import scope
from web.auth.access import right, staff
from web.auth.person import Person, signed_in_person
from web.context import now
from web.database import command, read
from web.errors import Missing
from web.wording import moment_text

blueprint = Room("deadlines", __name__, url_prefix="/api/cases", description=__doc__)


@blueprint.get("/<business_key>/deadlines")
@blueprint.response(200, replies.DeadlineReply(many=True))
@staff
def listing(business_key: str) -> list[dict[str, Any]]:
    """Every deadline: how it stands, when it is due and why."""
    scope.check_case(read(), signed_in_person(), business_key)
    return [
        {
            "id": row.id,
            "key": row.key,
            "title": row.title,
            "status": row.timing.status,
            "due_at": row.timing.at,
            "text": row.timing.sentence(now()),
            "provisional": row.provisional,
            "lines": [line.text for line in row.why.lines],
            "sources": list(row.why.sources),
        }
        for row in standing.limits(read(), business_key, now())
    ]


@blueprint.get("/<business_key>/deadlines/<deadline_id>/preview")
@blueprint.arguments(asked.DaysAsked, location="query")
@blueprint.response(200, replies.WouldBe)
@right("deadline")
def preview(query: dict[str, Any], business_key: str, deadline_id: str) -> dict[str, Any]:
    """When an open deadline would be due with another number of working days; nothing is changed."""
    _check(read(), signed_in_person(), business_key, deadline_id)
    return {"due_at": deadline_changes.would_be(read(), deadline_id, query["days"]).due_at}


@blueprint.post("/<business_key>/deadlines/<deadline_id>/extend")
@blueprint.arguments(schemas.Extend)
@blueprint.response(200, replies.DeadlineChanged)
@right("deadline")
def extend(body: dict[str, Any], business_key: str, deadline_id: str) -> dict[str, Any]:
    """Give an open deadline another number of working days from its start, with a reason that stands in the record."""
    with command() as connection:
        more = _by_hand(connection, business_key, deadline_id, body)
        return _changed(deadline_changes.extend(connection, deadline_id, body["days"], **more), business_key)


@blueprint.post("/<business_key>/deadlines/<deadline_id>/undo")
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, replies.DeadlineChanged)
@right("deadline")
def undo(body: dict[str, Any], business_key: str, deadline_id: str) -> dict[str, Any]:
    """Take the last limit that was given by hand back."""
    with command() as connection:
        more = _by_hand(connection, business_key, deadline_id, body)
        return _changed(deadline_changes.undo(connection, deadline_id, **more), business_key)


@blueprint.post("/<business_key>/deadlines/<deadline_id>/exclude")
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, replies.DeadlineChanged)
@right("deadline")
def exclude(body: dict[str, Any], business_key: str, deadline_id: str) -> dict[str, Any]:
    """Stop the clock of an open deadline by hand from now on."""
    with command() as connection:
        more = _by_hand(connection, business_key, deadline_id, body)
        return _changed(deadline_changes.exclude(connection, deadline_id, **more), business_key)


@blueprint.post("/<business_key>/deadlines/<deadline_id>/resume")
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, replies.DeadlineChanged)
@right("deadline")
def resume(body: dict[str, Any], business_key: str, deadline_id: str) -> dict[str, Any]:
    """Let a clock that was stopped by hand run again."""
    with command() as connection:
        more = _by_hand(connection, business_key, deadline_id, body)
        return _changed(deadline_changes.resume(connection, deadline_id, **more), business_key)


def _by_hand(connection: Connection, business_key: str, deadline_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Who changes a deadline of this case, when and why."""
    who = signed_in_person()
    _check(connection, who, business_key, deadline_id)
    return {"reason": body["reason"], "actor": who.id, "now": now()}


def _check(connection: Connection, who: Person, business_key: str, deadline_id: str) -> None:
    """The case is in scope and the deadline is one of its own."""
    scope.check_case(connection, who, business_key)
    if deadline_changes.case_of(connection, deadline_id) != business_key:
        raise Missing(_("这个案件没有这个时限。"), _("从案件的「时限」里打开。"))


def _changed(after: Deadline, business_key: str) -> dict[str, Any]:
    target = url_for("workbench.case_limits", business_key=business_key)
    if after.due_at is None:
        return {"ok": True, "due_at": None, "message": _("时钟已停"), "next": target}
    text = _("现在 %(moment)s 到期", moment=moment_text(after.due_at, now()))
    return {"ok": True, "due_at": after.due_at, "message": text, "next": target}
