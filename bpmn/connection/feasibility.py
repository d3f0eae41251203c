"""The automatic check of a drafted supply plan against the survey (R10, R77)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def doubts(plan: Mapping[str, Any], survey: Mapping[str, Any]) -> list[str]:
    """Return every reason why the plan does not fit the survey; empty when it does.

    Capacities are compared in kVA. What either side leaves open is not doubted.
    """
    found = (_capacity(plan, survey), _voltage(plan, survey), _sources(plan, survey))
    return [doubt for doubt in found if doubt]


def _capacity(plan: Mapping[str, Any], survey: Mapping[str, Any]) -> str:
    wanted, open_ = plan.get("kva"), survey.get("open_capacity")
    if not isinstance(wanted, Decimal) or not isinstance(open_, Decimal) or wanted <= open_:
        return ""
    return f"核定容量 {wanted:f} kVA 大于接入点可开放容量 {open_:f} kVA，请改接入点或减小容量。"


def _voltage(plan: Mapping[str, Any], survey: Mapping[str, Any]) -> str:
    return _differs(plan, survey, "voltage", "供电电压")


def _sources(plan: Mapping[str, Any], survey: Mapping[str, Any]) -> str:
    return _differs(plan, survey, "sources", "电源数")


def _differs(plan: Mapping[str, Any], survey: Mapping[str, Any], key: str, title: str) -> str:
    drafted, seen = plan.get(key), survey.get(key)
    if not drafted or not seen or drafted == seen:
        return ""
    return f"{title}与勘查记录不一致（方案 {drafted}，勘查 {seen}），请核对后再提交。"
