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
    #: Calendar days by which each further case has been standing still longer than the one before.
    spread: int = 0
    #: Whether all cases of the story have been standing still that long.
    all_rest: bool = False
    #: Calendar days for which nobody acts once an element is open, by element.
    pauses: Mapping[str, int] = field(default_factory=dict)
    #: Notices of these cases cannot be sent.
    broken: bool = False
    #: The first case belongs to the invented customer who can sign in.
    owned: bool = False
    #: How many actions lead to the halt or end, so that a case can begin just in time.
    steps: int = 0

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
        kva = rng.choice(CAPACITIES[self.customer_class])
        return {
            **COMMON,
            **CLASSES[self.customer_class],
            "customer_class": self.customer_class,
            "name": person(rng) if self.customer_class == "RES" else company(rng),
            "region": rng.choice(REGIONS),
            "kva": kva,
            **({} if self.customer_class == "RES" else {"devices": devices(kva)}),
            **given,
            **self.application,
        }

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
        "valid_for": "P1Y" if hv else "P3M",
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


#: Days of standing still that let every stage of a high voltage case run over its limit.
PAUSES: Mapping[str, int] = {
    "ut_accept": 6,
    "ut_survey": 9,
    "ut_plan_draft": 24,
    "ut_design_review": 40,
    "ut_energise": 14,
    "ut_archive_check": 8,
}

#: Answers for every story, unless it has its own for the form.
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


