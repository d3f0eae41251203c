"""The stages of a connection as customers know them."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

#: Keys of the pack's stages that a customer sees, in order; the archive is the company's own affair.
STAGES: Final = ("acceptance", "survey", "plan", "works", "connection")


#: The end of a case over its papers.
TERMINATED: Final = "E_TERMINATED"


def title_of(stage: str) -> str:
    """报装申请, 现场勘查, …; the key itself for a stage that only this pack version knows."""
    return {
        "acceptance": _("报装申请"),
        "survey": _("现场勘查"),
        "plan": _("制定方案"),
        "works": _("施工与验收"),
        "connection": _("装表送电"),
        "archive": _("归档"),
    }.get(stage, stage)


def doing(stage: str) -> str:
    """What is going on, as the title of a page."""
    return {
        "acceptance": _("正在受理您的申请"),
        "survey": _("正在安排现场勘查"),
        "plan": _("正在制定供电方案"),
        "works": _("正在施工与验收"),
        "connection": _("正在装表送电"),
        "archive": _("已送电，正在归档"),
    }.get(stage, stage)


def ended(end_event: str) -> str:
    """How an application ended, in the customer's words."""
    return {
        "MSG_CONNECTED": _("已送电"),
        "E_REFUSED": _("没有受理"),
        "E_LAPSED": _("过期未补材料，已失效"),
        "E_NOT_FEASIBLE": _("暂时没有供电条件"),
        "E_PLAN_EXPIRED": _("供电方案已过有效期"),
        "E_WITHDRAWN": _("已按您的要求撤回"),
        TERMINATED: _("已终止办理"),
    }.get(end_event, _("已结束"))


def whose_time(stage: str) -> str:
    """Which part of a coming stage is not the company's time."""
    return {
        "plan": _("等您补材料的时间不计入"),
        "works": _("您确认方案后开始，您设计和施工的时间不计入"),
        "connection": _("检验合格、签好合同后开始"),
    }.get(stage, "")
