"""The office calendar: a draft is changed by one administrator and switched on by another; deadlines follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import calendar_drafts, calendars, deadline_changes
from engine.calendar_drafts import Draft
from engine.calendars import DayChange, DayKind
from web import calendar_days
from web.api import asked, replies, schemas, time_replies
from web.api.room import Room, form_posted
from web.auth.access import right
from web.auth.person import signed_in_person
from web.auth.sessions import proved_recently
from web.context import now
from web.database import command, read
from web.errors import Forbidden, Invalid
from web.wording import weekday

blueprint = Room("calendar", __name__, url_prefix="/api/calendar", description=__doc__)


@blueprint.get("")
@blueprint.arguments(asked.CalendarAsked, location="query")
@blueprint.response(200, time_replies.CalendarReply)
@right("calendar")
def show(query: dict[str, Any]) -> dict[str, Any]:
    """The calendar in force and the open draft with what it changes."""
    year, region = query["year"] or now().year, query["region"]
    calendar = calendars.current(read(), region)
    special = calendar.exceptions(*(calendar.local(_noon(year, *day)) for day in ((1, 1), (12, 31))))
    draft = calendar_drafts.current(read())
    return {
        "version": calendar.version,
        "days": [_day(DayChange(region, day, kind)) for day, kind in special],
        "provisional_from": calendars.provisional_from(read()),
        "left": deadline_changes.left_behind(read()),
        "draft": _draft(read(), draft) if draft else None,
    }


@blueprint.get("/preview")
@blueprint.arguments(asked.AfterAsked, location="query")
@blueprint.response(200, time_replies.PreviewReply)
@right("calendar")
def preview(query: dict[str, Any]) -> dict[str, Any]:
    """What the open draft would move if it were switched on now, a part at a time; nothing is changed.

    `rest` names where the next part begins (`?after=…`); it is empty when `examined` deadlines were the last.
    """
    found = calendar_days.effect(read(), calendar_drafts.current(read()), now(), query["after"])
    names = ("key", "subject", "before", "after", "becomes_late", "tells_customer")
    moves = [{"case": move.business_key, **{name: getattr(move, name) for name in names}} for move in found.moves]
    counts = {"moved": found.moved, "late": found.late, "customers": found.customers, "examined": found.examined}
    return {**counts, "of": found.of, "rest": found.rest, "moves": moves}


@blueprint.post("/days")
@blueprint.arguments(schemas.CalendarDays, location="json_or_form")
@blueprint.response(200, time_replies.DraftDone)
@right("calendar")
def put(body: dict[str, Any]) -> Any:
    """Change days in the draft; the first change begins one."""
    region, days = body["region"], sorted(set(body["days"]))
    if not days:
        text = _("先在日历上选一天或几天。")
        raise Invalid(_("没有选中日期。"), text, {"days": [text]})
    with command() as connection:
        calendar_days.check_region(connection, region)
        changes = calendar_days.changes_of(connection, body["kind"], days, region, body["name"])
        draft = calendar_drafts.put(connection, changes, rev=body["rev"], actor=_by(), now=now())
    return _done(draft, _("已改 %(n)d 天", n=len(days)), region, days[0])


@blueprint.post("/undo")
@blueprint.arguments(schemas.CalendarDraft)
@blueprint.response(200, time_replies.DraftDone)
@right("calendar")
def undo(body: dict[str, Any]) -> Any:
    """Take the last change of the draft back."""
    with command() as connection:
        draft = calendar_drafts.undo(connection, rev=body["rev"], actor=_by(), now=now())
    return _done(draft, _("已撤销"))


@blueprint.post("/notice")
@blueprint.arguments(schemas.NoticeText, location="json_or_form")
@blueprint.response(200, time_replies.NoticeReply)
@right("calendar")
def read_notice(body: dict[str, Any]) -> Any:
    """The days that a holiday notice names, and what looks wrong in it; nothing is changed."""
    found = calendar_days.notice_of(body["text"], body["year"])
    if form_posted():
        draft = calendar_drafts.current(read())
        shown = {"found": found, "text": body["text"], "rev": draft.rev if draft else 0, "weekday": weekday}
        return render_template("admin/notice.html", **shown)
    kinds = {day.day: DayKind("rest" if day.kind == "rest" else "work", name=day.name) for day in found.days}
    days = [_day(DayChange("", day, kind)) for day, kind in kinds.items()]
    return {"year": found.year, "days": days, "doubts": list(found.doubts)}


@blueprint.post("/notice/take")
@blueprint.arguments(schemas.NoticeTaken, location="json_or_form")
@blueprint.response(200, time_replies.DraftDone)
@right("calendar")
def take_notice(body: dict[str, Any]) -> Any:
    """Put the days of a holiday notice into the draft: its whole year is confirmed then."""
    found = calendar_days.notice_of(body["text"], body["year"])
    with command() as connection:
        draft = calendar_drafts.put(connection, found.changes(), rev=body["rev"], actor=_by(), now=now())
    return _done(draft, _("已采用 %(year)d 年的通知", year=found.year), "", date(found.year, 1, 1))


@blueprint.post("/submit")
@blueprint.arguments(schemas.DraftNote)
@blueprint.response(200, time_replies.DraftDone)
@right("calendar")
def submit(body: dict[str, Any]) -> Any:
    """Hand the draft in for its review by another administrator."""
    with command() as connection:
        draft = calendar_drafts.submit(connection, body["note"], rev=body["rev"], actor=_by(), now=now())
    return _done(draft, _("已提交，等另一位管理员启用"))


@blueprint.post("/send-back")
@blueprint.arguments(schemas.DraftAnswer)
@blueprint.response(200, time_replies.DraftDone)
@right("calendar")
def send_back(body: dict[str, Any]) -> Any:
    """Let the draft be changed again: by its reviewer, or by its author who wants it back."""
    with command() as connection:
        draft = calendar_drafts.send_back(connection, body["answer"], rev=body["rev"], actor=_by(), now=now())
    return _done(draft, _("已退回修改"))


@blueprint.post("/discard")
@blueprint.arguments(schemas.CalendarDraft)
@blueprint.response(200, time_replies.DraftDone)
@right("calendar")
def discard(body: dict[str, Any]) -> Any:
    """Give the draft up."""
    with command() as connection:
        draft = calendar_drafts.discard(connection, rev=body["rev"], actor=_by(), now=now())
    return _done(draft, _("已放弃草稿"))


@blueprint.post("/switch-on")
@blueprint.arguments(schemas.CalendarDraft)
@blueprint.response(200, replies.Made)
@right("calendar")
def switch_on(body: dict[str, Any]) -> dict[str, Any]:
    """Put the draft in force: by somebody who had no part in it and has just proved who they are."""
    if not proved_recently(read(), signed_in_person().session):
        raise Forbidden(_("启用前请再输一次密码。"), _("在这个页面输入密码后再启用。"))
    with command() as connection:
        version = calendar_drafts.switch_on(connection, rev=body["rev"], actor=_by(), now=now())
    return {"ok": True, "id": version, "message": _("已启用，正在重算在办的时限"), "next": url_for("admin.calendars")}


def _by() -> str:
    return signed_in_person().id


def _done(draft: Draft, message: str, region: str = "", day: date | None = None) -> dict[str, Any] | Response:
    """A plain form of the page goes on to the month that was changed."""
    target = url_for("admin.calendars")
    if day is not None:
        target = url_for("admin.calendars", year=day.year, region=region or None, _anchor=f"m{day.month}")
    if form_posted():
        return redirect(target, 303)  # type: ignore[return-value]  # werkzeug's response is Flask's
    return {"ok": True, "rev": draft.rev, "message": message, "next": target}


def _noon(year: int, month: int, day: int) -> Any:
    return calendar_days.noon(date(year, month, day))


def _day(change: DayChange) -> dict[str, Any]:
    kind = change.kind
    where = {"region": change.region, "day": change.day, "kind": calendar_days.word_of(kind)}
    return {**where, "confirmed": kind is None or kind.confirmed, "name": kind.name if kind else ""}


def _draft(connection: Connection, draft: Draft) -> dict[str, Any]:
    names = ("id", "rev", "state", "base", "author", "note", "answer")
    changes = [
        {**_day(change), "before": calendar_days.word_of(before)}
        for change, before in calendar_drafts.changes(connection, draft)
    ]
    return {**{name: getattr(draft, name) for name in names}, "changes": changes}
