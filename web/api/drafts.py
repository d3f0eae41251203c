"""Drafts: what was typed and not submitted, encrypted as a whole because it may name people."""

from __future__ import annotations

import json
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select, update

from engine import metadata
from web.api.models import form_draft
from web.auth.person import Person
from web.context import engine, now
from web.errors import TooLarge
from web.seals import open_text, seal_text

_TASK_DRAFT: Final = metadata.tables["draft"]
#: A draft is text in fields; files are uploaded on their own.
LARGEST: Final = 200_000


def of_task(connection: Connection, task_id: str, user_id: str) -> dict[str, Any] | None:
    """The draft of one person in one task: {data, saved_at}."""
    found = select(_TASK_DRAFT).where(_TASK_DRAFT.c.task_id == task_id, _TASK_DRAFT.c.actor == user_id)
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    return {"data": _opened(row.data["box"], _place(task_id, user_id)), "saved_at": row.saved_at}


def save_task(connection: Connection, task_id: str, who: Person, data: dict[str, Any]) -> None:
    box = _sealed(data, _place(task_id, who.id))
    engine().save_draft(connection, task_id, {"box": box}, actor=who.actor(), now=now())


def drop_task(connection: Connection, task_id: str, user_id: str) -> None:
    own = (_TASK_DRAFT.c.task_id == task_id, _TASK_DRAFT.c.actor == user_id)
    connection.execute(delete(_TASK_DRAFT).where(*own))


def of_form(connection: Connection, process_id: str, user_id: str) -> dict[str, Any] | None:
    """The begun application of one person: {data, saved_at}."""
    found = select(form_draft).where(form_draft.c.process_id == process_id, form_draft.c.user_id == user_id)
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    return {"data": _opened(row.data, _place(process_id, user_id)), "saved_at": row.saved_at}


def save_form(connection: Connection, process_id: str, user_id: str, data: dict[str, Any]) -> None:
    own = (form_draft.c.process_id == process_id, form_draft.c.user_id == user_id)
    values = {"data": _sealed(data, _place(process_id, user_id)), "saved_at": now()}
    if connection.execute(update(form_draft).where(*own).values(values)).rowcount == 0:
        connection.execute(insert(form_draft).values(process_id=process_id, user_id=user_id, **values))


def drop_form(connection: Connection, process_id: str, user_id: str) -> None:
    own = (form_draft.c.process_id == process_id, form_draft.c.user_id == user_id)
    connection.execute(delete(form_draft).where(*own))


def _place(subject: str, user_id: str) -> str:
    return f"{subject}|{user_id}"


def _sealed(data: dict[str, Any], place: str) -> str:
    text = json.dumps(data, ensure_ascii=False)
    if len(text) > LARGEST:
        raise TooLarge(_("草稿太长，没有保存。"), _("把长的内容作为附件上传。"))
    return seal_text(text, table="draft", column="data", row=place)


def _opened(box: str, place: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(open_text(box, table="draft", column="data", row=place))
    return found
