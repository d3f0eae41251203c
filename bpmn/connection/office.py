"""What every handler of the connection does with its case: find it, tell the customer, write a letter."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bpmn.connection import application, letters
from bpmn.connection.desk import Desk, Notice, Paper
from engine import BpmnError, Call, dmn, errors, queries
from engine.figures import NAME, figures


def case(call: Call) -> application.Case:
    """The record of the case.

    Raises:
        BpmnError: The case was never registered.
    """
    found = application.case_of(call.connection, call.business_key)
    if found is None:
        raise BpmnError("CASE_NOT_REGISTERED", f"Case {call.business_key} has no record; run its registration first.")
    return found


def tell(call: Call, desk: Desk, template: str, fields: Mapping[str, str]) -> None:
    """Send the customer the short notice of that name in ``pack.toml``."""
    told = {NAME: said(call), "number": call.business_key, **fields}
    text = pack(call, desk)["notices"][template].format(**told)
    notice = Notice(call.idempotency_key, call.business_key, case(call).phone_seal, template, text, call.now)
    desk.notify(call.connection, notice)


def letter(call: Call, desk: Desk, name: str, fields: Mapping[str, Any]) -> str:
    """Fill a letter of the pack, keep it with the case and return its document id."""
    about = pack(call, desk)["letters"][name]
    title = f"{about['title']} {call.business_key}.docx"
    paper = Paper(call.business_key, name, title, written(call, desk, name, fields), call.now)
    return desk.keep(call.connection, paper)


def written(call: Call, desk: Desk, name: str, fields: Mapping[str, Any]) -> bytes:
    """The filled letter, not kept anywhere."""
    found = case(call)
    template = desk.file(call.connection, call.deployment_id, pack(call, desk)["letters"][name]["file"])
    common = {
        "number": call.business_key,
        "name": desk.opened(call.connection, found.name_seal),
        "address": desk.opened(call.connection, found.address_seal),
        "date": letters.day(call.now),
        "handled_by": _handled_by(call, desk),
        NAME: said(call),
    }
    return letters.fill(template, {**call.variables, **common, **fields})


def _handled_by(call: Call, desk: Desk) -> str:
    """Whoever did the step that led to the letter; a deputy with the name of the absent person."""
    name = desk.name(call.connection, call.actor)
    absent = desk.name(call.connection, call.behalf) if call.behalf else ""
    return f"{name}（代{absent}）" if name and absent else name


def pack(call: Call, desk: Desk) -> dict[str, Any]:
    """``pack.toml`` of the deployment on which the case runs."""
    return _read(desk.file(call.connection, call.deployment_id, "pack.toml"))


def decided(call: Call, desk: Desk, name: str, values: Mapping[str, Any] | None = None) -> list[Mapping[str, Any]]:
    """The rows of a decision of the pack that apply to the variables of the call, or to other values."""
    asked = table(call, desk, name)
    found: Any = asked.evaluate(name, call.variables if values is None else values) if asked else None
    return [row for row in (found if isinstance(found, list) else [found]) if isinstance(row, Mapping)]


def table(call: Call, desk: Desk, name: str) -> dmn.Decisions | None:
    """A decision file of the pack; None for a case of a version that was deployed before there was this file."""
    try:
        return _decisions(desk.file(call.connection, call.deployment_id, f"decisions/{name}.dmn"))
    except errors.NotFound:
        return None


def obstacle(call: Call) -> str:
    """The reason of the first of ``obstacles`` (each ``{task, reason}``) whose task is open in the case; else empty."""
    found = queries.tasks(call.connection, business_key=call.business_key, state="open")
    standing = {task.element for task in found}
    return next((str(one["reason"]) for one in call.variables["obstacles"] if one["task"] in standing), "")


def said(call: Call) -> dict[str, str]:
    """The figures of the pack as they are for this case now."""
    return figures(call.connection, call.deployment_id, call.variables, str(call.variables.get("region") or ""))


def titles(values: Mapping[str, Any]) -> list[str]:
    """The missing papers as the check list calls them."""
    known = {paper["type"]: paper["title"] for paper in values.get("checklist") or ()}
    return [known.get(kind, kind) for kind in values.get("missing") or ()]


@lru_cache(maxsize=8)
def _read(text: bytes) -> dict[str, Any]:
    """The file of a deployment never changes, so it is read once; nobody changes the result."""
    return tomllib.loads(text.decode())


@lru_cache(maxsize=16)
def _decisions(text: bytes) -> dmn.Decisions:
    return dmn.load(text)
