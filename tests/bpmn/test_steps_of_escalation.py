"""Every row of `escalation.dmn` acts once in a case: at its percentage, to its person, by its action.

The rows that an installation begins with are written out here; the first test compares them with the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import Row

from engine import Call, ledger
from engine.calendars import current
from engine.deadline import from_row
from engine.escalation import sweep
from engine.models import deadline, escalation, history, supervision, task
from tests.bpmn.pack import files
from tests.bpmn.test_ends_and_timers import MINOR, SIGNED, Act, do, go, lacking
from tests.bpmn.walk import NUMBER, Walk, person

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
#: Limits of the customer, which have steps of their own.
THEIRS = ("documents_lapse", "payment", "supplement", "commitment", "expost_repair")


@dataclass(frozen=True)
class Step:
    """One row of the table."""

    name: str
    percent: int
    whom: str
    channel: str
    action: str
    #: Empty for every limit but those of `THEIRS`.
    key: str = ""
    #: Empty for task, stage and case.
    subject: str = ""

    def applies(self, key: str, subject: str) -> bool:
        return (key == self.key if self.key else key not in THEIRS) and self.subject in ("", subject)


STEPS = (
    Step("remind", 80, "owner", "inbox", "notify"),
    Step("late", 100, "owner", "inbox,wecom", "remind"),
    Step("late_lead", 100, "HEAD", "inbox,wecom", "mark_late", subject="task"),
    Step("yellow_card", 150, "SUPERVISION", "inbox", "card_yellow", subject="task"),
    Step("manager", 200, "MANAGER", "inbox,wecom", "notify"),
    Step("customer_reminder", 15, "customer", "sms", "notify", "documents_lapse"),
    Step("customer_last_call", 80, "customer", "sms", "notify", "documents_lapse"),
    Step("payment_reminder", 100, "customer", "sms", "notify", "payment"),
    Step("supervise", 200, "HEAD", "inbox,wecom", "supervise", subject="task"),
    Step("reassign", 300, "HEAD", "inbox,wecom", "reassign", subject="task"),
    Step("supplement_reminder", 67, "customer", "sms", "notify", "supplement"),
    Step("supplement_last_call", 90, "customer", "sms", "notify", "supplement"),
    Step("commitment_reminder", 50, "customer", "sms", "notify", "commitment"),
    Step("expost_reminder", 80, "customer", "sms", "notify", "expost_repair"),
)
NOTICE = {"small_micro": True, "planning_compliant": True}


@dataclass(frozen=True)
class Scene:
    """How a case comes to where a limit runs."""

    customer_class: str
    begins: Mapping[str, Any]
    acts: tuple[Act, ...]


def claimed(case: Walk) -> None:
    case.claim("ut_accept", person("ut_accept"))


DESK = Scene("LV", {"forced": "standard"}, (claimed,))
LACKING = {"forced": "standard", "documents": []}
#: Limit and subject -> where it runs.
SCENES: Mapping[tuple[str, str], Scene] = {
    ("ut_accept", "task"): DESK,
    ("acceptance", "stage"): DESK,
    ("case", "case"): DESK,
    ("documents_lapse", "stage"): Scene("LV", LACKING, (do("ut_accept", outcome="incomplete"),)),
    ("payment", "stage"): Scene("LV", {"forced": "standard", "fee_total": Decimal(300)}, (go("MSG_PAYMENT_RECEIVED"),)),
    ("supplement", "stage"): Scene("LV", lacking("LV"), SIGNED),
    ("commitment", "stage"): Scene("LV", lacking("LV"), ()),
    ("expost_repair", "stage"): Scene("MICRO", NOTICE, (go("ut_expost"), MINOR)),
}


CLERK = f"u:{person('ut_accept').id}"
#: Whom `owner` means: the holders of the open tasks, their candidates where nobody holds one. At 100 % of a stage the
#: head has a task, and long before 80 % of the case the clerk has lost the task again.
OWNERS: Mapping[tuple[str, str], Mapping[str, set[str]]] = {
    ("ut_accept", "task"): {"remind": {CLERK}, "late": {CLERK}},
    ("acceptance", "stage"): {"remind": {CLERK}, "late": {CLERK, "g:HEAD"}},
    ("case", "case"): {"remind": {"g:ACCEPT", "g:HEAD"}, "late": {"g:ACCEPT", "g:HEAD"}},
}


def table() -> list[tuple[str, ...]]:
    """The rows of the file: subject, limit, threshold and outputs."""
    rows = Xml.fromstring(files()["decisions/escalation.dmn"]).iter(f"{DMN}rule")
    cells = [[entry.findtext(f"{DMN}text") or "" for entry in row if entry.tag != f"{DMN}description"] for row in rows]
    assert all(stage == kind == "" for stage, kind, *_ in cells)
    return [tuple(cell.replace('"', "") if n != 1 else cell for n, cell in enumerate(row[2:])) for row in cells]


def test_the_rows_written_here_are_those_of_the_file() -> None:
    others = "not(" + ",".join(f'"{key}"' for key in THEIRS) + ")"
    told = []
    for one in STEPS:
        asked = one.subject, f'"{one.key}"' if one.key else others, f">= {one.percent}"
        told.append((*asked, one.name, str(one.percent), one.whom, one.channel, one.action))
    assert table() == told


def test_every_row_applies_to_a_scene() -> None:
    assert {one for one in STEPS for place in SCENES if one.applies(*place)} == set(STEPS)


class Told:
    """What the notices of the case say: recipient, channel, action and step."""

    def __init__(self, case: Walk) -> None:
        self.notices: Counter[tuple[str, str, str, str, str]] = Counter()
        case.engine.handlers.add("notify", self._take)

    def _take(self, call: Call) -> Mapping[str, Any]:
        words = call.variables
        for item in words["items"]:
            self.notices[words["whom"], item["channel"], item["action"], item["step"], item["deadline"]] += 1
        return {}


def sweep_until(case: Walk, wanted: set[str], deadline_id: str) -> None:
    """Let time go from step to step, as the clock does, until the deadline has taken all wanted ones."""
    end = case.now + timedelta(days=90)
    while case.now < end:
        if {row.step for row in case.rows(escalation, deadline_id=deadline_id)} >= wanted:
            return
        due = [row.next_step_at for row in case.rows(deadline, state="open") if row.next_step_at]
        case.now = max(min(due, default=end), case.now)
        case.later(seconds=0)
        with case.transaction() as connection:
            sweep(connection, case.now)
        case.work()
    raise AssertionError(f"{wanted} did not all happen.")


@pytest.mark.parametrize(("key", "subject"), SCENES)
def test_every_step_acts_once_at_its_percentage_to_its_person(
    begin: Callable[..., Walk], key: str, subject: str
) -> None:
    scene = SCENES[key, subject]
    case = begin(scene.customer_class, **scene.begins)
    told = Told(case)
    for act in scene.acts:
        act(case)
    steps = [one for one in STEPS if one.applies(key, subject)]
    (own,) = (row for row in case.rows(deadline, key=key, subject=subject) if row.state == "open")
    sweep_until(case, {one.name for one in steps}, own.id)
    acted = case.rows(escalation, deadline_id=own.id)
    assert sorted(row.step for row in acted) == sorted(one.name for one in steps)
    (after,) = case.rows(deadline, id=own.id)
    with case.transaction() as connection:
        calendar = current(connection, own.region)
    for one in steps:
        (row,) = (row for row in acted if row.step == one.name)
        moment = ledger.at_percent(from_row(own).limit, from_row(after).segments, calendar, Decimal(one.percent))
        assert (row.percent, row.at) == (one.percent, moment), one.name
        assert row.effect == {"action": one.action, "whom": one.whom, "channel": one.channel, "late": False}
        people = {whom for whom, *rest in told.notices if rest == [one.channel, one.action, one.name, own.id]}
        assert people == recipients(one, (key, subject)), one.name
    assert set(told.notices.values()) == {1}
    for one in steps:
        EFFECTS[one.action](case, one, own)


def recipients(step: Step, place: tuple[str, str]) -> set[str]:
    if step.whom == "owner":
        return OWNERS[place][step.name]
    return {step.whom if step.whom == "customer" else f"g:{step.whom}"}


def _told_only(case: Walk, step: Step, own: Row[Any]) -> None:
    entries = [row for row in case.rows(history, kind="escalated") if row.payload["deadline"] == own.id]
    assert [row.payload["action"] for row in entries if row.payload["step"] == step.name] == [step.action]


def _hurried(case: Walk, step: Step, own: Row[Any]) -> None:
    assert "ut_accept" in {
        row.element for row in case.rows(history, kind="reminded") if row.payload["step"] == step.name
    }


def _ordered(case: Walk, step: Step, own: Row[Any]) -> None:
    (order,) = case.rows(supervision, deadline_id=own.id)
    assert (order.whom, order.business_key, order.state) == (f"g:{step.whom}", NUMBER, "open")


def _taken_back(case: Walk, step: Step, own: Row[Any]) -> None:
    (held,) = case.rows(task, id=own.task_id)
    (entry,) = case.rows(history, kind="taken_back")
    assert (held.assignee, held.state, entry.payload["assignee"]) == ("", "open", person("ut_accept").id)


EFFECTS: Mapping[str, Callable[[Walk, Step, Row[Any]], None]] = {
    "notify": _told_only,
    "mark_late": _told_only,
    "card_yellow": _told_only,
    "remind": _hurried,
    "supervise": _ordered,
    "reassign": _taken_back,
}
