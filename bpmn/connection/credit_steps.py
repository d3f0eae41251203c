"""What the service tasks of the process `credit` do: enter, tell, and write down what became of an entry."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bpmn.connection import credit, letters, office
from bpmn.connection.desk import Desk
from engine import Call, queries


def check_credit(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Look the applicant up again at acceptance (R17): an entry may have come since the registration.

    What a clerk found besides is left alone while there is no entry.
    """
    identity = office.case(call).identity_seal
    found = credit.checked(call.connection, desk.index(call.connection, identity) if identity else "", call.now)
    return found if found["blacklisted"] else {"blacklisted": False, "credit_until": None}


def enter_credit(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Write the entry; the diagram has worked out its days, so that an analyst can change how.

    It names who decided (R30): whoever did the task ``decided_in``, or else whoever made the entry by hand.
    """
    values = call.variables
    identity = office.case(call).identity_seal
    entry = {
        "id": call.instance_id,
        "case_number": call.business_key,
        "identity_index": desk.index(call.connection, identity) if identity else "",
        "reason_code": str(values["credit_reason_code"]),
        "reason": str(values["credit_reason"]),
        "evidence": [str(id) for id in values.get("evidence") or ()],
        "until": values["until"],
        "objection_until": values["objection_day"],
        "repair_from": values["repair_day"],
    }
    credit.enter(call.connection, entry, call.now, _decided_by(call) or call.actor)
    return {
        "credit_until": values["until"],
        "objection_until": values["objection_day"],
        "repair_from": values["repair_day"],
    }


def credit_notice(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Tell the customer of the entry, with reason, days and the ways to object and to repair."""
    values = call.variables
    days = {name: _day(values[name]) for name in ("objection_until", "repair_from")}
    reason_title = str(values["credit_rule"]["title"])
    fields = {
        **days,
        "reason": values["credit_reason"],
        "reason_title": reason_title,
        "starts": letters.day(call.now),
        "until": _day(values["credit_until"]),
    }
    document = office.letter(call, desk, "credit_notice", fields)
    told = {"reason": reason_title, "until": fields["until"], "objection_until": days["objection_until"]}
    office.tell(call, desk, "credit_entered", told)
    return {"credit_document": document}


def change_credit(desk: Desk, call: Call) -> Mapping[str, Any]:
    """Write down what happened to the entry of this process, and tell the customer."""
    values = call.variables
    note = str(values.get("note") or "")
    credit.change(call.connection, call.instance_id, str(values["change"]), call.now, call.actor, note)
    office.tell(call, desk, str(values["template"]), {"reason": note or "见书面通知"})
    return {}


def _decided_by(call: Call) -> str:
    """Who completed the task that led here, the last time it was done in the case; empty when no task did."""
    element = str(call.variables.get("decided_in") or "")
    found = queries.tasks(call.connection, business_key=call.business_key, state="completed") if element else ()
    done = [(task.closed_at, task.closed_by) for task in found if task.element == element and task.closed_at]
    return max(done)[1] if done else ""


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
