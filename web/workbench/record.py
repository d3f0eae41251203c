"""The page of what happened in a case."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Connection

from web.events import Event
from web.record import RecordFilters, matching
from web.workbench.inbox import Choice


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything the template says."""

    filters: RecordFilters
    kinds: tuple[Choice, ...]
    events: tuple[Event, ...]
    total: int


def record_page(connection: Connection, business_key: str, filters: RecordFilters) -> RecordPage:
    """The record of a case, the latest first."""
    found, total = matching(connection, business_key, filters)
    return RecordPage(filters, _kinds(), found, total)


def _kinds() -> tuple[Choice, ...]:
    return (
        Choice("", _("全部记录")),
        Choice("people", _("办理")),
        Choice("outside", _("客户与外单位")),
        Choice("rules", _("决策")),
        Choice("time", _("时限与提醒")),
        Choice("repair", _("异常与数据")),
    )