USUAL: Mapping[str, Sequence[Answers]] = {
    "survey_dispatch": (order,),
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
_NOT_READY = {"outcome": "not_ready", "reason_code": "customer_equipment", "reason": "核相不通过，客户侧接线需改正。"}
_INCOMPLETE = {"outcome": "incomplete", "reason_code": "missing_content", "reason": "缺隐蔽工程照片，补齐后再归集。"}
_GENUINE = {"outcome": "back", "reason_code": "mistake", "reason": "登记系统滞后，原件核验无误。"}

STORIES: Sequence[Story] = (
    Story("受理审核", "ut_accept", count=6, customer_class="LV", rest=6),
    Story("受理审核", "ut_accept", count=4, customer_class="RES"),
    Story(
        "等客户补材料",
        "rt_documents",
        count=5,
        customer_class="MICRO",
        answers={"accept": (_MISSING,)},
        owned=True,
        steps=1,
    ),
    Story("一次告知后补齐", "ut_survey_dispatch", count=3, answers={"accept": (_MISSING, {})}, steps=3),
    Story("勘查派工", "ut_survey_dispatch", count=4, customer_class="LV", steps=1),
    Story("现场勘查", "ut_survey", count=7, rest=6, steps=2),
    Story("现场勘查", "ut_survey", count=4, customer_class="RES", steps=2),
    Story("电网受限", "ut_capacity_solution", count=3, answers={"survey": (_NO_GRID,)}, steps=3),
    Story("拟定方案", "ut_plan_draft", count=7, rest=6, steps=3),
    Story("拟定方案", "ut_plan_draft", count=3, customer_class="LV", steps=3),
    Story("退回一次", "ut_plan_draft", "rev_planning", count=2, answers={"rev_planning": (_RETURNED,)}, steps=6),
    Story("营销会审", "ut_rev_marketing", count=4, steps=4),
    Story("规划会审", "ut_rev_planning", count=4, rest=6, steps=5),
    Story("运检会审", "ut_rev_om", count=4, customer_class="LV", steps=6),
    Story("调度会审", "ut_rev_dispatch", count=4, steps=7),
    Story("法规会审", "ut_rev_legal", count=3, customer_class="HV2", steps=8),
    Story("答复方案", "ut_plan_reply", count=4, steps=8),
    Story("等客户确认", "on_confirmed", count=6, rest=20, owned=True, steps=9),
    Story("等客户确认", "on_confirmed", count=3, customer_class="LV", steps=8),
    Story(
        "客户异议", "ut_plan_draft", "object_plan", 2, "LV", sends={"on_confirmed": "MSG_CUSTOMER_OBJECTED"}, steps=9
    ),
    Story("客户要求延期", "ut_plan_reply", "extension", 2, sends={"on_confirmed": "MSG_EXTENSION_REQUESTED"}, steps=10),
    Story("费用核定", "ut_fee_check", count=3, answers={**_FEE, "payment": (underpaid,)}, steps=11),
    Story("等客户交费", "rt_payment", count=4, answers=_FEE, steps=10),
    Story("等客户设计", "rt_design", count=4, owned=True, steps=10),
    Story("设计审查", "ut_design_review", count=4, rest=6, steps=11),
    Story("设计退回", "rt_design", "design_review", count=2, answers={"design_review": (_RETURNED,)}, steps=12),
    Story("施工通知", "ut_construction_notice", count=4, steps=12),
    Story("外线工程", "ut_external_works", count=5, steps=13),
    Story("等施工单位", "rt_contractor", count=3, steps=13),
    Story("等中间检查申请", "rt_mid", count=3, answers=_MID, steps=14),
    Story("中间检查", "ut_mid_inspection", count=3, answers=_MID, steps=15),
    Story("中间检查有缺陷", "rt_defects", count=2, answers={**_MID, "mid_inspection": (_FAILED,)}, steps=17),
    Story("等竣工报验", "rt_completion", count=4, owned=True, steps=15),
    Story("竣工检验", "ut_completion_inspection", count=4, steps=16),
    Story("竣工检验有缺陷", "rt_defects", count=3, answers={"completion_inspection": (_FAILED,)}, steps=17),
    Story("供用电合同", "ut_contract", count=3, steps=17),
    Story("等客户签合同", "rt_contract", count=3, owned=True, steps=18),
    Story("装表", "ut_meter_install", count=3, steps=17),
    Story("调度协议", "ut_dispatch_agreement", count=3, steps=17),
    Story("送电", "ut_energise", count=3, steps=21),
    Story("暂不具备送电条件", "rt_defects", count=2, answers={"energise": (_NOT_READY,)}, steps=22),
    Story("归档核对", "ut_archive_check", count=4, steps=22),
    Story("材料不实核查", "ut_false_document", count=2, answers={"accept": (_FALSE,)}, steps=1),
    Story(
        "材料核实无误",
        "ut_survey",
        count=2,
        customer_class="LV",
        answers={"accept": (_FALSE, {}), "false_document": (_GENUINE,)},
        steps=4,
    ),
    Story(
        "短信网关无应答",
        "svc_notice",
        count=2,
        rest=2,
        all_rest=True,
        answers={"accept": (_MISSING,)},
        broken=True,
        steps=1,
    ),
    Story("不予受理", "", count=3, customer_class="LV", answers={"accept": (_REFUSED,)}, steps=1),
    Story(
        "未补材料失效",
        "rt_documents",
        count=2,
        customer_class="MICRO",
        answers={"accept": (_MISSING,)},
        rest=45,
        all_rest=True,
        steps=1,
    ),
    Story("不可供电", "", count=2, answers={"survey": (_NO_GRID,), "capacity_solution": (_NO_GRID,)}, steps=4),
    Story("方案过期", "on_confirmed", count=2, customer_class="LV", rest=120, all_rest=True, steps=8),
    Story("客户撤回", "", count=3, sends={"ut_survey": "MSG_WITHDRAW"}, steps=3),
    Story("终止办理", "", count=2, answers={"accept": (_FALSE,), "false_document": (_TERMINATED,)}, steps=2),
    Story("送电归档", "", count=6, customer_class="RES", spread=19, steps=13),
    Story("送电归档", "", count=6, customer_class="LV", spread=21, steps=17),
    Story("送电归档", "", count=5, owned=True, spread=23, steps=23),
    Story(
        "送电归档",
        "",
        count=2,
        customer_class="HV2",
        spread=40,
        answers={"completion_inspection": (_FAILED, {})},
        steps=29,
    ),
    Story("各阶段超期后办结", "", count=1, pauses=PAUSES, answers={"archive_check": (_INCOMPLETE, {})}, steps=29),
    Story("受理超期处理", "ut_accept", count=2, customer_class="LV", rest=9, all_rest=True),
    Story("勘查超期处理", "ut_survey", count=2, rest=12, all_rest=True, steps=2),
    Story("方案超期处理", "ut_rev_om", count=2, rest=30, all_rest=True, owned=True, steps=6),
    Story("实施超期处理", "ut_design_review", count=2, rest=45, all_rest=True, steps=11),
    Story("接电超期处理", "ut_energise", count=1, rest=20, all_rest=True, steps=21),
    Story("归档超期处理", "ut_archive_check", count=1, rest=14, all_rest=True, steps=22),
)
