"""The cases of the demonstration: who applies, what is answered, and where each case stands still."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

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
    #: Whether all cases of the story have been standing still that long.
    all_rest: bool = False
    #: Notices of these cases cannot be sent.
    broken: bool = False

    def halts(self, open_elements: frozenset[str], visits: Mapping[str, int]) -> bool:
        """Whether the case has come to where it stands still."""
        return self.halt in open_elements and (not self.after or self.after in visits)

    def answer(self, form: str, visit: int, values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
        """The chosen answers to a form that is filled for the ``visit``-th time (from 0)."""
        entries = self.answers.get(form) or USUAL.get(form) or ({},)
        usual = dict.fromkeys(UPLOADS, True) if form == "supply_documents" else {}
        chosen = entries[min(visit, len(entries) - 1)]
        return {**usual, **(chosen(values, today) if callable(chosen) else chosen)}

    def apply(self, rng: Random) -> Mapping[str, Any]:
        """The application: every paper but the one that a story says is missing."""
        papers = dict.fromkeys(UPLOADS, True)
        lacking = self.answers.get("accept") and self.answers["accept"][0] is _MISSING
        if lacking:
            papers["doc_property_proof"] = False
        given = {key: value for key, value in papers.items() if value}
        return {
            **COMMON,
            **CLASSES[self.customer_class],
            "customer_class": self.customer_class,
            "name": person(rng) if self.customer_class == "RES" else company(rng),
            "region": rng.choice(REGIONS),
            "kva": rng.choice(CAPACITIES[self.customer_class]),
            **given,
            **self.application,
        }

    def prefers(self, message: str, open_elements: frozenset[str]) -> bool:
        """What a customer sends: what the process asks for; the rest only where the story says so."""
        if message in UNASKED:
            return any(sent == message and element in open_elements for element, sent in self.sends.items())
        return True


#: Messages that a customer sends only of his own accord.
UNASKED = frozenset({"MSG_WITHDRAW", "MSG_CUSTOMER_OBJECTED", "MSG_EXTENSION_REQUESTED"})
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


def plan(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A plan that fits the survey."""
    hv = bool(values["hv"])
    return {
        **survey(values, today),
        "kva": int(values["kva"]),
        "line_margin": 5000,
        "outside_cost": 0,
        "business_fee": 0,
        "tariff": "commercial_two_part" if hv else "residential",
        "metering_mode": "high_high" if hv else "low_direct",
        "valid_for": "P1Y" if hv else "P3M",
        "external_works_required": hv,
        "design_required": hv,
        "mid_inspection_required": values["customer_class"] == "HV2",
    }


