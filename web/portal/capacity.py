"""帮我算: how much capacity to ask for, from industry and devices; a page, and a part for the application form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Connection

from bpmn.connection import capacity_advice, capacity_peers
from engine import dmn, errors, queries
from web.auth.access import public
from web.database import read
from web.errors import Missing
from web.insight.sunshine import class_titles
from web.packs import Pack, active_packs

blueprint = Blueprint("capacity", __name__)
TABLE: Final = "decisions/capacity_factors.dmn"
CLASSES: Final = ("RES", "LV", "MICRO", "HV1", "HV2")
HIGH_VOLTAGE: Final = ("HV1", "HV2")
#: Rows of devices that are taken; the form allows no more than its lists have.
ROWS: Final = 200
#: Empty rows that the page offers at first.
EMPTY: Final = 4
#: Count and power beyond this are slips of the finger.
LARGEST: Final = Decimal(1_000_000)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/capacity")
@public
def tool() -> str:
    """The calculator; with `answers` only its result, for the form whose answers these are."""
    values = _asked(_answers() if "answers" in request.args else _fields())
    found = _advice(read(), values)
    if "answers" in request.args:
        return render_template("portal/advice.html", advice=found, values=values, adopt=True)
    rows = [*values["devices"], *[{}] * EMPTY]
    choices = {"industries": industries(read()), "classes": class_titles()}
    return render_template("portal/capacity.html", advice=found, values=values, rows=rows, **choices)


def advice(connection: Connection, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The advice of `bpmn.connection.capacity_advice` for class, industry and devices; None without devices."""
    return _advice(connection, _asked(given))


def _pack(connection: Connection) -> Pack:
    found = next((pack for pack in active_packs(connection) if "MSG_APPLICATION_SUBMITTED" in pack.messages), None)
    if found is None:
        raise Missing(_("现在不能计算容量。"), _("流程包启用后再来，或到营业厅询问。"))
    return found


def _asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Class, industry and devices; what cannot be read counts as left out."""
    chosen = given.get("customer_class")
    chosen = chosen if chosen in CLASSES else "LV"
    devices = [row for row in map(_device, list(given.get("devices") or ())[:ROWS]) if row]
    industry = given.get("industry")
    facts = {"customer_class": chosen, "hv": chosen in HIGH_VOLTAGE, "devices": devices}
    return {**facts, "industry": industry if isinstance(industry, str) else ""}


def _answers() -> Mapping[str, Any]:
    try:
        found = json.loads(request.args["answers"])
    except ValueError:
        return {}
    rows = found.get("devices") if isinstance(found, dict) else None
    return {**found, "devices": rows if isinstance(rows, list) else []} if isinstance(found, dict) else {}


def _fields() -> Mapping[str, Any]:
    lists = (request.args.getlist(name) for name in ("name", "count", "power"))
    devices = [{"name": name, "count": count, "power": power} for name, count, power in zip(*lists, strict=False)]
    return {"customer_class": request.args.get("class"), "industry": request.args.get("industry"), "devices": devices}


def _device(row: Any) -> dict[str, Any] | None:
    """A row with count and power above nothing."""
    if not isinstance(row, Mapping):
        return None
    count, power = _number(row.get("count")), _number(row.get("power"))
    return {"name": str(row.get("name") or "")[:60], "count": count, "power": power} if count and power else None


def _number(text: object) -> Decimal:
    try:
        found = Decimal(str(text).strip()) if text is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and 0 < found <= LARGEST else Decimal(0)


def _advice(connection: Connection, values: Mapping[str, Any]) -> dict[str, Any] | None:
    pack = _pack(connection)
    try:
        table = _table(pack.deployment_id, queries.file(connection, pack.deployment_id, TABLE))
    except errors.NotFound:
        return None
    return capacity_advice(table, values, capacity_peers(connection, values["customer_class"], values["industry"]))


@lru_cache(maxsize=16)
def _table(_deployment_id: str, data: bytes) -> dmn.Decisions:
    return dmn.load(data)


def industries(connection: Connection) -> list[tuple[str, str]]:
    """The industries of the application form, value and label."""
    pack = _pack(connection)
    document = queries.form(connection, pack.deployment_id, pack.messages["MSG_APPLICATION_SUBMITTED"].form)
    parts = list(document.get("components") or ())
    for part in parts:
        parts += part.get("components") or ()
    chosen: Mapping[str, Any] = next((part for part in parts if part.get("key") == "industry"), {})
    return [(str(one["value"]), str(one["label"])) for one in chosen.get("values") or ()]
