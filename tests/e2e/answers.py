"""What people answer in one high-voltage application: a parts factory that asks for 630 kVA at 10 kV, single source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from tests.e2e.filling import PDF, PHOTO, SIGNED

#: The customer. None of these may stand in clear anywhere but on pages.
PHONE: Final = "13861730927"
NAME: Final = "临江恒达精密零部件有限公司"
CONTACT: Final = "沈若溪"
ID_NO: Final = "330108198807154326"
CREDIT_CODE: Final = "91330108MA2B7K3Q5H"
#: The same with a wrong check character.
MISTYPED: Final = "91330108MA2B7K3Q5C"
ADDRESS: Final = "滨江区创新大道 1288 号 3 号厂房"
ACCOUNT: Final = "6228480402564890018"
SECRETS: Final = (NAME, PHONE, CONTACT, ID_NO, CREDIT_CODE, ADDRESS, ACCOUNT)

#: The application without the proof of property, which the clerk will miss.
APPLICATION: Final[Mapping[str, Any]] = {
    "business_type": "new",
    "customer_class": "HV1",
    "name": NAME,
    "id_type": "id_card",
    "id_no": ID_NO,
    "credit_code": CREDIT_CODE,
    "industry": "manufacturing",
    "contact": CONTACT,
    "phone": PHONE,
    "region": "binjiang",
    "address": ADDRESS,
    "planned_land": True,
    "land_date": "2023-06-01",
    "usage": "industrial",
    "kva": 630,
    "voltage": "10",
    "devices": [
        {"name": "数控加工中心", "count": 12, "power": 22, "note": "两班"},
        {"name": "螺杆空压机", "count": 2, "power": 75},
    ],
    "expected_date": "2027-03-01",
    "doc_business_licence": PDF,
    "doc_legal_person_id": PHOTO,
    "doc_device_list": PDF,
    "doc_project_approval": PDF,
    "doc_site_plan": PDF,
    "bank_account": ACCOUNT,
    "privacy_agreed": True,
    "truth_stated": True,
}
_CHECKED: Final[Mapping[str, Any]] = {"identity_checked": "yes", "duplicate_checked": "none", "credit_result": "good"}
ACCEPT_INCOMPLETE: Final[Mapping[str, Any]] = {
    **_CHECKED,
    "verified": ["营业执照或单位证明", "用电设备清单"],
    "missing": ["产权或使用权证明"],
    "missing_note": "请交不动产权证，租赁厂房另附租赁合同。",
}
SUPPLIED: Final[Mapping[str, Any]] = {"doc_property_proof": PHOTO, "supply_note": "附不动产权证首页。"}
ACCEPT_COMPLETE: Final[Mapping[str, Any]] = {**_CHECKED, "verified": ["产权或使用权证明"]}
SURVEY: Final[Mapping[str, Any]] = {
    "identity": "match",
    "signature_1": SIGNED,
    "usage": "industrial",
    "shifts": "two",
    "max_load": 460.5,
    "capacity_reasonable": "reasonable",
    "load_character": ["normal"],
    "substation": "110 kV 江畔变电站",
    "line": "创新 P208 线",
    "access_point": "12 号杆",
    "photo_5": PHOTO,
    "open_capacity": 5000,
    "capacity_enough": "enough",
    "route_length": 0.35,
    "route_kind": "cable",
    "route_permits": ["road"],
    "photo_7": PHOTO,
    "voltage": "10",
    "sources": "single",
    "metering_point": "专用变高压侧",
    "metering_mode": "high_high",
    "signal": "good",
    "photo_9": PHOTO,
    "boundary": "12 号杆跌落式熔断器下桩头",
    "red_line": "红线外由公司投资，红线内由客户投资",
    "photo_10": PHOTO,
    "site_ready": "ready",
    "risks": ["none"],
    "photo_11": PHOTO,
    "existing": ["none"],
    "signature_12": SIGNED,
}
PLAN: Final[Mapping[str, Any]] = {
    "kva": 630,
    "load_class": "third",
    "usage": "industrial",
    "voltage": "10",
    "sources": "single",
    "substation": "110 kV 江畔变电站",
    "line": "创新 P208 线",
    "access_point": "12 号杆",
    "line_margin": 4300,
    "access_system": "由创新 P208 线 12 号杆接入，新建电缆 0.35 km",
    "candidates": [{"name": "创新 P208 线", "margin": 4300, "length": 0.35, "cost": 180000}],
    "transformer": "SCB14-630/10 一台",
    "main_wiring": "高压单母线，低压单母线",
    "protection": "过流、速断、温度",
    "metering_mode": "high_high",
    "metering_point": "专用变高压侧",
    "meters": "0.5S 级三相智能电能表，变比 50/5",
    "tariff": "commercial_two_part",
    "billing": "capacity",
    "power_factor": "0.90",
    "boundary": "12 号杆跌落式熔断器下桩头",
    "investment": "红线外由公司投资，红线内由客户投资",
    "outside_cost": 0,
    "charges": [{"item": "高可靠性供电费（10 kV），210 元/kVA", "quantity": 80}],
    "valid_for": "12 个月",
    "next_steps": "确认方案后一年内办理设计、施工和报验",
}
FEE: Final = 16800
WORKS: Final[Mapping[str, Any]] = {"external_works_required": True, "design_required": True, "plan_drawings": PDF}
RETURN: Final[Mapping[str, Any]] = {
    "checked_planning": ["access", "capacity"],
    "reason_code": "not_to_standard",
    "reason": "接入点余量按夏季高峰重新核算后再报。",
}
DESIGN: Final[Mapping[str, Any]] = {
    "designer": "华东电力设计有限公司",
    "designer_licence_no": "A133012345",
    "doc_design_drawings": PDF,
    "doc_designer_licence": PDF,
}
DESIGN_REVIEW: Final[Mapping[str, Any]] = {
    "checked_design": ["wiring", "transformer", "protection", "reactive", "metering", "licence"],
    "design_opinion": "图纸与答复的方案一致，同意施工。",
}
COMPLETION_PAPERS: Final = (
    "completion_report",
    "test_reports",
    "protection_settings",
    "as_built_drawings",
    "operator_rules",
)
_CHECKS: Final[Mapping[str, str]] = {f"check_{number}": "pass" for number in range(1, 13)}
INSPECTED_BAD: Final[Mapping[str, Any]] = {
    "inspection": {**_CHECKS, "check_3": "fail", "check_6": "na", "check_7": "na", "check_12": "na"},
    "cosigned_by": ["om", "metering"],
    "inspection_photos": PHOTO,
    "defects": [
        {"item": "接地", "level": "must", "text": "接地电阻 6.2 欧，要求不大于 4 欧"},
        {"item": "标志", "level": "advice", "text": "配电室门补挂警示牌"},
    ],
}
INSPECTED_GOOD: Final[Mapping[str, Any]] = {
    "inspection": {**_CHECKS, "check_6": "na", "check_7": "na", "check_12": "na"},
    "cosigned_by": ["om"],
    "inspection_photos": PHOTO,
}
FIXED: Final[Mapping[str, Any]] = {
    "all_fixed": True,
    "fixed_text": "已补打接地极，复测 2.8 欧；警示牌已挂。",
    "fixed_photos": PHOTO,
}
CONTRACT: Final[Mapping[str, Any]] = {
    "contract": {
        "template": "high_voltage",
        "kva": 630,
        "tariff": "commercial_two_part",
        "term": 5,
        "boundary": "12 号杆跌落式熔断器下桩头",
    },
    "contract_checked": True,
    "legal_cosigned": True,
}
ARCHIVED: Final[Mapping[str, Any]] = {
    "archived": ["application", "survey", "plan", "design", "inspection", "contract", "meter", "energise"],
    "three_match": True,
}


def visit(today: date) -> Mapping[str, Any]:
    """The survey with the times of its day."""
    return {
        "arrived_at": f"{today} 09:30",
        "left_at": f"{today} 10:45",
        "gps_in": "120.210,30.208",
        "gps_distance": 35,
        "survey": SURVEY,
    }


def dispatch(today: date) -> Mapping[str, Any]:
    """The order for the surveyor."""
    return {
        "surveyor": "N-surveyor1",
        "survey_at": f"{today + timedelta(days=1)} 09:30",
        "appointed_by": "phone",
        "qualified": True,
    }


def overdue(stage: str, today: date) -> Mapping[str, Any]:
    """What the head of the department finds about a late stage."""
    return {
        f"overdue_{stage}_cause": "load",
        f"overdue_{stage}_expected": str(today + timedelta(days=2)),
        f"overdue_{stage}_text": "本周勘查集中，已调配第二组支援。",
        f"overdue_{stage}_told": True,
    }


def contractor(today: date) -> Mapping[str, Any]:
    """Who builds on the customer's side."""
    return {
        "contractor": "江南电力安装有限公司",
        "contractor_licence_no": "5-1-00123-2024",
        "contractor_grade": "3",
        "contractor_contact": "顾海生",
        "contractor_phone": "13905710066",
        "works_start": str(today + timedelta(days=3)),
        "works_end": str(today + timedelta(days=40)),
        "doc_contractor_licence": PDF,
    }