def charged(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A plan with a business fee from the published list."""
    return {**plan(values, today), "business_fee": 16800}


def inspected(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A plan with concealed works that must be seen before they are covered."""
    return {**plan(values, today), "mid_inspection_required": True}


def reply(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """The validity of the plan: a year for high voltage, three months for low (rules of 1996, art. 21)."""
    return {"plan_valid_until": (today + timedelta(days=365 if values["hv"] else 91)).isoformat()}


def paid(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """The whole fee."""
    return {"paid_amount": float(values["fee_total"])}


def underpaid(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A hundred yuan too little."""
    return {"paid_amount": float(values["fee_total"]) - 100}


#: Answers for every story, unless it has its own for the form.
USUAL: Mapping[str, Sequence[Answers]] = {
    "survey": (survey,),
    "plan_draft": (plan,),
    "plan_reply": (reply,),
    "payment": (paid,),
}

_REASON: Mapping[str, Any] = {"reason": "资料与现场不一致，请核对后重新填写。", "reason_code": "information_error"}
_NO_GRID = {"outcome": "not_feasible", "reason_code": "no_capacity", "reason": "所在线路余量不足，近期无改造计划。"}
_RETURNED = {"outcome": "return", **_REASON}
_FALSE = {"outcome": "false", "reason_code": "false_document", "reason": "营业执照编号查不到，疑似不实。"}
_MISSING = {"outcome": "incomplete", "missing": ["property_proof"], "verified": []}
_TERMINATED = {"outcome": "terminate", "reason_code": "forged", "reason": "发证机关确认执照系伪造。"}
_REFUSED = {"outcome": "refuse", "reason_code": "out_of_area", "reason": "地址不在本公司供电营业区内。"}
_FAILED = {
    "outcome": "fail",
    "reason_code": "not_to_standard",
    "reason": "接地电阻大于允许值，需整改后复验。",
    "defects": [{"item": "接地", "level": "must", "text": "接地电阻 6.2 欧，要求不大于 4 欧"}],
}
_FEE = {"plan_draft": (charged,)}
_MID = {"plan_draft": (inspected,)}

STORIES: Sequence[Story] = (
    Story("受理审核", "ut_accept", count=6, customer_class="LV", rest=6),
    Story("受理审核", "ut_accept", count=4, customer_class="RES"),
    Story("等客户补材料", "rt_documents", count=5, customer_class="MICRO", answers={"accept": (_MISSING,)}),
    Story("一次告知后补齐", "ut_survey_dispatch", count=4, answers={"accept": (_MISSING, {})}),
    Story("勘查派工", "ut_survey_dispatch", count=5, customer_class="LV", rest=6),
    Story("现场勘查", "ut_survey", count=8, rest=6),
    Story("现场勘查", "ut_survey", count=5, customer_class="RES"),
    Story("电网受限", "ut_capacity_solution", answers={"survey": (_NO_GRID,)}),
    Story("拟定方案", "ut_plan_draft", count=8, rest=6),
    Story("拟定方案", "ut_plan_draft", count=3, customer_class="LV"),
    Story("退回一次", "ut_plan_draft", "rev_planning", count=3, answers={"rev_planning": (_RETURNED,)}),
    Story("营销会审", "ut_rev_marketing", count=5),
    Story("规划会审", "ut_rev_planning", count=5, rest=6),
    Story("运检会审", "ut_rev_om", count=4, customer_class="LV"),
    Story("调度会审", "ut_rev_dispatch", count=5),
    Story("法规会审", "ut_rev_legal", count=4, customer_class="HV2"),
    Story("答复方案", "ut_plan_reply", count=5),
    Story("等客户确认", "on_confirmed", count=7, rest=20),
    Story("等客户确认", "on_confirmed", count=4, customer_class="LV"),
    Story("费用核定", "ut_fee_check", answers={**_FEE, "payment": (underpaid,)}),
    Story("等客户交费", "rt_payment", count=4, answers=_FEE),
    Story("等客户设计", "rt_design", count=4),
    Story("设计审查", "ut_design_review", count=4, rest=6),
    Story("设计退回", "rt_design", "design_review", count=3, answers={"design_review": (_RETURNED,)}),
    Story("施工通知", "ut_construction_notice", count=4),
    Story("外线工程", "ut_external_works", count=6),
    Story("等施工单位", "rt_contractor", count=3),
    Story("等中间检查申请", "rt_mid", count=3, answers=_MID),
    Story("中间检查", "ut_mid_inspection", count=3, answers=_MID),
    Story("等竣工报验", "rt_completion", count=4),
    Story("竣工检验", "ut_completion_inspection", count=5, rest=6),
    Story("等消除缺陷", "rt_defects", count=4, answers={"completion_inspection": (_FAILED,)}),
    Story("供用电合同", "ut_contract", count=4),
    Story("等客户签合同", "rt_contract", count=3),
    Story("装表", "ut_meter_install", count=4),
    Story("调度协议", "ut_dispatch_agreement", count=3),
    Story("送电", "ut_energise", count=4),
    Story("归档核对", "ut_archive_check", count=5),
    Story("材料不实核查", "ut_false_document", count=3, answers={"accept": (_FALSE,)}),
    Story("短信网关无应答", "svc_notice", count=2, rest=2, all_rest=True, answers={"accept": (_MISSING,)}, broken=True),
    Story("不予受理", "", count=3, customer_class="LV", answers={"accept": (_REFUSED,)}),
    Story(
        "未补材料失效",
        "rt_documents",
        count=2,
        customer_class="MICRO",
        answers={"accept": (_MISSING,)},
        rest=45,
        all_rest=True,
    ),
    Story("不可供电", "", count=2, answers={"survey": (_NO_GRID,), "capacity_solution": (_NO_GRID,)}),
    Story("方案过期", "on_confirmed", count=2, customer_class="LV", rest=120, all_rest=True),
    Story("客户撤回", "", count=3, sends={"ut_survey": "MSG_WITHDRAW"}),
    Story("终止办理", "", count=2, answers={"accept": (_FALSE,), "false_document": (_TERMINATED,)}),
    Story("送电归档", "", count=8, customer_class="RES"),
    Story("送电归档", "", count=8, customer_class="LV"),
    Story("送电归档", "", count=6),
    Story("送电归档", "", count=3, customer_class="HV2", answers={"completion_inspection": (_FAILED, {})}),
    Story("受理超期处理", "ut_accept", count=2, customer_class="LV", rest=9, all_rest=True),
    Story("勘查超期处理", "ut_survey", count=2, rest=12, all_rest=True),
    Story("方案超期处理", "ut_rev_om", count=2, rest=30, all_rest=True),
    Story("实施超期处理", "ut_design_review", count=2, rest=45, all_rest=True),
    Story("接电超期处理", "ut_energise", count=2, rest=20, all_rest=True),
    Story("归档超期处理", "ut_archive_check", count=2, rest=14, all_rest=True),
)
