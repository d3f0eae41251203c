"""The cases of the demonstration that go the standard way, and with the others all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bpmn.connection.parallel_stories import PARALLEL
from bpmn.connection.stories_deferred import DEFERRED
from bpmn.connection.story import COMPARED, OWNER, PAUSES, PHONE, Story, charged, complete, inspected, underpaid

__all__ = ["COMPARED", "OWNER", "PHONE", "STORIES", "Story"]

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
    Story("受理审核", "ut_accept", count=4, customer_class="LV", rest=6),
    Story("受理审核", "ut_accept", count=3, customer_class="RES"),
    Story(
        "等客户补材料",
        "rt_documents",
        count=3,
        customer_class="MICRO",
        answers={"accept": (_MISSING,)},
        lacks=("doc_property_proof",),
        owned=True,
        steps=1,
    ),
    Story(
        "一次告知后补齐",
        "ut_survey_dispatch",
        count=3,
        answers={"accept": (_MISSING, complete)},
        lacks=("doc_property_proof",),
        steps=3,
    ),
    Story("勘查派工", "ut_survey_dispatch", count=3, customer_class="LV", steps=1),
    Story("现场勘查", "ut_survey", count=4, rest=6, steps=2),
    Story("现场勘查", "ut_survey", count=3, customer_class="RES", steps=2),
    Story("电网受限", "ut_capacity_solution", count=3, answers={"survey": (_NO_GRID,)}, steps=3),
    Story("拟定方案", "ut_plan_draft", count=4, rest=6, steps=3),
    Story("拟定方案", "ut_plan_draft", count=3, customer_class="LV", steps=3),
    Story("退回一次", "ut_plan_draft", "rev_planning", count=2, answers={"rev_planning": (_RETURNED,)}, steps=6),
    Story("营销会审", "ut_rev_marketing", count=3, steps=4),
    Story("规划会审", "ut_rev_planning", count=3, rest=6, steps=5),
    Story("运检会审", "ut_rev_om", count=3, customer_class="LV", steps=6),
    Story("调度会审", "ut_rev_dispatch", count=3, steps=7),
    Story("法规会审", "ut_rev_legal", count=3, customer_class="HV2", steps=8),
    Story("答复方案", "ut_plan_reply", count=3, steps=8),
    Story("等客户确认", "on_confirmed", count=4, rest=20, owned=True, steps=9),
    Story("等客户确认", "on_confirmed", count=3, customer_class="LV", steps=8),
    Story(
        "客户异议", "ut_plan_draft", "object_plan", 2, "LV", sends={"on_confirmed": "MSG_CUSTOMER_OBJECTED"}, steps=9
    ),
    Story("客户要求延期", "ut_plan_reply", "extension", 2, sends={"on_confirmed": "MSG_EXTENSION_REQUESTED"}, steps=10),
    Story("费用核定", "ut_fee_check", count=3, answers={**_FEE, "payment": (underpaid,)}, steps=11),
    Story("等客户交费", "rt_payment", count=3, answers=_FEE, steps=10),
    Story("等客户设计", "rt_design", count=3, owned=True, steps=10),
    Story("设计审查", "ut_design_review", count=3, rest=6, steps=11),
    Story("设计退回", "rt_design", "design_review", count=2, answers={"design_review": (_RETURNED,)}, steps=12),
    Story("施工通知", "ut_construction_notice", count=3, steps=12),
    Story("外线工程", "ut_external_works", count=3, steps=13),
    Story("等施工单位", "rt_contractor", count=3, steps=13),
    Story("等中间检查申请", "rt_mid", count=3, answers=_MID, steps=14),
    Story("中间检查", "ut_mid_inspection", count=3, answers=_MID, steps=15),
    Story("中间检查有缺陷", "rt_defects", count=2, answers={**_MID, "mid_inspection": (_FAILED,)}, steps=17),
    Story("等竣工报验", "rt_completion", count=3, owned=True, steps=15),
    Story("竣工检验", "ut_completion_inspection", count=3, steps=16),
    Story("竣工检验有缺陷", "rt_defects", count=3, answers={"completion_inspection": (_FAILED,)}, steps=17),
    Story("供用电合同", "ut_contract", count=3, steps=17),
    Story("等客户签合同", "rt_contract", count=3, owned=True, steps=18),
    Story("装表", "ut_meter_install", count=3, steps=17),
    Story("调度协议", "ut_dispatch_agreement", count=3, steps=17),
    Story("送电", "ut_energise", count=3, steps=21),
    Story("暂不具备送电条件", "rt_defects", count=2, answers={"energise": (_NOT_READY,)}, steps=22),
    Story("归档核对", "ut_archive_check", count=3, steps=22),
    Story("材料不实核查", "ut_false_document", count=2, answers={"accept": (_FALSE,)}, steps=1),
    Story(
        "材料核实无误",
        "ut_survey",
        count=2,
        customer_class="LV",
        answers={"accept": (_FALSE, complete), "false_document": (_GENUINE,)},
        steps=4,
    ),
    Story(
        "短信网关无应答",
        "svc_notice",
        count=2,
        rest=2,
        all_rest=True,
        answers={"accept": (_MISSING,)},
        lacks=("doc_property_proof",),
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
        lacks=("doc_property_proof",),
        rest=45,
        all_rest=True,
        steps=1,
    ),
    Story("不可供电", "", count=2, answers={"survey": (_NO_GRID,), "capacity_solution": (_NO_GRID,)}, steps=4),
    Story("方案过期", "on_confirmed", count=2, customer_class="LV", rest=120, all_rest=True, steps=8),
    Story("客户撤回", "", count=3, sends={"ut_survey": "MSG_WITHDRAW"}, steps=3),
    Story("终止办理", "", count=2, answers={"accept": (_FALSE,), "false_document": (_TERMINATED,)}, steps=2),
    Story("送电归档", "", count=4, customer_class="RES", spread=19, steps=13),
    Story("送电归档", "", count=4, customer_class="LV", spread=21, steps=17),
    Story("送电归档", "", count=3, owned=True, spread=23, steps=23),
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
    *DEFERRED,
    *PARALLEL,
)
