"""Each variant driven to every end that is drawn for it, with every drawn timer fired: counted from the diagrams.

A way is a row: how a case begins, what is done, and where it ends. What no case of a variant can reach stands in
`NEVER` with its reason; everything else that the files draw must have been reached when all its ways are done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from engine.models import history, incident
from tests.bpmn.pack import BPMN, files, kind, manifest
from tests.bpmn.paths import CALLED, processes
from tests.bpmn.walk import PAPERS, Walk

Act = Callable[[Walk], None]
#: Process and element.
Place = tuple[str, str]
#: Processes that messages of a case begin beside it.
BESIDE = ("credit", "expost")
NEVER: Mapping[str, Mapping[Place, str]] = {
    "standard": dict.fromkeys(
        [("expost", "end_passed"), ("expost", "end_false"), ("expost", "timer_repair")],
        "Nothing was committed to on the standard way, so nothing is checked afterwards.",
    ),
    "deferred": {},
    "parallel": {},
}


@dataclass(frozen=True)
class Way:
    """One case of a variant: what is done with it, and the end of its outer process."""

    title: str
    acts: tuple[Act, ...]
    end: str
    customer_class: str = ""
    begins: Mapping[str, Any] = field(default_factory=dict)


def go(*until: str) -> Act:
    return lambda case: case.go(*until)


def do(element: str, **data: Any) -> Act:
    return lambda case: case.do(element, **data)


def send(message: str, **data: Any) -> Act:
    return lambda case: case.send(message, **data)


def later(**span: float) -> Act:
    return lambda case: case.later(**span)


def unseen(**span: float) -> Act:
    """Time goes by and the clock has not struck yet."""

    def act(case: Walk) -> None:
        case.now += timedelta(**span)

    return act


def lacking(customer_class: str) -> dict[str, Any]:
    """An application whose property proof may follow."""
    given = [{"type": name, "id": f"d-{name}"} for name in PAPERS[customer_class] if name != "property_proof"]
    return {"documents": given, "commitment_offered": True}


def edited(**changes: Mapping[str, str]) -> dict[str, bytes]:
    """Decision files of the pack with some texts changed."""
    found = {}
    for name, words in changes.items():
        path = f"decisions/{name}.dmn"
        text = files()[path].decode()
        for old, new in words.items():
            assert old in text
            text = text.replace(old, new)
        found[path] = text.encode()
    return found


#: A class that is run as a variant, and how its application says so.
BEGINS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "standard": ("HV1", {"forced": "standard"}),
    "deferred": ("LV", lacking("LV")),
    "parallel": ("HV1", lacking("HV1")),
}
SIGNED = (send("MSG_COMMITMENT_SIGNED"), do("ut_deferred_accept", missing=["property_proof"]))
SUPPLIED = (send("MSG_DOCUMENTS_SUPPLIED", doc_property_proof=["p1"]), do("ut_verify_supplement"))
#: From the application to the survey, and to the desk of the clerk.
ACCEPTED = {"standard": (), "deferred": (*SIGNED, *SUPPLIED), "parallel": (*SIGNED, *SUPPLIED)}
REFUSING = (send("MSG_COMMITMENT_REFUSED", commitment_refusal="先补齐再说"),)
AT_THE_DESK = {"standard": (), "deferred": REFUSING, "parallel": REFUSING}
LATE_AT_THE_DESK = (later(days=20), do("ut_overdue_acceptance"))

FALSE = {"outcome": "false", "reason_code": "false_document", "reason": "执照编号查无此号"}
UPHELD = {"outcome": "terminate", "reason_code": "forged", "reason": "发证机关确认系伪造", "false_evidence": ["e1"]}
PROVEN = (go("ut_survey"), do("ut_survey", **FALSE), do("ut_false_document", **UPHELD))
DISMISSED = (go("ut_survey"), do("ut_survey", **FALSE), do("ut_false_document", outcome="back", reason_code="mistake"))
OBJECTED = send("MSG_CREDIT_OBJECTED", credit_objection_code="other", credit_objection_text="不服")
KEPT = do("ut_credit_objection", outcome="keep", reason="属实")
LIFTED = do("ut_credit_objection", outcome="lift", reason="告知未送达")
REPAIRED = (send("MSG_CREDIT_REPAIR_ASKED"), do("ut_credit_repair", outcome="repaired", reason="已改正"))
HOPELESS = (
    do("ut_survey", outcome="not_feasible"),
    do("ut_capacity_solution", outcome="not_feasible", reason="无改造"),
)
MINOR = do("ut_expost", outcome="minor", reason_code="records_missing", reason="缺接地记录")
#: Every stage behind the acceptance late, an objection to the plan on the way, a withdrawal when it is too late.
LATE = (
    go("ut_survey"),
    later(days=30),
    do("ut_overdue_survey"),
    go("ut_plan_draft"),
    later(days=60),
    do("ut_overdue_plan"),
    go("MSG_CUSTOMER_CONFIRMED"),
    send("MSG_CUSTOMER_OBJECTED", objection_code="cost", objection_text="太贵"),
    go("ut_completion_inspection"),
    later(days=90),
    do("ut_overdue_works"),
    go("ut_energise"),
    later(days=60),
    do("ut_overdue_connection"),
    go("ut_archive_check"),
    send("MSG_WITHDRAW"),
    later(days=30),
    do("ut_overdue_archive"),
    go(),
)


def common(variant: str) -> Iterator[Way]:
    """The ways of every variant, behind its own acceptance or at the desk."""
    accepted, desk = ACCEPTED[variant], AT_THE_DESK[variant]
    yield Way("no room in the grid", (*accepted, go("ut_survey"), *HOPELESS), "E_NOT_FEASIBLE")
    yield Way("nobody answers the plan", (*accepted, go("MSG_CUSTOMER_CONFIRMED"), later(days=380)), "E_PLAN_EXPIRED")
    yield Way("withdrawn", (*accepted, go("ut_plan_draft"), send("MSG_WITHDRAW")), "E_WITHDRAWN")
    yield Way("false, and the entry expires", (*accepted, *PROVEN, later(days=366), later(days=1)), "E_TERMINATED")
    yield Way(
        "false after all, and wrongly entered", (*accepted, *DISMISSED, *PROVEN, OBJECTED, LIFTED), "E_TERMINATED"
    )
    yield Way("false and repaired", (*accepted, *PROVEN, OBJECTED, KEPT, later(days=365), *REPAIRED), "E_TERMINATED")
    yield Way("refused at the desk", (*desk, do("ut_accept", outcome="refuse", reason="不在供电区")), "E_REFUSED")
    lapsing = (do("ut_accept", outcome="incomplete", missing=["property_proof"]), later(days=45))
    yield Way("late at the desk, then lapsed", (*desk, *LATE_AT_THE_DESK, *lapsing), "E_LAPSED")


def on_commitment(variant: str) -> Iterator[Way]:
    """The ways of the variants that let papers follow."""
    yield Way(
        "every stage late",
        (send("MSG_COMMITMENT_SIGNED"), *LATE_AT_THE_DESK, do("ut_deferred_accept"), *SUPPLIED, *LATE),
        "MSG_CONNECTED",
    )
    yield Way("papers never come", (*SIGNED, later(days=7)), "E_TERMINATED")
    # Due on Thursday 18:00 in Shanghai, supplied a minute later.
    late = unseen(days=3, hours=8, minutes=31)
    yield Way("papers come too late", (*SIGNED, late, send("MSG_DOCUMENTS_SUPPLIED")), "E_TERMINATED")
    refused = do("ut_deferred_accept", outcome="refuse", reason="不在供电区")
    yield Way("refused after signing", (send("MSG_COMMITMENT_SIGNED"), refused), "E_REFUSED")
    yield Way("not signed in time", (later(days=2), do("ut_accept"), send("MSG_WITHDRAW")), "E_WITHDRAWN")


def own(variant: str) -> Iterator[Way]:
    """The ways that only this variant has."""
    if variant == "standard":
        yield Way("every stage late", (*LATE_AT_THE_DESK, *LATE), "MSG_CONNECTED")
    elif variant == "deferred":
        notice = {"small_micro": True, "planning_compliant": True}
        checked = (go("ut_expost"), MINOR, later(days=20), do("ut_expost"))
        # An important customer of high voltage, so that design and works of his own are among the steps.
        given = [{"type": name, "id": name} for name in (*PAPERS["HV2"], "importance_confirmation")]
        important = {**notice, "important": True, "documents": given}
        yield Way("checked, late with the repair", checked, "MSG_CONNECTED", "HV2", important)
        untrue = (go("ut_expost"), do("ut_expost", **FALSE), do("ut_false_document", **UPHELD))
        yield Way("committed to what is untrue", untrue, "MSG_CONNECTED", "MICRO", notice)
    else:
        yield from _own_of_parallel()


def _own_of_parallel() -> Iterator[Way]:
    met = (go("ut_consolidate"), do("ut_consolidate", outcome="contradiction", disputing=["om", "planning"]))
    ruled = (later(days=4), do("ut_arbitrate", outcome="pass", ruling="按规划意见"))
    permitted = (go("ut_permit_apply"), do("ut_permit_apply"), later(days=9), do("ut_permit_chase", outcome="pending"))
    full = {"documents": [{"type": name, "id": name} for name in PAPERS["HV1"]]}
    yield Way(
        "a meeting without end and a permit that is late", (*met, *ruled, *permitted, go()), "MSG_CONNECTED", "", full
    )
    # Silence is consent, and every deferral is checked: two tables say so.
    told = edited(
        silent_consent={"false</text>": "true</text>"}, expost_check={"&lt; 10": "&lt; 99", "&gt;= 10": "&gt;= 99"}
    )
    silent = {"extra": told, **lacking("HV1")}
    quiet = (go("ut_prev_om"), do("ut_prev_om"), later(days=4))
    checked = (*SIGNED, *SUPPLIED, *quiet, go("ut_expost"))
    repaired = (MINOR, later(days=20), do("ut_expost"))
    yield Way("silent departments, checked afterwards", (*checked, *repaired), "MSG_CONNECTED", "", silent)
    untrue = (do("ut_expost", **FALSE), do("ut_false_document", **UPHELD))
    yield Way("silent departments, untrue", (*checked, *untrue), "MSG_CONNECTED", "", silent)


def ways(variant: str) -> list[Way]:
    more = () if variant == "standard" else on_commitment(variant)
    return [*common(variant), *more, *own(variant)]


def drawn(variant: str) -> set[str]:
    """Ids of the processes that a case of the variant runs through, and of those beside it."""
    found: set[str] = set()
    todo = ["intake", variant, *BESIDE]
    while todo:
        id = todo.pop()
        found.add(id)
        calls = (node.attrib[CALLED] for node in processes()[id].iter(f"{BPMN}callActivity"))
        todo += [called for called in calls if not called.startswith("=") and called not in found]
    return found


def _places(variant: str, wanted: Callable[[Xml.Element], bool]) -> set[Place]:
    return {
        (id, node.attrib["id"]) for id in drawn(variant) for node in processes()[id].iter() if wanted(node)
    } - NEVER[variant].keys()


def is_end(node: Xml.Element) -> bool:
    return kind(node) == "endEvent"


def is_timer(node: Xml.Element) -> bool:
    return node.find(f"{BPMN}timerEventDefinition") is not None


@pytest.mark.parametrize("variant", sorted(manifest()["variants"]))
def test_every_end_is_reached_and_every_timer_fires(begin: Callable[..., Walk], variant: str) -> None:
    ends: set[Place] = set()
    fired: set[str] = set()
    usual, begins = BEGINS[variant]
    for way in ways(variant):
        case = begin(way.customer_class or usual, **(way.begins or begins))
        for act in way.acts:
            act(case)
        assert (case.end, case.rows(incident)) == (way.end, []), way.title
        rows = case.rows(history)
        ends |= {(row.process_id, row.element) for row in rows if row.kind in ("entered", "passed")}
        struck = Counter((row.token, row.element) for row in rows if row.kind == "timer_fired")
        assert set(struck.values()) <= {1}, way.title
        fired |= {element for _token, element in struck}
    assert _places(variant, is_end) - ends == set()
    assert {element for _process, element in _places(variant, is_timer)} - fired == set()
    assert not {place for place in NEVER[variant] if place in ends or place[1] in fired}


def test_ends_and_timers_are_counted_from_the_files() -> None:
    every = {variant: (_places(variant, is_end), _places(variant, is_timer)) for variant in manifest()["variants"]}
    assert set().union(*(drawn(variant) for variant in every)) == set(processes())
    assert all(len(ends) > 30 and len(timers) > 8 for ends, timers in every.values())
    assert sum(node.tag == f"{BPMN}timerEventDefinition" for one in processes().values() for node in one.iter()) == len(
        set().union(*(timers for _ends, timers in every.values()))
    )
