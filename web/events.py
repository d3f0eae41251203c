"""The history of a case in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from engine.profiles import titles as limit_titles
from web.asked import form_of, form_refs, instances_of
from web.packs import pack_of
from web.people import names
from web.rulings import source_of
from web.wording import local


@dataclass(frozen=True, slots=True)
class Event:
    """One line of 记录."""

    at: datetime
    text: str
    who: str
    icon: str
    #: Kind of the history entry.
    kind: str = ""


def of_case(connection: Connection, business_key: str, limit: int = 500, *, rules: bool = False) -> list[Event]:
    """What happened, the latest first; steps of machines without meaning for people are left out.

    With `rules` also which rows of decision tables answered.
    """
    entries = [
        _worded(connection, row, entry)
        for row in instances_of(connection, business_key)
        for entry in queries.history(connection, row.id, limit=limit)
        if entry.kind in _WORDS and (rules or entry.kind != "decided")
    ]
    people = names(connection, [id for entry in entries for id in _mentioned(entry)])
    latest = sorted(entries, key=lambda entry: (entry.at, entry.seq), reverse=True)[:limit]
    labels = _stage_labels(connection, business_key)
    return [_event(replace(entry, name=labels.get(entry.name, entry.name)), people) for entry in latest]


def _worded(connection: Connection, row: queries.Instance, entry: queries.Entry) -> queries.Entry:
    """How a task went, and its reason, as the form of the task says it; which rows decided, as people call them."""
    if entry.kind == "decided":
        return replace(entry, payload={**entry.payload, "source": source_of(connection, entry)})
    chosen = {key: entry.payload[key] for key in _CHOSEN if entry.kind == "completed" and entry.payload.get(key)}
    ref = form_refs(connection, row.business_key).get((entry.process_id, entry.element)) if chosen else None
    if ref is None:
        return entry
    form = form_of(connection, row.deployment_id, ref)
    return replace(entry, payload={**entry.payload, **{key: form.said(key, value) for key, value in chosen.items()}})


def _stage_labels(connection: Connection, business_key: str) -> dict[str, str]:
    """Deadlines are entered under the key of their stage or limit: the names of both."""
    rows = instances_of(connection, business_key)
    named = {key: name for row in rows for key, name in limit_titles(connection, row.deployment_id).items()}
    known = {key: label for row in rows for key, label in pack_of(connection, row.deployment_id).stages}
    return {**named, "case": _("全程"), **known}


def _event(entry: queries.Entry, people: Mapping[str, str]) -> Event:
    icon, words = _WORDS[entry.kind]
    told = {key: people.get(str(entry.payload.get(key)), "") for key in _PEOPLE if entry.payload.get(key)}
    who = people.get(entry.actor, entry.actor)
    if entry.kind in _OF_ITSELF:
        who = _("系统")
    if "for" in told:
        who = _("%(deputy)s（代%(name)s）", deputy=who, name=told["for"])
    return Event(entry.at, words(replace(entry, payload={**entry.payload, **told})), who, icon, entry.kind)


def _mentioned(entry: queries.Entry) -> list[str]:
    return [entry.actor, *(str(entry.payload[key]) for key in _PEOPLE if entry.payload.get(key))]


def _assigned(entry: queries.Entry) -> str:
    words = _("转办 %(name)s", name=entry.name)
    if entry.payload.get("assignee"):
        words = _("转办 %(name)s 给%(who)s", name=entry.name, who=entry.payload["assignee"])
    return " · ".join(part for part in (words, str(entry.payload.get("reason", ""))) if part)


def _keeper(entry: queries.Entry) -> str:
    who, before = entry.payload.get("keeper", ""), entry.payload.get("before", "")
    words = _("负责人由%(before)s换为%(who)s", before=before, who=who) if before else _("负责人：%(who)s", who=who)
    return " · ".join(part for part in (words, str(entry.payload.get("reason", ""))) if part)


def _completed(entry: queries.Entry) -> str:
    told = " · ".join(str(entry.payload[key]) for key in _CHOSEN if entry.payload.get(key))
    if told:
        return _("办结 %(name)s：%(outcome)s", name=entry.name, outcome=told)
    return _("办结 %(name)s", name=entry.name)


def _reminded(entry: queries.Entry) -> str:
    return " · ".join(part for part in (_("催办：%(name)s", name=entry.name), entry.payload.get("reason")) if part)


def _warning(entry: queries.Entry) -> str:
    return " · ".join(part for part in (entry.name, str(entry.payload.get("message", ""))) if part)


def _with_reason(text: str) -> Callable[[queries.Entry], str]:
    return lambda entry: " · ".join(part for part in (_(text), str(entry.payload.get("reason", ""))) if part)


def _moved(text: str) -> Callable[[queries.Entry], str]:
    """What was done to a deadline, from which moment to which, and why."""

    def words(entry: queries.Entry) -> str:
        old, new = (_moment(entry.payload.get(key)) for key in ("old", "new"))
        way = f"{old} → {new}" if old != new else ""
        return " · ".join(
            part for part in (_(text, name=entry.name), way, str(entry.payload.get("reason", ""))) if part
        )

    return words


def _moment(text: object) -> str:
    return f"{local(datetime.fromisoformat(text)):%m-%d %H:%M}" if isinstance(text, str) else _("未定")


def _calendar_moved(entry: queries.Entry) -> str:
    numbers = (str(entry.payload.get(key, "")).partition("-")[0] for key in ("calendar_old", "calendar_new"))
    versions = _("日历 v%(old)s → v%(new)s", **dict(zip(("old", "new"), numbers, strict=True)))
    return f"{versions} · {_moved('到期改了：%(name)s')(entry)}"


#: Keys of a payload that say how a task went.
_CHOSEN: Final = ("outcome", "reason_code")
#: What the house does by itself in the turn of whoever acted before.
_OF_ITSELF: Final = frozenset({"keeper_chosen", "decided"})
#: Keys of a payload that hold people.
_PEOPLE: Final = ("assignee", "keeper", "before", "for")
#: Kind of history entry -> icon and words.
_WORDS: Final[Mapping[str, tuple[str, Callable[[queries.Entry], str]]]] = {
    "started": ("player-play", lambda _entry: _("开始")),
    "completed": ("check", _completed),
    "claimed": ("user", lambda entry: _("领取 %(name)s", name=entry.name)),
    "released": ("arrow-back-up", lambda entry: _("退回可领取：%(name)s", name=entry.name)),
    "assigned": ("user", _assigned),
    "keeper_chosen": ("user", _keeper),
    "keeper_changed": ("user", _keeper),
    "named_unfit": ("alert-triangle", lambda entry: _("指定的人已不能办，放给班组：%(name)s", name=entry.name)),
    "team_empty": ("alert-triangle", lambda entry: _("班组没有人可派，放给区域内同岗位：%(name)s", name=entry.name)),
    "message_taken": ("mail", lambda entry: _("收到：%(name)s", name=entry.name)),
    "timer_fired": ("clock-hour-4", lambda entry: _("到时：%(name)s", name=entry.name)),
    "incident": ("alert-triangle", lambda entry: _("机器没有办成：%(name)s", name=entry.name)),
    "decided": ("table", lambda entry: _("决策 %(name)s：%(source)s", name=entry.name, source=entry.payload["source"])),
    "warned": ("alert-triangle", lambda entry: _("没有算出：%(name)s", name=_warning(entry))),
    "escalated": ("bell", lambda entry: _("已提醒：%(name)s", name=entry.name)),
    "reminded": ("bell", _reminded),
    "taken_back": ("arrow-back-up", lambda entry: _("超期改派，收回：%(name)s", name=entry.name)),
    "supervised": ("alert-circle", lambda entry: _("督办：%(name)s", name=entry.name)),
    "supervision_answered": ("mail", lambda entry: _("答复督办：%(name)s", name=entry.name)),
    "deadline_extended": ("clock-hour-4", _moved("改时限：%(name)s")),
    "deadline_restored": ("clock-hour-4", _moved("撤销改时限：%(name)s")),
    "deadline_excluded": ("player-pause", _moved("停钟：%(name)s")),
    "deadline_resumed": ("player-play", _moved("恢复计时：%(name)s")),
    "deadline_moved": ("calendar", _calendar_moved),
    "deadline_move_failed": ("alert-triangle", lambda entry: _("日历换版后没有算出：%(name)s", name=entry.name)),
    "unsealed": ("eye", _with_reason("查看敏感信息")),
    "variables_changed": ("pencil", _with_reason("改正数据")),
    "cancelled": ("alert-circle", _with_reason("终止")),
    "ended": ("check", lambda entry: _("结束：%(name)s", name=entry.name)),
}
