"""What the service tasks of the connection process do."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from bpmn import comparisons
from bpmn.connection import application, capacity, commitment, credit, feasibility, fees, letters, papers, review
from bpmn.connection import credit_steps as credits
from bpmn.connection.desk import Desk
from bpmn.connection.office import decided as _decided
from bpmn.connection.office import letter as _letter
from bpmn.connection.office import obstacle as _obstacle
from bpmn.connection.office import table as _table
from bpmn.connection.office import tell as _tell
from bpmn.connection.office import titles as _titles
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
#: What the registration gives besides: counters and marks that later steps read before anybody has set them.
_KNOWN_AT_FIRST = (
    "documents",
    "possible_duplicates",
    "blacklisted",
    "credit_result",
    "credit_until",
    "review_returns",
    "contract_drafted",
    "expost_check",
    "notice_count",
    "skipped_approvals",
    "draw",
)
#: Id of this pack in its pack.toml.
PACK = "connection"
#: Form keys of uploads are ``doc_`` and the document type of the checklist.
_UPLOAD = "doc_"


def install(handlers: Handlers, desk: Desk) -> None:
    """Register the handlers with what they need from outside."""
    for topic, (function, inline, gives) in _TOPICS.items():
        handlers.add(f"connection.{topic}", partial(function, desk), inline, gives)


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
        **credit.checked(connection, desk.index(connection, identity) if identity else "", call.now),
        "review_returns": 0,
        "contract_drafted": False,
        "expost_check": False,
        "notice_count": 0,
        "skipped_approvals": [],
        "draw": application.draw(call.business_key),
    }


def _documents(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    uploads = {key.removeprefix(_UPLOAD): ids for key, ids in values.items() if key.startswith(_UPLOAD)}
    return [{"type": kind, "id": id} for kind, ids in sorted(uploads.items()) for id in ids or ()]


def preliminary_review(desk: Desk, call: Call) -> Result:
    """Take over what the customer gave in earlier cases, find what is missing, and name every doubt (R22, R23, R77)."""
    values = call.variables
    given = list(values.get("documents") or ())
    missing = papers.missing(values.get("checklist"), given)
    taken = _reused(desk, call, missing) if missing else []
    left = [kind for kind in missing if kind not in {paper["type"] for paper in taken}]
    reviewed = _reviewed(desk, call, left, taken)
    return {"documents": [*given, *taken], "missing": left, "preliminary": reviewed, "capacity": _capacity(desk, call)}


def _capacity(desk: Desk, call: Call) -> Result | None:
    """What the capacity tool advises for the devices of the application (R73)."""
    values = call.variables
    table = _table(call, desk, "capacity_factors")
    ratios = capacity.peers(call.connection, str(values["customer_class"]), str(values.get("industry") or ""))
    return capacity.worked_out(table, values, ratios) if table else None


def _reused(desk: Desk, call: Call, missing: list[str]) -> list[dict[str, Any]]:
    """Copies of papers that the same customer gave before and that still count."""
    identity = application.identity(call.variables)
    rows = [row for row in papers.wanted(call.variables.get("checklist")) if row["type"] in missing]
    earlier = desk.earlier(call.connection, identity, [str(row["type"]) for row in rows]) if identity else ()
    offers = papers.reusable(rows, earlier, call.now.astimezone(letters.ZONE).date())
    return [{**one, "id": desk.copy(call.connection, one["id"], call.business_key, call.now)} for one in offers]


def _reviewed(desk: Desk, call: Call, missing: list[str], taken: list[dict[str, Any]]) -> dict[str, Any]:
    rules = _decided(call, desk, "preliminary_review")
    return {**review.result(call.variables, missing, rules), "reused": papers.told(call.variables["checklist"], taken)}


def collect_documents(desk: Desk, call: Call) -> Result:
    """Put the papers of a supplement to those of the case, earlier versions kept, strike them off and review again."""
    values = call.variables
    known = list(values.get("documents") or ())
    new = [paper for paper in _documents(values) if (paper["type"], paper["id"]) not in _ids(known)]
    supplied = {paper["type"] for paper in new}
    missing = [kind for kind in values.get("missing") or () if kind not in supplied]
    taken = [paper for paper in known if paper.get("case")]
    return {"documents": [*known, *new], "missing": missing, "preliminary": _reviewed(desk, call, missing, taken)}


def _ids(documents: list[Mapping[str, Any]]) -> set[tuple[Any, Any]]:
    return {(paper["type"], paper["id"]) for paper in documents}


def record_route(desk: Desk, call: Call) -> Result:
    """Keep the routed, the forced and the actual variant on the case."""
    values = call.variables
    variant = application.Variant(str(values["routed"]), str(values.get("forced") or ""), str(values["actual"]))
    application.record_route(call.connection, call.business_key, variant)
    return {"variant": asdict(variant)}


def forced_variant(desk: Desk, call: Call) -> Result:
    """Ask whether a comparison runs for cases of this region and class, and which variant it wants."""
    values = call.variables
    scope = comparisons.Scope(PACK, str(values["region"]), str(values["customer_class"]))
    return {"forced": comparisons.forced(call.connection, scope)}


def one_time_notice(desk: Desk, call: Call) -> Result:
    """Tell the customer once of everything that is missing, by letter and short notice; again only with a reason."""
    values = call.variables
    missing = _titles(values)
    told = int(values.get("notice_count") or 0)
    reason = str(values.get("again_reason") or "")
    letter = _letter(call, desk, "one_time_notice", {"missing": missing, "again_reason": reason})
    template = "second_notice" if told or reason else "one_time_notice"
    _tell(call, desk, template, {"missing": "、".join(missing), "reason": reason or "见书面通知"})
    return {"notice_document": letter, "notice_count": told + 1}


def feasibility_check(desk: Desk, call: Call) -> Result:
    """Compare the drafted plan with the survey; every doubt is a sentence."""
    doubts = feasibility.doubts(call.variables.get("plan") or {}, call.variables.get("survey") or {})
    charged: list[fees.Item] = []
    try:
        charged = fees.items({**call.variables, "fees": None}, _listed(desk, call))
    except fees.NotListed as found:
        doubts = [*doubts, f"收费项目 {found.item} 不在公布的清单里，请从清单里选择。"]
    return {"feasible": not doubts, "feasibility_reasons": doubts, "fees": charged, "fee_total": fees.total(charged)}


def make_reply(desk: Desk, call: Call) -> Result:
    """Make the reply letter on the supply plan."""
    plan = call.variables.get("plan") or {}
    valid_for = letters.span(str(plan.get("valid_for") or ""))
    return {"reply_document": _letter(call, desk, "reply", {"plan": plan, "valid_for": valid_for})}


def fee_notice(desk: Desk, call: Call) -> Result:
    """Work out what the customer pays and ask for it by a demand of its own; nothing to pay, nothing sent."""
    items = _charged(desk, call)
    due = fees.outstanding(call.variables, items)
    count = int(call.variables.get("demand_count") or 0) + 1
    demand = f"{call.business_key}-F{count}" if due else ""
    if due:
        lines = [_line(item) for item in items]
        paid = fees.total(items) - due
        told = {"total": letters.yuan(due), "demand": demand}
        _letter(call, desk, "fee_notice", {"items": lines, "paid": letters.yuan(paid) if paid else "", **told})
        _tell(call, desk, "fee_notice", told)
    return {"fees": items, "fee_total": due, "demand": demand, "demand_count": count}


def _charged(desk: Desk, call: Call) -> list[fees.Item]:
    try:
        return fees.items(call.variables, _listed(desk, call))
    except fees.NotListed as found:
        raise BpmnError("FEE_NOT_LISTED", str(found)) from found


def _listed(desk: Desk, call: Call) -> list[fees.Listed]:
    return fees.in_force(_decided(call, desk, "fee_list"), call.now.astimezone(letters.ZONE).date())


def _line(item: Mapping[str, Any]) -> dict[str, str]:
    count = f"{item['quantity']:f} {item['unit']} × {item['price']:f} 元" if item["unit"] != "元" else ""
    return {"item": str(item["title"]), "count": count, "amount": letters.yuan(item["amount"]), "basis": item["basis"]}


def record_contract(desk: Desk, call: Call) -> Result:
    """Keep the contract text that the customer signed."""
    contract = call.variables.get("contract") or {}
    return {"contract_document": _letter(call, desk, "contract", {"contract": contract})}


def archive(desk: Desk, call: Call) -> Result:
    """Close the file of the case."""
    approved = (call.variables.get("plan") or {}).get("kva")
    application.archive(call.connection, call.business_key, approved, call.now)
    return {"archived_on": feel.to_feel(call.now.astimezone(letters.ZONE).date())}


def notify(desk: Desk, call: Call) -> Result:
    """Send the customer the short notice that the service task names in ``template``."""
    _tell(call, desk, str(call.variables["template"]), {"reason": call.variables.get("reason") or "见书面通知"})
    return {}


def open_obstacle(desk: Desk, call: Call) -> Result:
    """Say what stands in the way of what somebody asks of the case now (a withdrawal); empty when nothing does."""
    return {"obstacle": _obstacle(call)}


#: Topic -> what does it, whether within the turn, and the variables that it gives: the checks of a pack rely on them.
_TOPICS: dict[str, tuple[Callable[[Desk, Call], Result], bool, tuple[str, ...]]] = {
    "register_case": (register_case, True, (*_OPTIONAL_BOXES, *_KNOWN_AT_FIRST)),
    "preliminary_review": (preliminary_review, True, ("documents", "missing", "preliminary", "capacity")),
    "collect_documents": (collect_documents, True, ("documents", "missing", "preliminary")),
    "record_route": (record_route, True, ("variant",)),
    "forced_variant": (forced_variant, True, ("forced",)),
    "feasibility_check": (feasibility_check, True, ("feasible", "feasibility_reasons", "fees", "fee_total")),
    "archive": (archive, True, ("archived_on",)),
    "record_commitment": (commitment.record_commitment, True, ()),
    "check_credit": (credits.check_credit, True, ("blacklisted", "credit_result", "credit_until")),
    "open_obstacle": (open_obstacle, True, ("obstacle",)),
    "enter_credit": (credits.enter_credit, True, ("credit_until", "objection_until", "repair_from")),
    "change_credit": (credits.change_credit, True, ()),
    "one_time_notice": (one_time_notice, False, ("notice_document", "notice_count")),
    "make_reply": (make_reply, False, ("reply_document",)),
    "fee_notice": (fee_notice, False, ("fees", "fee_total", "demand", "demand_count")),
    "record_contract": (record_contract, False, ("contract_document",)),
    "notify": (notify, False, ()),
    "commitment_letter": (commitment.commitment_letter, False, ("commitment",)),
    "commitment_copy": (commitment.commitment_copy, False, ("commitment_document",)),
    "deferral_notice": (commitment.deferral_notice, False, ("deferral_document",)),
    "credit_notice": (credits.credit_notice, False, ("credit_document",)),
}
