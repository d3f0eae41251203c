"""Cases of the demonstration on a commitment: papers that follow, notice and commitment, checks afterwards, credit."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bpmn.connection.story import (
    AGAIN,
    CONFIRMED,
    DEFERRED_PAUSES,
    FOLLOWED,
    FOLLOWS,
    Story,
    charged,
    inspected,
    limited,
    underpaid,
)

_FALSE = {"outcome": "false", "reason_code": "false_document", "reason": "营业执照编号查不到，疑似不实。"}
_TERMINATED = {"outcome": "terminate", "reason_code": "forged", "reason": "发证机关确认执照系伪造。"}
_REFUSED = {"outcome": "refuse", "reason_code": "out_of_area", "reason": "地址不在本公司供电营业区内。"}
#: What makes a case go on a notice and a commitment.
_NOTICE: Mapping[str, Any] = {"small_micro": True, "planning_compliant": True}
_INCOMPLETE = {"outcome": "incomplete", "reason_code": "missing_content", "reason": "缺隐蔽工程照片，补齐后再归集。"}
_STANDARD = {"outcome": "standard", "reason_code": "core_missing", "reason": "授权书没有盖章，请先补齐再受理。"}
_MINOR = {"outcome": "minor", "reason_code": "site_differs", "reason": "配电箱没有张贴负荷标识，请补贴后报告。"}
_UNTRUE = {"outcome": "false", "reason_code": "statement_false", "reason": "现场容量比承诺多一倍，规划文件编号查不到。"}
_LIFTED = {"outcome": "lift", "reason": "上传记录显示材料在期限内，核对晚在我方。"}
_KEPT = {"outcome": "keep", "reason": "系统记录显示逾期两天，告知已经送达。"}
_REPAIRED = {"repair_made_good": True, "outcome": "repaired", "reason": "材料已补齐，整改完成。"}
_NOT_YET = {"outcome": "refused", "reason": "产权证明还没有补来，补来后再申请。"}
#: A case that is ended because the papers never came; a good month later its entry may be repaired.
_OVERDUE: Mapping[str, Any] = {"customer_class": "LV", **FOLLOWS}
_MONTH = {"rt_supplement": 14, "on_objected": 30, "on_repair": 25}
_NO_GRID = {"outcome": "not_feasible", "reason_code": "no_plan", "reason": "所在线路三年内没有改造计划。"}
_GENUINE = {"outcome": "back", "reason_code": "mistake", "reason": "登记系统滞后，原件核验无误。"}
#: The grid cannot serve while a paper that followed is looked into.
_INQUIRED = {"verify_supplement": (_FALSE,), "survey": (limited,), "capacity_solution": (_NO_GRID,)}
_UPHELD = {"accept": (_FALSE,), "false_document": (_TERMINATED,)}


_told = partial(Story, variant="deferred")

#: A shop whose paper follows, and a factory of two sources on notice and commitment: one case at each step.
_SHOP = partial(_told, count=1, customer_class="LV", **FOLLOWS)
_FACTORY = partial(_told, count=1, customer_class="HV2", application=_NOTICE)
_FAILED = {
    "outcome": "fail",
    "reason_code": "not_to_standard",
    "reason": "电缆标识不全，补齐后复验。",
    "defects": [{"item": "电缆", "level": "must", "text": "进线电缆没有标识牌"}],
}

_STANDING: Sequence[Story] = (
    _SHOP("容缺：现场勘查", "ut_survey", steps=4),
    _SHOP("容缺：拟定方案", "ut_plan_draft", steps=6),
    _SHOP("容缺：营销会审", "ut_rev_marketing", steps=7),
    _SHOP("容缺：规划会审", "ut_rev_planning", steps=8),
    _SHOP("容缺：运检会审", "ut_rev_om", steps=9),
    _SHOP("容缺：方案等材料核实", "on_verified", left=("ut_verify_supplement",), steps=9),
    _SHOP("容缺：不能供电，等核查", "on_inquiry_closed", left=("ut_false_document",), answers=_INQUIRED, steps=7),
    _SHOP(
        "容缺：核查不成立后不可供电",
        answers=_INQUIRED | {"verify_supplement": (AGAIN, _FALSE), "false_document": (_GENUINE,)},
        steps=10,
    ),
    _SHOP("容缺：材料不实核查", "ut_false_document", answers={"deferred_accept": (_FALSE,)}, steps=2),
    _FACTORY("承诺：电网受限", "ut_capacity_solution", answers={"survey": (limited,)}, steps=4),
    _FACTORY("承诺：调度会审", "ut_rev_dispatch", steps=6),
    _FACTORY("承诺：法规会审", "ut_rev_legal", steps=7),
    _FACTORY("承诺：等客户确认", "on_confirmed", steps=9),
    _FACTORY("承诺：等客户交费", "rt_payment", answers={"plan_draft": (charged,)}, steps=10),
    _FACTORY("承诺：交费不足", "ut_fee_check", answers={"plan_draft": (charged,), "payment": (underpaid,)}, steps=11),
    _FACTORY("承诺：等设计文件", "rt_design", steps=10),
    _FACTORY("承诺：设计审查", "ut_design_review", steps=11),
    _FACTORY("承诺：外线工程", "ut_external_works", steps=12),
    _FACTORY("承诺：等施工单位", "rt_contractor", steps=12),
    _FACTORY("承诺：等客户报中间检查", "rt_mid", answers={"plan_draft": (inspected,)}, steps=13),
    _FACTORY("承诺：中间检查", "ut_mid_inspection", answers={"plan_draft": (inspected,)}, steps=14),
    _FACTORY("承诺：等竣工报验", "rt_completion", steps=15),
    _FACTORY("承诺：竣工检验", "ut_completion_inspection", steps=16),
    _FACTORY("承诺：等客户消缺", "rt_defects", answers={"completion_inspection": (_FAILED,)}, steps=17),
    _FACTORY("承诺：起草合同", "ut_contract", steps=17),
    _FACTORY("承诺：等客户签合同", "rt_contract", steps=18),
    _FACTORY("承诺：装表", "ut_meter_install", steps=17),
    _FACTORY("承诺：调度协议", "ut_dispatch_agreement", steps=17),
    _FACTORY("承诺：送电", "ut_energise", steps=21),
    _FACTORY("承诺：归档核对", "ut_archive_check", steps=22),
)

DEFERRED: Sequence[Story] = (
    _told("等客户签承诺书", "on_signed", count=2, customer_class="LV", **FOLLOWS, owned=True),
    _told("容缺受理", "ut_deferred_accept", count=2, customer_class="LV", **FOLLOWS, steps=1),
    _told(
        "不作承诺",
        "ut_accept",
        count=1,
        customer_class="LV",
        **FOLLOWS,
        sends={"on_signed": "MSG_COMMITMENT_REFUSED"},
        steps=1,
    ),
    _told(
        "逾期未签承诺",
        "ut_accept",
        count=1,
        customer_class="MICRO",
        **FOLLOWS,
        pauses={"on_signed": 5},
        rest=4,
        all_rest=True,
    ),
    _told(
        "不符合容缺条件",
        "ut_accept",
        count=1,
        customer_class="LV",
        **FOLLOWS,
        answers={"deferred_accept": (_STANDARD,)},
        steps=2,
    ),
    _told(
        "容缺申请不予受理",
        "",
        count=1,
        customer_class="LV",
        **FOLLOWS,
        answers={"deferred_accept": (_REFUSED,)},
        steps=2,
    ),
    _told("容缺等补件", "rt_supplement", count=2, customer_class="LV", **FOLLOWS, owned=True, steps=2),
    _told("核对补件", "ut_verify_supplement", count=2, customer_class="MICRO", **FOLLOWS, steps=3),
    _told(
        "容缺一次没补齐",
        "ut_plan_reply",
        count=1,
        customer_class="LV",
        **FOLLOWS,
        answers={"verify_supplement": (AGAIN, FOLLOWED)},
        steps=12,
    ),
    _told(
        "容缺逾期终止",
        "",
        count=1,
        customer_class="LV",
        **FOLLOWS,
        pauses={"rt_supplement": 9},
        rest=4,
        all_rest=True,
        steps=2,
    ),
    _told("容缺办结", "", count=2, customer_class="LV", **FOLLOWS, spread=20, steps=20),
    _told(
        "容缺各阶段超期",
        "",
        count=1,
        customer_class="LV",
        **FOLLOWS,
        pauses=DEFERRED_PAUSES,
        answers={"archive_check": (_INCOMPLETE, {})},
        rest=4,
        all_rest=True,
        steps=26,
    ),
    _told("告知承诺", "ut_plan_reply", count=2, application=_NOTICE, steps=7),
    _told("事后核查", "ut_expost", count=1, application=_NOTICE, steps=18),
    _told(
        "核查后整改", "rt_repaired", count=1, application=_NOTICE, answers={"expost": (_MINOR,)}, owned=True, steps=19
    ),
    _told(
        "整改后核查通过",
        "",
        count=1,
        customer_class="MICRO",
        application=_NOTICE,
        answers={"expost": (_MINOR, {**CONFIRMED, "outcome": "pass"})},
        spread=30,
        steps=18,
    ),
    _told(
        "核查承诺不实",
        "",
        count=1,
        application=_NOTICE,
        answers={"expost": (_UNTRUE,), "false_document": (_TERMINATED,)},
        steps=20,
    ),
    _told(
        "异议复核",
        "ut_credit_objection",
        count=1,
        answers=_UPHELD,
        sends={"on_objected": "MSG_CREDIT_OBJECTED"},
        owned=True,
        steps=3,
    ),
    _told(
        "异议成立撤销",
        "",
        count=1,
        answers={**_UPHELD, "credit_objection": (_LIFTED,)},
        sends={"on_objected": "MSG_CREDIT_OBJECTED"},
        steps=4,
    ),
    _told(
        "异议维持后修复",
        "",
        count=1,
        **_OVERDUE,
        pauses={"rt_supplement": 14, "on_repair": 33},
        answers={"credit_objection": (_KEPT,), "credit_repair": (_NOT_YET, _REPAIRED)},
        sends={"on_objected": "MSG_CREDIT_OBJECTED", "on_repair": "MSG_CREDIT_REPAIR_ASKED"},
        rest=4,
        all_rest=True,
        steps=8,
    ),
    _told(
        "修复审核",
        "ut_credit_repair",
        count=1,
        **_OVERDUE,
        pauses=_MONTH,
        sends={"on_repair": "MSG_CREDIT_REPAIR_ASKED"},
        rest=4,
        all_rest=True,
        steps=3,
    ),
    _told(
        "核查中要撤回",
        "ut_false_document",
        "withdraw",
        count=1,
        answers={"accept": (_FALSE,)},
        sends={"ut_false_document": "MSG_WITHDRAW"},
        steps=2,
    ),
    _told(
        "主动复核",
        "ut_credit_objection",
        count=1,
        answers=_UPHELD,
        sends={"on_review_open": "MSG_CREDIT_REVIEW"},
        steps=3,
    ),
    _told(
        "异议期后主动复核",
        "ut_credit_objection",
        count=1,
        answers=_UPHELD,
        pauses={"on_objected": 20},
        rest=4,
        all_rest=True,
        sends={"on_review": "MSG_CREDIT_REVIEW"},
        steps=3,
    ),
    *_STANDING,
)
