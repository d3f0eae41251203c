"""A story of the demonstration: who applies, what is answered, and where its cases stand still."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from bpmn.connection.examples import EXAMPLES, Example
from forms.sample import company, person

#: Answers by form key; a function gets the variables of the case and the virtual day.
Answers = Mapping[str, Any] | Callable[[Mapping[str, Any], date], Mapping[str, Any]]


@dataclass(frozen=True)
class Story:
    """Some cases that go the same way."""

    title: str
    #: The element where nobody acts any more; empty = on to an end.
    halt: str = ""
    #: Form that must have been filled before the halt counts.
    after: str = ""
    count: int = 4
    customer_class: str = "HV1"
    application: Mapping[str, Any] = field(default_factory=dict)
    #: Answers by form id, one entry per visit; the last one counts for all later visits.
    answers: Mapping[str, Sequence[Answers]] = field(default_factory=dict)
    #: Messages that the customer sends of himself, by the element that must be open for it.
    sends: Mapping[str, str] = field(default_factory=dict)
    #: Calendar days for which the first case has been standing still.
    rest: int = 0
    #: Calendar days by which each further case has been standing still longer than the one before.
    spread: int = 0
    #: Whether all cases of the story have been standing still that long.
    all_rest: bool = False
    #: Calendar days for which nobody acts once an element is open, by element.
    pauses: Mapping[str, int] = field(default_factory=dict)
    #: Tasks that nobody gets round to while everything else goes on.
    left: Sequence[str] = ()
    #: Notices of these cases cannot be sent.
    broken: bool = False
    #: The first case belongs to the invented customer who can sign in.
    owned: bool = False
    #: Papers of the application that come later.
    lacks: Sequence[str] = ()
    #: How cases of high voltage are run; those of low voltage go as they are routed.
    variant: str = "standard"
    #: How many actions lead to the halt or end, so that a case can begin just in time.
    steps: int = 0

    @property
    def examples(self) -> Mapping[str, Example]:
        """What people write into fields with these labels."""
        return EXAMPLES

    def halts(self, open_elements: frozenset[str], visits: Mapping[str, int]) -> bool:
        """Whether the case has come to where it stands still."""
        return self.halt in open_elements and (not self.after or self.after in visits)

    def answer(self, form: str, visit: int, values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
        """The chosen answers to a form that is filled for the ``visit``-th time (from 0)."""
        entries = self.answers.get(form) or USUAL.get(form) or ({},)
        usual = dict.fromkeys(UPLOADS, True) if form == "supply_documents" else {}
        chosen = entries[min(visit, len(entries) - 1)]
        return {**usual, **(chosen(values, today) if callable(chosen) else chosen)}

    def leaves(self, element: str) -> bool:
        """Whether nobody gets round to a task of this element."""
        return element in self.left

    def apply(self, rng: Random) -> Mapping[str, Any]:
        """The application: every paper but those that the story says are missing."""
        papers = {key: key not in self.lacks for key in UPLOADS}
        given = {key: value for key, value in papers.items() if value}
        kva = rng.choice(CAPACITIES[self.customer_class])
        return {
            **COMMON,
            **CLASSES[self.customer_class],
            "customer_class": self.customer_class,
            "name": person(rng) if self.customer_class == "RES" else company(rng),
            "region": rng.choice(self._regions()),
            "kva": kva,
            **({} if self.customer_class == "RES" else {"devices": devices(kva)}),
            **given,
            **self.application,
        }

    def _regions(self) -> Sequence[str]:
        return RUN_AS[self.variant] if self.customer_class.startswith("HV") else REGIONS

    def prefers(self, message: str, open_elements: frozenset[str]) -> bool:
        """What a customer sends: what the story says for an open element, else whatever the process asks for."""
        told = {sent for element, sent in self.sends.items() if element in open_elements}
        return message in told if told else message not in UNASKED


def devices(kva: int) -> list[dict[str, Any]]:
    """Devices that need about the capacity asked for: some 1.4 kW are installed for each kVA."""
    return [
        {"name": "生产和经营设备", "count": 10, "power": round(kva * 0.12, 1)},
        {"name": "空调和照明", "count": 1, "power": round(kva * 0.2, 1)},
    ]


#: Messages that a customer sends only of his own accord.
UNASKED = frozenset(
    {
        "MSG_WITHDRAW",
        "MSG_CUSTOMER_OBJECTED",
        "MSG_EXTENSION_REQUESTED",
        "MSG_COMMITMENT_REFUSED",
        "MSG_CREDIT_OBJECTED",
        "MSG_CREDIT_REPAIR_ASKED",
        "MSG_CREDIT_REVIEW",
        # The process throws them for itself.
        "MSG_DOCUMENTS_VERIFIED",
        "MSG_INQUIRY_CLOSED",
    }
)
#: Papers of the application; those that a class does not need are hidden in the form.
UPLOADS = (
    "doc_id_card",
    "doc_business_licence",
    "doc_legal_person_id",
    "doc_property_proof",
    "doc_device_list",
    "doc_project_approval",
    "doc_site_plan",
    "doc_load_importance",
    "doc_security_load",
    "doc_importance_confirmation",
)

#: What an application of each class says, unless its story says otherwise.
CLASSES: Mapping[str, Mapping[str, Any]] = {
    "RES": {"voltage": "0.22", "usage": "residential"},
    "LV": {"voltage": "0.38", "usage": "commercial", "industry": "commerce"},
    "MICRO": {"voltage": "0.38", "usage": "commercial", "industry": "catering", "small_micro": False},
    "HV1": {"voltage": "10", "usage": "industrial", "industry": "manufacturing", "planned_land": True},
    "HV2": {
        "voltage": "10",
        "usage": "industrial",
        "industry": "data_centre",
        "important": True,
        "importance_level": "second",
        "planned_land": True,
    },
}
#: Capacities in kW (homes) or kVA that customers ask for.
CAPACITIES: Mapping[str, Sequence[int]] = {
    "RES": (6, 8, 10, 12),
    "LV": (50, 80, 120, 150, 200),
    "MICRO": (30, 45, 60, 100),
    "HV1": (315, 400, 500, 630, 800, 1000, 1250, 1600),
    "HV2": (1600, 2000, 2500, 3150),
}
REGIONS = ("binjiang", "chengdong", "kaifa")
#: Where high voltage runs how: two regions still work in turn, for a comparison with the third.
RUN_AS: Mapping[str, Sequence[str]] = {
    "standard": ("chengdong", "kaifa"),
    "parallel": ("binjiang",),
    "deferred": ("binjiang",),
}
#: Region, class and process of the comparisons that are in force.
COMPARED = tuple((region, kind, "standard") for region in RUN_AS["standard"] for kind in ("HV1", "HV2"))
#: The invented customer who can sign in; some first cases of stories are his.
OWNER, PHONE = "临江恒达精密制造有限公司", "13800138000"
#: What every application says, so that conditions of the decisions can be met.
COMMON: Mapping[str, Any] = {
    "business_type": "new",
    "id_type": "id_card",
    "agent": False,
    "special_line": False,
    "commitment_offered": False,
    "small_micro": False,
    "land_date": "2023-06-01",
}


def survey(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A survey that finds room for what is asked."""
    return {
        "voltage": values["voltage"],
        "sources": "double" if values["customer_class"] == "HV2" else "single",
        "open_capacity": 5000,
        "capacity_enough": "enough",
        "usage": values["usage"],
    }


