"""阳光业扩: limits, papers and rules for everybody, from the tables that the running pack works by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import dmn, errors, queries
from engine.profiles import limit_in_force
from web.auth.access import public
from web.database import read
from web.errors import Missing
from web.packs import Pack, base_packs

blueprint = Blueprint("insight", __name__)
PAPERS: Final = "decisions/document_checklist.dmn"
FEES: Final = "decisions/fee_list.dmn"
CLASSES: Final = ("RES", "LV", "MICRO", "HV1", "HV2")
#: Only high voltage has drawings to review and hidden works to inspect.
HIGH_VOLTAGE: Final = ("HV1", "HV2")


@dataclass(frozen=True)
class Promise:
    """One step of the public table."""

    title: str
    who: str
    days: Decimal
    yours: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Paper:
    """A paper to bring."""

    title: str
    #: May be handed in later against a signed commitment.
    later: bool


@dataclass(frozen=True)
class Fee:
    """One row of the published fee list."""

    title: str
    #: Yuan per unit; None where the shares of the works decide.
    price: Decimal | None
    unit: str
    basis: str
    since: date
    verified: bool


@dataclass(frozen=True)
class Rules:
    """What the page shows for one class of customer."""

    customer_class: str
    steps: tuple[Promise, ...]
    total: Decimal | None
    papers: tuple[Paper, ...]
    fees: tuple[Fee, ...]
    version: int
    since: datetime


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/sunshine")
@public
def sunshine() -> str:
    """The public rules of one class; no sign-in, no script."""
    chosen = request.args.get("class", "LV")
    chosen = chosen if chosen in CLASSES else "LV"
    labels = class_titles()
    choices = [{"label": labels[key], "href": f"?class={key}", "current": key == chosen} for key in CLASSES]
    return render_template("insight/sunshine.html", rules=rules_of(read(), chosen), choices=choices)


def class_titles() -> dict[str, str]:
    return {
        "RES": _("居民"),
        "LV": _("低压企业或商户"),
        "MICRO": _("小微企业"),
        "HV1": _("高压单电源"),
        "HV2": _("高压双电源"),
    }


def rules_of(connection: Connection, customer_class: str) -> Rules:
    """The rules of the active pack for a class.

    Raises:
        Missing: No active pack has the tables.
    """
    pack = _pack(connection)
    deployed = next(row for row in queries.deployments(connection) if row.id == pack.deployment_id)
    papers = _table(pack.deployment_id, PAPERS, queries.file(connection, pack.deployment_id, PAPERS))
    total = limit_in_force(connection, pack.deployment_id, "case", customer_class, "")
    return Rules(
        customer_class,
        tuple(_promises(connection, pack.deployment_id, customer_class)),
        total.working_days if total else None,
        tuple(_papers(papers, customer_class)),
        _fees(connection, pack.deployment_id, customer_class),
        deployed.version,
        deployed.created_at,
    )


def _pack(connection: Connection) -> Pack:
    found = next((pack for pack in base_packs(connection) if "MSG_APPLICATION_SUBMITTED" in pack.messages), None)
    if found is None:
        raise Missing(_("规则还没有公布。"), _("流程包启用后会在这里公布。"))
    return found


@lru_cache(maxsize=16)
def _table(_deployment_id: str, _path: str, data: bytes) -> dmn.Decisions:
    return dmn.load(data)


def _steps(customer_class: str) -> list[tuple[str, str, str, str]]:
    """Key in the table of limits, title, who does it, what the customer does."""
    steps = [
        ("acceptance", _("受理申请"), _("营业厅"), _("提交申请和材料")),
        ("survey", _("现场勘查"), _("勘查班"), _("约时间，到场 1 次")),
        ("plan", _("答复供电方案"), _("客户经理"), _("确认方案")),
        ("ut_design_review", _("设计审查"), _("设计审查"), _("提交图纸")),
        ("ut_mid_inspection", _("中间检查"), _("检验班"), _("隐蔽工程覆盖前约检")),
        ("ut_completion_inspection", _("竣工检验"), _("检验班"), _("报竣工")),
        ("connection", _("装表送电"), _("计量、运检"), _("签供用电合同")),
    ]
    return [step for step in steps if customer_class in HIGH_VOLTAGE or step[0] not in _HIGH_ONLY]


_HIGH_ONLY: Final = frozenset({"ut_design_review", "ut_mid_inspection"})


def _promises(connection: Connection, deployment_id: str, customer_class: str) -> list[Promise]:
    """The limits of the profile that the whole company works by."""
    found = []
    for key, title, who, yours in _steps(customer_class):
        limit = limit_in_force(connection, deployment_id, key, customer_class, "")
        if limit is not None and limit.working_days is not None:
            verified = limit.status == "verified"
            found.append(Promise(title, who, limit.working_days, yours, limit.source, verified))
    return found


def _papers(papers: dmn.Decisions, customer_class: str) -> list[Paper]:
    return [Paper(str(row["title"]), row.get("core") is not True) for row in _asked(papers, customer_class)]


def all_papers(connection: Connection, deployment_id: str) -> list[Mapping[str, Any]]:
    """The rows of the check list for every paper that an application of any class can ask for, each type once."""
    try:
        table = _table(deployment_id, PAPERS, queries.file(connection, deployment_id, PAPERS))
    except errors.NotFound:
        return []
    more = {"agent": True, "important": True}
    rows = (row for customer_class in CLASSES for row in _asked(table, customer_class, more))
    return list({str(row["type"]): row for row in rows}.values())


def _asked(
    papers: dmn.Decisions, customer_class: str, more: Mapping[str, bool] | None = None
) -> list[Mapping[str, Any]]:
    """What an application of a class is asked for; `more` are facts that are not usual."""
    usual = {
        "customer_class": customer_class,
        "business_type": "new",
        "kva": Decimal(100),
        "agent": False,
        "restricted_industry": False,
        "important": False,
    }
    found: Any = papers.evaluate("document_checklist", {**usual, **(more or {})})
    return [row for row in found or () if isinstance(row, Mapping) and row.get("stage") == "acceptance"]


def _fees(connection: Connection, deployment_id: str, customer_class: str) -> tuple[Fee, ...]:
    """The rows for a class; none where a version has no list."""
    try:
        table = _table(deployment_id, FEES, queries.file(connection, deployment_id, FEES))
    except errors.NotFound:
        return ()
    found: Any = table.evaluate("fee_list", {"customer_class": customer_class, "region": None})
    return tuple(_fee(row) for row in found or () if isinstance(row, Mapping))


def _fee(row: Mapping[str, Any]) -> Fee:
    shared = row.get("by") == "share"
    since = date.fromisoformat(str(row["valid_from"]))
    price, verified = None if shared else row["price"], row.get("status") == "verified"
    return Fee(str(row["title"]), price, str(row["unit"]), str(row["basis"]), since, verified)
