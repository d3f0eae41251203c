"""Cases of the demonstration whose plan all departments review at the same moment."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from bpmn.connection.story import AGAIN, FOLLOWED, FOLLOWS, Story, charged, inspected, limited, underpaid

_CODE: Mapping[str, Any] = {"reason_code": "not_to_standard"}
_OM = {"outcome": "return", **_CODE, "return_points_om": ["线路与间隔条件"], "reason": "12 号杆间隔已满，请换接入点。"}
_METER = {"outcome": "return", **_CODE, "return_points_metering": ["计量点"], "reason": "计量点应设在产权分界处。"}
_DISPUTED = {
    "outcome": "contradiction",
    "disputing": ["planning", "om"],
    "dispute": "规划要求接沿江线，运检认为沿江线间隔已满，只能接创新线。",
    "consolidation": "两个部门的要求不能同时满足，请联席会定接入点。",
}
_SUMMED = {"outcome": "summed", "consolidation": "各部门意见已汇总，按意见办理。"}
_DEADLOCK = {"outcome": "deadlock", "meeting_minutes": "规划、运检各自坚持原意见，没有谈拢，提请裁决。"}
_REVISE = {"outcome": "revise", "ruling": "接创新线，运检负责腾出间隔，本月底前完成。"}
_RESUME = {"outcome": "resume", "solution_text": "负荷倒到创新线，本月可供。"}
_AGAIN = {"outcome": "return", "reason_code": "missing_content", "reason": "缺保护配置图，补齐后再交。"}
_FAILED = {
    "outcome": "fail",
    "reason_code": "not_to_standard",
    "reason": "电缆埋深不足，整改后复验。",
    "defects": [{"item": "电缆", "level": "must", "text": "过路段埋深 0.5 米，要求不小于 0.7 米"}],
}
_NOT_READY = {"outcome": "not_ready", "reason_code": "customer_equipment", "reason": "核相不通过，客户侧接线需改正。"}
_INCOMPLETE = {"outcome": "incomplete", "reason_code": "missing_content", "reason": "缺中间检查照片，补齐后再归集。"}
_REFUSED = {"permit_result": "refused", "permit_reason": "路径穿越绿化带，请改走人行道一侧。"}
_PENDING = {"outcome": "pending", "permit_contact": "窗口答复正在会签，三天内答复。"}


def _charged_and_inspected(values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """A plan with a fee, and with concealed works that must be seen before they are covered."""
    return {**charged(values, today), **inspected(values, today), "charges": charged(values, today)["charges"]}


_DISPUTE: Mapping[str, Any] = {"prev_om": (_OM, {}), "consolidate": (_DISPUTED, _SUMMED)}
#: Days of standing still that let every stage run over its limit, and the government too.
_PAUSES: Mapping[str, int] = {
    "ut_accept": 6,
    "ut_survey": 9,
    "ut_consolidate": 24,
    "ut_design_review": 40,
    "ut_energise": 14,
    "ut_archive_check": 8,
}

_INSPECTED = {"plan_draft": (inspected,)}
_FALSE = {"outcome": "false", "reason_code": "false_document", "reason": "营业执照编号查不到，疑似不实。"}

_NO_GRID = {"outcome": "not_feasible", "reason_code": "no_plan", "reason": "所在线路三年内没有改造计划。"}

_told = partial(Story, variant="parallel")

PARALLEL: Sequence[Story] = (
    _told("并行：受理审核", "ut_accept", count=1),
    _told("并行：等客户签承诺书", "on_signed", count=1, **FOLLOWS),
    _told("并行：容缺受理", "ut_deferred_accept", count=1, **FOLLOWS, steps=1),
    _told("并行：容缺等补件", "rt_supplement", count=2, **FOLLOWS, steps=2),
    _told("并行：核对补件", "ut_verify_supplement", count=1, **FOLLOWS, steps=3),
    _told("并行：方案等材料核实", "on_verified", count=1, **FOLLOWS, left=("ut_verify_supplement",), steps=12),
    _told(
        "并行：材料不实核查", "ut_false_document", count=1, **FOLLOWS, answers={"deferred_accept": (_FALSE,)}, steps=2
    ),
    _told(
        "并行：不能供电，等核查",
        "on_inquiry_closed",
        count=1,
        **FOLLOWS,
        left=("ut_false_document",),
        answers={"verify_supplement": (_FALSE,), "survey": (limited,), "capacity_solution": (_NO_GRID,)},
        steps=7,
    ),
    _told("并行：电网受限", "ut_capacity_solution", count=1, answers={"survey": (limited,)}, steps=3),
    _told("并行：等客户报中间检查", "rt_mid", count=1, answers=_INSPECTED, steps=20),
    _told("并行：中间检查", "ut_mid_inspection", count=1, answers=_INSPECTED, steps=21),
    _told("并行：等客户消缺", "rt_defects", count=1, answers={"completion_inspection": (_FAILED,)}, steps=22),
    _told("并行：容缺受理超期", "ut_deferred_accept", count=1, **FOLLOWS, rest=8, all_rest=True, steps=1),
    _told(
        "并行：容缺逾期终止",
        count=1,
        **FOLLOWS,
        pauses={"rt_supplement": 9},
        rest=4,
        all_rest=True,
        steps=2,
    ),
    _told(
        "并行：容缺补齐后答复",
        "ut_plan_reply",
        count=1,
        **FOLLOWS,
        pauses={"ut_deferred_accept": 6},
        rest=4,
        all_rest=True,
        answers={"verify_supplement": (AGAIN, FOLLOWED)},
        steps=16,
    ),
    _told("并行：勘查派工", "ut_survey_dispatch", count=1, steps=1),
    _told("并行：现场勘查", "ut_survey", count=2, steps=2),
    _told("并行：拟定方案", "ut_plan_draft", count=2, steps=3),
    _told("并行会审", "ut_prev_om", count=4, rest=4, steps=4),
    _told("并行会审双电源", "ut_prev_legal", count=2, customer_class="HV2", steps=4),
    _told("汇总会审意见", "ut_consolidate", count=3, steps=9),
    _told("有退回待汇总", "ut_consolidate", count=1, answers={"prev_om": (_OM,), "prev_metering": (_METER,)}, steps=9),
    _told("退回部门复审", "ut_prev_om", "consolidate", count=2, answers={"prev_om": (_OM, {})}, steps=11),
    _told("联席会", "ut_joint_meeting", count=2, answers=_DISPUTE, steps=10),
    _told(
        "联席会期满",
        "ut_arbitrate",
        count=1,
        answers=_DISPUTE,
        pauses={"ut_joint_meeting": 5},
        rest=4,
        all_rest=True,
        steps=10,
    ),
    _told("分管领导裁决", "ut_arbitrate", answers={**_DISPUTE, "joint_meeting": (_DEADLOCK,)}, count=1, steps=11),
    _told("并行：答复方案", "ut_plan_reply", count=2, steps=10),
    _told("并行：等客户确认", "on_confirmed", count=2, steps=11),
    _told("并行：等客户交费", "rt_payment", count=1, answers={"plan_draft": (charged,)}, steps=12),
    _told("方案确认后同时办", "rt_design", count=3, steps=12),
    _told("起草合同与设计审查", "ut_design_review", count=2, steps=13),
    _told("表计准备", "ut_meter_prepare", "external_works", count=1, steps=15),
    _told("报送许可", "ut_permit_apply", "meter_prepare", count=2, steps=16),
    _told("等政府许可", "rt_permits", count=2, steps=17),
    _told("催办政府许可", "ut_permit_chase", count=1, pauses={"rt_permits": 10}, rest=4, all_rest=True, steps=17),
    _told("并行：等施工单位", "rt_contractor", count=1, steps=19),
    _told("并行：等竣工报验", "rt_completion", count=2, steps=20),
    _told("并行：竣工检验", "ut_completion_inspection", count=1, steps=21),
    _told("并行：等客户签合同", "rt_contract", count=1, steps=22),
    _told("并行：送电", "ut_energise", count=1, steps=25),
    _told("并行：归档核对", "ut_archive_check", count=1, steps=26),
    _told("并行会审超期", "ut_prev_om", count=1, rest=30, all_rest=True, steps=4),
    _told("并行送电归档", "", count=3, spread=17, steps=27),
    _told(
        "并行审批各处都有波折",
        customer_class="HV2",
        count=1,
        pauses=_PAUSES,
        rest=4,
        all_rest=True,
        answers={
            "plan_draft": (_charged_and_inspected,),
            "prev_om": (_OM, _OM, {}),
            "consolidate": (_SUMMED, _DISPUTED, _SUMMED),
            "joint_meeting": (_DEADLOCK,),
            "arbitrate": (_REVISE,),
            "design_review": (_AGAIN, {}),
            "permit_decision": (_REFUSED, {}),
            "mid_inspection": (_FAILED, {}),
            "completion_inspection": (_FAILED, {}),
            "energise": (_NOT_READY, {}),
            "archive_check": (_INCOMPLETE, {}),
        },
        steps=56,
    ),
    _told(
        "并行：电网受限后交费不足",
        "ut_fee_check",
        count=1,
        answers={
            "survey": (limited,),
            "capacity_solution": (_RESUME,),
            "plan_draft": (charged,),
            "payment": (underpaid,),
        },
        steps=14,
    ),
)