def limited(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A survey that finds too little room until load is moved."""
    found = {"outcome": "not_feasible", "reason_code": "no_capacity", "reason": "所在线路余量不足，要先倒负荷。"}
    return {**survey(values, today), **found}


#: How the supply is technically arranged, in the words of a plan.
_HIGH: Mapping[str, Any] = {
    "substation": "35 kV 滨江变电站",
    "line": "10 kV 沿江线",
    "access_point": "12 号杆",
    "access_system": "T 接后电缆入户",
    "transformer": "干式变压器一台",
    "main_wiring": "单母线",
    "protection": "速断、过流",
    "emergency": "不配置",
    "metering_point": "用户配电室进线柜",
    "meters": "三相多功能表，互感器 100/5",
    "power_factor": "0.90",
    "boundary": "12 号杆跌落式熔断器下桩头",
    "investment": "红线外由供电公司投资",
    "next_steps": "确认后委托设计和施工",
}
_LOW: Mapping[str, Any] = {
    "substation": "创新路 3 号台区",
    "line": "0.4 kV 东干线",
    "access_point": "3 号表箱",
    "access_system": "低压电缆接入",
    "transformer": "不适用",
    "main_wiring": "不适用",
    "metering_point": "3 号表箱",
    "meters": "智能电能表一只",
    "boundary": "表后开关出线端",
    "investment": "红线外由供电公司投资",
    "next_steps": "确认后预约装表",
}


def plan(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A plan that fits the survey."""
    hv = bool(values["hv"])
    return {
        **survey(values, today),
        **(_HIGH if hv else _LOW),
        "kva": int(values["kva"]),
        "line_margin": 5000,
        "outside_cost": 0,
        "charges": [],
        "tariff": "commercial_two_part" if hv else "residential",
        "metering_mode": "high_high" if hv else "low_direct",
        "valid_for": f"P{values['plan_validity'][0]}M",
        "external_works_required": hv,
        "design_required": hv,
        "mid_inspection_required": values["customer_class"] == "HV2",
    }


def charged(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A plan with a fee from the published list: a second line for a part of the load."""
    return {**plan(values, today), "charges": [{"item": "reliability_10", "quantity": 80}]}


def inspected(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A plan with concealed works that must be seen before they are covered."""
    return {**plan(values, today), "mid_inspection_required": True}


def reply(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """The validity of the plan: a year for high voltage, three months for low (rules of 1996, art. 21)."""
    return {"plan_valid_until": (today + timedelta(days=365 if values["hv"] else 91)).isoformat()}


def paid(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """The whole fee."""
    return {"paid_amount": float(values["fee_total"]), "paid_demand": values["demand"]}


def underpaid(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A hundred yuan too little."""
    return {**paid(values, today), "paid_amount": float(values["fee_total"]) - 100}


def checked(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """The check of the fees: a payment that does not fit is made up; a local policy leaves nothing to charge."""
    if values.get("paid_amount") is None:
        return {"fee_cause": "local_policy", "outcome": "notice", "fees": []}
    whole = {"paid_checked": float(values["fee_total"]), "difference": "made_up"}
    return {"fee_cause": "mismatch", "outcome": "settled", **whole}


#: Days of standing still that let every stage of a high voltage case run over its limit.
PAUSES: Mapping[str, int] = {
    "ut_accept": 6,
    "ut_survey": 9,
    "ut_plan_draft": 24,
    "ut_design_review": 40,
    "ut_energise": 14,
    "ut_archive_check": 8,
}

#: What makes a case go without a paper that may follow.
FOLLOWS: Mapping[str, Any] = {"application": {"commitment_offered": True}, "lacks": ("doc_property_proof",)}
#: An answer to papers that followed and are not yet right.
AGAIN: Mapping[str, Any] = {
    "outcome": "incomplete",
    "missing": ["property_proof"],
    "missing_note": "出租人没有签字，请补签后再拍。",
    "again_reason": "租赁合同缺出租人签字，不能证明可以使用这处房屋。",
}

#: The same for a case of low voltage whose papers follow.
DEFERRED_PAUSES: Mapping[str, int] = {
    "ut_deferred_accept": 6,
    "ut_survey": 9,
    "ut_plan_draft": 24,
    "ut_completion_inspection": 30,
    "ut_energise": 14,
    "ut_archive_check": 8,
}

#: Team -> region -> staff number of the surveyor whom the dispatcher sends.
_FIRST = {"binjiang": "33010015", "chengdong": "33010016", "kaifa": "33010017"}
_SECOND = {"binjiang": "33010018", "chengdong": "33010019", "kaifa": "33010020"}
SURVEYORS: Mapping[str, Mapping[str, str]] = {
    "district_station": _FIRST,
    "county_marketing": _FIRST,
    "key_customer": _FIRST,
    "city_marketing_hv": _SECOND,
}


def order(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """The order for the survey: somebody of the team of the case who works in its region."""
    return {"surveyor": SURVEYORS[values["team"]["survey_team"]][values["region"]]}


def complete(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """Every paper of the application is there and right."""
    del today
    return {"verified": [paper["type"] for paper in values["checklist"] if paper["stage"] == "acceptance"]}


def looked_through(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """Every paper of the application is right but the one that is to follow."""
    del today
    papers = [paper for paper in values["checklist"] if paper["stage"] == "acceptance"]
    follow = (
        [paper["type"] for paper in papers if paper["type"] == "property_proof"] if values["route"]["deferral"] else []
    )
    return {"verified": [paper["type"] for paper in papers if paper["type"] not in follow], "missing": follow}


#: The answer to papers that followed and are right.
FOLLOWED: Mapping[str, Any] = {"supplement_verified": ["property_proof"]}
#: A check after the connection that finds what was promised.
CONFIRMED: Mapping[str, Any] = {"expost_confirmed": ["papers", "records"]}

#: Answers for every story, unless it has its own for the form.
USUAL: Mapping[str, Sequence[Answers]] = {
    "survey_dispatch": (order,),
    "survey": (survey,),
    "plan_draft": (plan,),
    "plan_reply": (reply,),
    "payment": (paid,),
    "accept": (complete,),
    "deferred_accept": (looked_through,),
    "verify_supplement": (FOLLOWED,),
    "expost": (CONFIRMED,),
    "fee_check": (checked,),
}
