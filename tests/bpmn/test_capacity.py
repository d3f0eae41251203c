"""The capacity tool: the calculation line by line, standard sizes, and an honest comparison with finished cases."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.connection import capacity
from bpmn.connection.application import installed
from engine import dmn
from engine.models import metadata
from tests.bpmn.pack import CLASSES, components, files, forms
from tests.bpmn.test_records_of_a_case import Counter, uploads
from tests.bpmn.walk import PLAN, Walk

Begin = Callable[..., Walk]
FILE = "decisions/capacity_factors.dmn"
DEVICES = [
    {"name": "数控加工中心", "count": Decimal(12), "power": Decimal(22)},
    {"name": "空压机", "count": Decimal(2), "power": Decimal(75)},
]
CASE = metadata.tables["case"]


@pytest.fixture
def counter() -> Counter:
    return Counter()


def advice(
    customer_class: str = "HV1", devices: list[Any] | None = None, ratios: tuple[str, ...] = (), file: bytes = b""
) -> Any:
    values = {"customer_class": customer_class, "industry": "manufacturing", "devices": devices or DEVICES}
    return capacity.worked_out(dmn.load(file or files()[FILE]), values, [Decimal(ratio) for ratio in ratios])


def device(power: Decimal) -> list[dict[str, Any]]:
    return [{"name": "设备", "count": Decimal(1), "power": power}]


def test_the_calculation_is_shown_line_by_line() -> None:
    found = advice()
    assert (found["recommended"], found["unit"], found["status"]) == (315, "kVA", "unverified")
    assert found["lines"] == [
        "设备合计 数控加工中心 12 台 × 22 kW + 空压机 2 台 × 75 kW = 414 kW",
        "× 需要系数 0.6 × 同时系数 0.85 = 211.1 kW",
        "÷ 功率因数 0.9 = 234.6 kVA",
        "×（1 + 裕度 15%）= 269.8 kVA",
        "向上取标准变压器容量：315 kVA",
    ]


def test_low_voltage_takes_the_next_whole_number() -> None:
    found = advice("LV")
    assert (found["recommended"], found["unit"]) == (270, "kW")


def test_without_devices_there_is_no_advice() -> None:
    assert advice(devices=[{"name": "", "count": None, "power": None}]) is None


def test_every_industry_of_the_form_and_homes_have_factors() -> None:
    table = dmn.load(files()[FILE])
    (chosen,) = [part for part in components(forms()["application"]) if part.get("key") == "industry"]
    for industry in [one["value"] for one in chosen["values"]]:
        for name in CLASSES:
            found: Any = table.evaluate("capacity_factors", {"customer_class": name, "industry": industry})
            assert 0 < found["demand"] <= 1 and 0 < found["simultaneity"] <= 1
            assert 0 < found["power_factor"] <= 1 and 0 <= found["margin"] < 1 and found["source"]


@given(st.decimals(1, 100_000, places=2), st.decimals(1, 100_000, places=2))
def test_more_devices_never_need_less_capacity_and_it_is_always_enough(one: Decimal, other: Decimal) -> None:
    small, large = (advice(devices=device(power))["recommended"] for power in sorted((one, other)))
    assert small <= large
    needed = max(one, other) * Decimal("0.6") * Decimal("0.85") / Decimal("0.9") * Decimal("1.15")
    assert large >= needed


@pytest.mark.parametrize(
    ("ratio", "said"), [("0.7", "与建议值相当"), ("1.5", "偏低，请核对设备是否漏填"), ("0.4", "偏高，请核对台数和功率")]
)
def test_finished_cases_tell_whether_the_advice_is_low_or_high(ratio: str, said: str) -> None:
    found = advice(ratios=(ratio,) * 5)
    assert said in found["compared"] and "5 户" in found["compared"] and found["n"] == 5


def test_too_few_finished_cases_are_counted_and_not_compared_with() -> None:
    assert advice(ratios=("0.7",) * 4)["compared"] == "同类已送电客户只有 4 户，不足 5 户，不作比较。"


def finished(case: Walk, **facts: Any) -> None:
    """Write the record of the case as another one that has ended."""
    (row,) = case.rows(CASE)
    with case.transaction() as connection:
        for n in range(5):
            keys = {"number": f"x-{n}", "public_number": f"x-{n}", "customer_id": f"x-{n}"}
            connection.execute(CASE.insert().values({**row._mapping, **keys, **facts}))


def test_the_clerk_and_the_planner_see_the_advice_with_the_cases_it_was_compared_with(
    begin: Begin, counter: Counter
) -> None:
    given = {**uploads("HV1"), "devices": DEVICES, "industry": "manufacturing"}
    case = begin("HV1", desk=counter.desk(), **given)
    assert case.variables()["capacity"]["n"] == 0
    same = {"archived_at": case.now, "approved_kva": 400, "devices_kw": installed(DEVICES)}
    finished(case, **same)
    with case.transaction() as connection:
        ratios = capacity.peers(connection, "HV1", "manufacturing")
        assert [round(ratio, 2) for ratio in ratios] == [Decimal("0.97")] * 5
        assert capacity.peers(connection, "HV1", "food") == capacity.peers(connection, "HV2", "manufacturing") == []
    case.go("ut_plan_draft")
    assert case.variables("ut_plan_draft")["capacity"]["recommended"] == 315


def test_what_was_approved_is_kept_when_the_case_is_archived(begin: Begin, counter: Counter) -> None:
    case = begin("HV1", desk=counter.desk(), **uploads("HV1"), devices=DEVICES, industry="manufacturing")
    case.go("ut_plan_draft")
    case.do("ut_plan_draft", **{**PLAN, "plan": {"kva": Decimal(315)}})
    case.go()
    (row,) = case.rows(CASE)
    assert (row.industry, row.devices_kw, row.approved_kva) == ("manufacturing", 414, 315)


def test_an_edited_factor_counts_for_new_cases_without_a_restart(begin: Begin, counter: Counter) -> None:
    edited = files()[FILE].replace(b"<text>0.6</text>", b"<text>0.9</text>")
    given = {**uploads("HV1"), "devices": DEVICES, "industry": "manufacturing"}
    usual = begin("HV1", desk=counter.desk(), **given)
    changed = begin("HV1", desk=counter.desk(), extra={FILE: edited}, **given)
    found = [case.variables()["capacity"]["recommended"] for case in (usual, changed)]
    assert found == [315, 500]
