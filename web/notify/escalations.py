"""The handler of the topic `notify`: escalation steps become notices to the people they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection, select

from engine import Call, Handlers, metadata, seals
from engine.deadlines import CASE_KEY
from engine.seals import Sealer
from web.auth import absences
from web.auth.models import team_member, user, user_region, user_role
from web.notify.outbox import Notice, post
from web.notify.staff import post_staff
from web.notify.words import in_both
from web.packs import pack_of
from web.wording import long_day

TOPIC: Final = "notify"
_SEAL, _TASK, _INSTANCE = (metadata.tables[name] for name in ("seal", "task", "instance"))
#: Matters that one notice tells one by one.
MOST: Final = 20


def install(handlers: Handlers, sealer: Sealer, *, mail: bool = False) -> None:
    """Register the handler with the keys of the installation; `mail` says that letters can be sent."""
    handlers.add(TOPIC, lambda call: _notify(call, sealer, mail))


def _notify(call: Call, sealer: Sealer, mail: bool) -> Mapping[str, Any]:
    """One notice per person for all matters of one round; the key of the job makes each go out once."""
    words, connection = call.variables, call.connection
    whom, items = str(words.get("whom", "")), list(words.get("items") or [])
    if whom == "customer":
        text = "\n".join(_to_customer(connection, item, call.now) for item in items)
        for receiver in _phones(connection, sealer, call.business_key):
            notice = Notice(f"{call.idempotency_key}:sms", "sms", receiver, text, _("办理进度"), call.business_key)
            post(connection, notice, call.now, sealer)
        return {}
    channel = "staff" if _groups_too(words, items) else "inbox"
    words_of = in_both(lambda: (_heading(items), _digest(connection, items)))
    people = _people(connection, whom, str(words.get("region") or ""))
    for user_id in absences.with_deputies(connection, people, call.now):
        key = f"{call.idempotency_key}:{user_id}"
        told = words_of.to(key, user_id, call.business_key or None, channel)
        post_staff(connection, told, call.now, sealer, mail=mail)
    return {}


def _groups_too(words: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> bool:
    """True if a step names more than the inbox, such as `inbox,wecom`."""
    named = ",".join([str(words.get("channel") or ""), *(str(item.get("channel") or "") for item in items)])
    return any(word.strip() not in ("", "inbox") for word in named.split(","))


def _heading(items: Sequence[object]) -> str:
    several = len(items)
    return ngettext("有 %(num)d 件时限要注意", "有 %(num)d 件时限要注意", several)


def _digest(connection: Connection, items: Sequence[Mapping[str, Any]]) -> str:
    """A line for each; after an outage there may be hundreds, which nobody reads in one notice."""
    lines = [_sentence(connection, item) for item in items[:MOST]]
    left = len(items) - MOST
    if left > 0:
        lines.append(ngettext("另有 %(num)d 件，见案件列表。", "另有 %(num)d 件，见案件列表。", left))
    return "\n".join(lines)


def _sentence(connection: Connection, item: Mapping[str, Any]) -> str:
    """What happened to which step of which case; who the customer is stands in the case."""
    acts = {
        "remind": _("请尽快办理"),
        "supervise": _("已开督办单，请限期答复"),
        "reassign": _("已收回，请重新派人"),
        "mark_late": _("已公开标记超期"),
        "card_yellow": _("达到黄牌的程度，请监督核实"),
    }
    told = _(
        "案件 %(case)s：%(step)s，已用 %(percent)s%%",
        case=item.get("business_key", ""),
        step=_step(connection, item),
        percent=item.get("percent", ""),
    )
    late = _("迟") if item.get("late") else ""
    return _("，").join(part for part in (told, acts.get(str(item.get("action")), ""), late) if part) + _("。").rstrip()


def _step(connection: Connection, item: Mapping[str, Any]) -> str:
    """The name of the task, of the stage, or 全程; a key that nobody named stays a key."""
    name = connection.scalar(select(_TASK.c.name).where(_TASK.c.id == item.get("task_id"), _TASK.c.name != ""))
    if name:
        return str(name)
    key = str(item.get("key", ""))
    row = connection.execute(select(_INSTANCE.c.deployment_id).where(_INSTANCE.c.id == item.get("instance_id"))).first()
    labels = dict(pack_of(connection, row.deployment_id).stages) if row else {}
    return _("全程") if key == CASE_KEY else labels.get(key, labels.get(str(item.get("stage")), key))


def _to_customer(connection: Connection, item: Mapping[str, Any], now: datetime) -> str:
    case, due = str(item.get("business_key", "")), item.get("due")
    day = long_day(datetime.fromisoformat(due), now) if isinstance(due, str) else ""
    if item.get("action") == "moved":
        return _("您的申请 %(case)s：工作日历有调整，承诺办结日改为 %(day)s。", case=case, day=day)
    if day:
        return _("您的申请 %(case)s 有事项等您办理，请在 %(day)s 前完成，登录后可以看到要办什么。", case=case, day=day)
    return _("您的申请 %(case)s 有事项等您办理，登录后可以看到要办什么。", case=case)


def _people(connection: Connection, identity: str, region: str) -> list[str]:
    """User ids behind "u:id", "g:ROLE" or "g:ROLE@team" (those of the region, and those of all regions)."""
    kind, _colon, name = identity.partition(":")
    if kind == "u":
        return [name]
    name, _mark, team = name.partition("@")
    here = select(user_region.c.user_id).where(user_region.c.region.in_([region, "*"]))
    query = (
        select(user.c.id)
        .join(user_role, user_role.c.user_id == user.c.id)
        .where(user_role.c.role == name, user.c.state == "active")
    )
    if team:
        query = query.where(user.c.id.in_(select(team_member.c.user_id).where(team_member.c.team_id == team)))
    return list(connection.scalars(query.where(user.c.id.in_(here)) if region else query))


def _phones(connection: Connection, sealer: Sealer, business_key: str) -> list[str]:
    """The customer's phone: the first one of the case."""
    query = select(_SEAL.c.id).where(_SEAL.c.business_key == business_key, _SEAL.c.kind == "phone")
    first = connection.scalar(query.order_by(_SEAL.c.created_at).limit(1))
    return list(seals.reveal(connection, sealer, [first]).values()) if first else []
