"""What a machine could not do, in words: which step, why, for which cases, and whether it tries again by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import metadata, queries

_JOB: Final = metadata.tables["job"]
_HAN: Final = re.compile(r"[㐀-鿿]")
_SILENT: Final = ("Connection", "Timeout", "Unavailable")


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents of one step with one error."""

    step: str
    #: One sentence for people.
    cause: str
    technical: str
    #: Whether and when the machine tries again.
    again: str
    rows: tuple[queries.Incident, ...]

    @property
    def since(self) -> datetime:
        return self.rows[0].opened_at


def groups(connection: Connection) -> tuple[Group, ...]:
    """Open incidents by cause, the oldest cause first."""
    found: dict[tuple[str, str], list[queries.Incident]] = {}
    for row in queries.incidents(connection):
        found.setdefault((row.element, row.error), []).append(row)
    tried = _attempts(connection, (row for rows in found.values() for row in rows))
    return tuple(_group(connection, rows, tried) for rows in found.values())


def step_name(connection: Connection, row: queries.Incident) -> str:
    """The name of the step in the diagram; its id only where the diagram gives none."""
    if not row.instance_id:
        return row.element or _("流程外的工作")
    entries = queries.history(connection, row.instance_id)
    return next((entry.name for entry in entries if entry.element == row.element), "") or row.element


def cause_of(row: queries.Incident) -> str:
    """Why it failed, as far as the error says so in words for people."""
    told = row.message.strip().splitlines()[0] if row.message.strip() else ""
    if _HAN.search(told):
        return told.removeprefix(f"{row.error}: ")
    if row.error == "TooFarBehind":
        return _("定时停了太久，漏掉的次数比能自动补的多：重试再补一批，跳过就略去漏掉的，从下一次接着来。")
    if row.error == "NoTimeBetween":
        return _("循环里的定时不需要等，一次接一次当场到点：请给它一段时间，再重试。")
    if row.error == "TooManyGenerations":
        return _("实例由消息或信号一个接一个开始，中间没有人办也没有等时间：重试再放行一批，跳过就到此为止。")
    if any(word in row.error for word in _SILENT):
        return _("对方系统没有应答。")
    return _("程序没有办成，原因见技术说明。")


def _group(connection: Connection, rows: list[queries.Incident], tried: dict[str, int]) -> Group:
    first = rows[0]
    technical = f"{first.element}\n{first.error}: {first.message}"
    return Group(
        step_name(connection, first), cause_of(first), technical, _again(tried.get(first.subject_id, 0)), tuple(rows)
    )


def _again(attempts: int) -> str:
    if not attempts:
        return _("不会自动重试，要人处理。")
    return _("已自动试过 %(n)d 次，不再自动重试，要人处理。", n=attempts)


def _attempts(connection: Connection, rows: Iterable[queries.Incident]) -> dict[str, int]:
    ids = [row.subject_id for row in rows if row.kind == "job"]
    found = connection.execute(select(_JOB.c.id, _JOB.c.attempts).where(_JOB.c.id.in_(ids)))
    return {row.id: row.attempts for row in found}
