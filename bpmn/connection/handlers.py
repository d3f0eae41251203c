"""What the service tasks of the connection process do."""

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from bpmn.connection import application, feasibility, fees, letters
from bpmn.connection.desk import Desk, Notice, Paper
from engine import BpmnError, Call, Handlers, feel

Result = Mapping[str, Any]
#: Answers of the application form that later conditions read; an optional box left empty means "no".
_OPTIONAL_BOXES = (
    "agent",
    "commitment_offered",
    "important",
    "planned_land",
    "planning_compliant",
    "small_micro",
    "special_line",
)
#: Form keys of uploads are ``doc_`` and the document type of the checklist.
_UPLOAD = "doc_"


def install(handlers: Handlers, desk: Desk) -> None:
    """Register the handlers with what they need from outside."""
    for topic, (function, inline) in _TOPICS.items():
        handlers.add(f"connection.{topic}", partial(function, desk), inline)


def register_case(desk: Desk, call: Call) -> Result:
    """Write the case and customer records; tell of other running cases of the same identity (one-stop rule, R22)."""
    connection, values = call.connection, call.variables
    public = application.register(connection, call.business_key, values, call.now)
    identity = application.identity(values)
    _tell(call, desk, "registered", {"public_number": public})
    return {
        **{box: False for box in _OPTIONAL_BOXES if values.get(box) is None},
        "documents": _documents(values),
        "possible_duplicates": list(desk.twins(connection, identity)) if identity else [],
        "blacklisted": False,
        "review_returns": 0,
    }


def _documents(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    uploads = {key.removeprefix(_UPLOAD): ids for key, ids in values.items() if key.startswith(_UPLOAD)}
    return [{"type": kind, "id": id} for kind, ids in sorted(uploads.items()) for id in ids or ()]


def collect_documents(desk: Desk, call: Call) -> Result:
    """Put the papers of a supplement to those of the case, earlier versions kept, and strike them off the missing."""
    values = call.variables
    known = list(values.get("documents") or ())
    new = [paper for paper in _documents(values) if paper not in known]
    supplied = {paper["type"] for paper in new}
    missing = [kind for kind in values.get("missing") or () if kind not in supplied]
    return {"documents": [*known, *new], "missing": missing}


def record_route(desk: Desk, call: Call) -> Result:
    """Keep the routed and the actual variant on the case."""
    values = call.variables
    application.record_route(call.connection, call.business_key, str(values["routed"]), str(values["actual"]))
    return {}


def one_time_notice(desk: Desk, call: Call) -> Result:
    """Tell the customer once of everything that is missing, by letter and short notice."""
    titles = {paper["type"]: paper["title"] for paper in call.variables.get("checklist") or ()}
    missing = [titles.get(kind, kind) for kind in call.variables.get("missing") or ()]
    letter = _letter(call, desk, "one_time_notice", {"missing": missing})
    _tell(call, desk, "one_time_notice", {"missing": "、".join(missing)})
    return {"notice_document": letter}


def feasibility_check(desk: Desk, call: Call) -> Result:
    """Compare the drafted plan with the survey; every doubt is a sentence."""
    doubts = feasibility.doubts(call.variables.get("plan") or {}, call.variables.get("survey") or {})
    return {"feasible": not doubts, "feasibility_reasons": doubts}


def make_reply(desk: Desk, call: Call) -> Result:
    """Make the reply letter on the supply plan."""
    plan = call.variables.get("plan") or {}
    return {"reply_document": _letter(call, desk, "reply", {"plan": plan})}


def fee_notice(desk: Desk, call: Call) -> Result:
    """Work out what the customer pays and tell it; nothing to pay, nothing sent."""
    items = fees.items(call.variables)
    total = fees.total(items)
    if total:
        _letter(call, desk, "fee_notice", {"items": [_line(item) for item in items], "total": letters.yuan(total)})
        _tell(call, desk, "fee_notice", {"total": letters.yuan(total)})
    return {"fees": items, "fee_total": total}


def _line(item: Mapping[str, Any]) -> dict[str, str]:
    return {"item": str(item["item"]), "amount": letters.yuan(item["amount"]), "basis": str(item["basis"])}


def record_contract(desk: Desk, call: Call) -> Result:
    """Keep the contract text that the customer signed."""
    contract = call.variables.get("contract") or {}
    return {"contract_document": _letter(call, desk, "contract", {"contract": contract})}


def archive(desk: Desk, call: Call) -> Result:
    """Close the file of the case."""
    application.archive(call.connection, call.business_key, call.now)
    return {"archived_on": feel.to_feel(call.now.astimezone(letters.ZONE).date())}


def notify(desk: Desk, call: Call) -> Result:
    """Send the customer the short notice that the service task names in ``template``."""
    _tell(call, desk, str(call.variables["template"]), {"reason": call.variables.get("reason") or "见书面通知"})
    return {}


def _case(call: Call) -> application.Case:
    found = application.case_of(call.connection, call.business_key)
    if found is None:
        raise BpmnError("CASE_NOT_REGISTERED", f"Case {call.business_key} has no record; run its registration first.")
    return found


def _tell(call: Call, desk: Desk, template: str, fields: Mapping[str, str]) -> None:
    case = _case(call)
    text = _pack(call, desk)["notices"][template].format(number=call.business_key, **fields)
    notice = Notice(call.idempotency_key, call.business_key, case.phone_seal, template, text, call.now)
    desk.notify(call.connection, notice)


def _letter(call: Call, desk: Desk, letter: str, fields: Mapping[str, Any]) -> str:
    """Fill a letter of the pack, keep it with the case and return its document id."""
    case, about = _case(call), _pack(call, desk)["letters"][letter]
    template = desk.file(call.connection, call.deployment_id, about["file"])
    common = {
        "number": call.business_key,
        "name": desk.opened(call.connection, case.name_seal),
        "address": desk.opened(call.connection, case.address_seal),
        "date": letters.day(call.now),
    }
    filled = letters.fill(template, {**call.variables, **common, **fields})
    paper = Paper(call.business_key, letter, f"{about['title']} {call.business_key}.docx", filled, call.now)
    return desk.keep(call.connection, paper)


def _pack(call: Call, desk: Desk) -> dict[str, Any]:
    return _read(desk.file(call.connection, call.deployment_id, "pack.toml"))


@lru_cache(maxsize=8)
def _read(text: bytes) -> dict[str, Any]:
    """The file of a deployment never changes, so it is read once; nobody changes the result."""
    return tomllib.loads(text.decode())


_TOPICS: dict[str, tuple[Callable[[Desk, Call], Result], bool]] = {
    "register_case": (register_case, True),
    "collect_documents": (collect_documents, True),
    "record_route": (record_route, True),
    "feasibility_check": (feasibility_check, True),
    "archive": (archive, True),
    "one_time_notice": (one_time_notice, False),
    "make_reply": (make_reply, False),
    "fee_notice": (fee_notice, False),
    "record_contract": (record_contract, False),
    "notify": (notify, False),
}