def milestones(today: date) -> Mapping[str, Any]:
    """The works outside the red line."""
    return {
        "milestones": [
            {"name": "permit", "planned": str(today), "actual": str(today)},
            {"name": "electrical", "planned": str(today), "actual": str(today)},
        ],
        "external_done": str(today),
        "external_photos": PHOTO,
    }


def report(today: date) -> Mapping[str, Any]:
    """The completion of the customer's works, with its five papers."""
    papers = {f"doc_{name}": PDF for name in COMPLETION_PAPERS}
    return {"completed_on": str(today), "inspection_wish": str(today + timedelta(days=2)), **papers}


def meters(today: date) -> Mapping[str, Any]:
    """Meters with their numbers and first readings."""
    row = {"meter_no": "3301260011873", "ratio": 1000, "reading": 0.02, "seal": "F-20931"}
    return {"meters": [row], "terminal_online": "online", "installed_at": f"{today} 14:30", "meter_photos": PHOTO}


def agreement(today: date) -> Mapping[str, Any]:
    """The agreement with the dispatchers."""
    return {
        "dispatch_scope": "12 号杆跌落式熔断器以下由客户管辖",
        "dispatch_mode": "单电源，正常方式由创新 P208 线供电",
        "settings": [{"device": "进线开关", "value": "速断 1200 A"}],
        "certified_operators": 4,
        "agreement_date": str(today),
    }


def energised(today: date) -> Mapping[str, Any]:
    """Power on."""
    return {
        "energise_checks": ["contract", "meter", "inspection", "ticket", "phase", "load"],
        "energised_at": f"{today} 15:00",
        "energise_reading": 0.5,
    }
