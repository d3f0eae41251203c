"""What a customer pays comes from the published list, is asked for by a numbered demand, and settled by finance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.connection import fees
from engine import dmn
from forms import Form, FormErrors
from tests.bpmn.pack import CLASSES, files, forms
from tests.bpmn.test_records_of_a_case import Counter, uploads
from tests.bpmn.test_review_of_an_application import text
from tests.bpmn.walk import PLAN, Walk

Begin = Callable[..., Walk]
LIST = "decisions/fee_list.dmn"
WITH_FEE = {**PLAN, "plan": {"charges": [{"item": "reliability_10", "quantity": Decimal(80)}]}}


@pytest.fixture
def counter() -> Counter:
    return Counter()


def listed(customer_class: str = "HV2", file: bytes = b"") -> list[Any]:
    found: Any = dmn.load(file or files()[LIST]).evaluate("fee_list", {"customer_class": customer_class, "region": "x"})
    return list(found)


def charge(item: str, quantity: int = 10) -> dict[str, Any]:
    return {"plan": {"charges": [{"item": item, "quantity": Decimal(quantity)}]}}


def test_residents_are_charged_nothing_and_every_row_is_complete() -> None:
    assert listed("RES") == []
    for row in (row for name in CLASSES for row in listed(name)):
        assert (
            row["price"] > 0 and row["title"] and row["unit"] and row["basis"] and date.fromisoformat(row["valid_from"])
        )


def test_an_amount_is_the_published_price_times_the_quantity() -> None:
    (item,) = fees.items(charge("reliability_10", 80), listed())
    assert (item["title"], item["price"], item["amount"]) == ("高可靠性供电费（10 kV）", 210, Decimal(16800))
    assert item["basis"] == "发改价格〔2003〕2279 号；当地公布的标准"


@pytest.mark.parametrize(
    "values",
    [
        charge("bribe"),
        {"fees": [{"item": "bribe", "quantity": Decimal(1), "amount": Decimal(500)}]},
        {"plan": {"business_fee": Decimal(500)}},
    ],
)
def test_what_is_not_on_the_list_cannot_be_charged(values: dict[str, Any]) -> None:
    with pytest.raises(fees.NotListed):
        fees.items(values, listed())


def test_a_row_is_charged_from_its_first_day_on() -> None:
    rows = listed()
    assert fees.in_force(rows, date(2025, 12, 31)) == []
    assert fees.in_force(rows, date(2026, 1, 1)) == rows


def test_the_share_of_works_is_worked_out_and_never_entered() -> None:
    values = {"plan": {"outside_cost": Decimal("12.5")}, "cost": {"customer": Decimal(40), "basis": "县文件"}}
    entered = [{"item": "outside_works", "quantity": Decimal(1)}]
    for more in ({}, {"fees": entered}):
        (item,) = fees.items({**values, **more}, listed("LV"))
        assert (item["amount"], item["basis"]) == (Decimal(50000), "县文件")


def test_where_no_rule_gives_a_share_finance_decides_it_with_the_policy() -> None:
    values = {"plan": {"outside_cost": Decimal(10)}, "cost": {"customer": None, "manual": True}}
    assert fees.items(values, listed()) == []
    decided = {"share_customer": Decimal(25), "policy_reference": "县发改 2023-7 第 4 条"}
    (item,) = fees.items({**values, **decided}, listed())
    assert (item["amount"], item["basis"]) == (Decimal(25000), "县发改 2023-7 第 4 条")


@given(st.lists(st.tuples(st.sampled_from([row["item"] for row in listed()]), st.decimals(0, 10**6, places=2))))
def test_the_sum_never_differs_from_list_price_times_quantity(chosen: list[tuple[str, Decimal]]) -> None:
    rows = {row["item"]: row for row in listed()}
    charges = [{"item": item, "quantity": quantity} for item, quantity in chosen]
    expected = sum(
        (quantity * rows[item]["price"]).quantize(Decimal("0.01"))
        for item, quantity in chosen
        if rows[item]["by"] != "share"
    )
    assert fees.total(fees.items({"plan": {"charges": charges}}, listed())) == expected


@pytest.mark.parametrize("form", ["plan_draft", "fee_check"])
def test_the_forms_offer_the_rows_in_force_only(form: str) -> None:
    later = {**listed()[1], "item": "later", "valid_from": "2030-01-01"}
    context = {"fee_list": [*listed(), later]}
    rows = [{"item": item, "quantity": 1} for item in ("reliability_10", "later", "bribe")]
    given = {"plan": {"charges": rows}} if form == "plan_draft" else {"fees": rows}
    with pytest.raises(FormErrors) as refused:
        Form.load(forms()[form]).validate(given, context=context, today=date(2026, 11, 16))
    places = {path for path in refused.value.errors if path.endswith(".item")}
    assert {path.split(".")[-2] for path in places} == {"1", "2"}


def test_a_plan_with_a_charge_off_the_list_goes_back_to_its_draft(begin: Begin, counter: Counter) -> None:
    case = begin("HV1", forced="standard", desk=counter.desk(), **uploads("HV1"))
    case.go("ut_plan_draft")
    case.do("ut_plan_draft", **charge("bribe"))
    assert case.variables("ut_plan_draft")["feasibility_reasons"] == [
        "收费项目 bribe 不在公布的清单里，请从清单里选择。"
    ]


def demanded(begin: Begin, counter: Counter) -> Walk:
    """A case that waits for the payment of 16,800 yuan."""
    case = begin("HV1", forced="standard", desk=counter.desk(), **uploads("HV1"))
    case.go("ut_plan_draft")
    case.do("ut_plan_draft", **WITH_FEE)
    case.go("MSG_PAYMENT_RECEIVED")
    return case


FIRST, SECOND = "26-11-0187-F1", "26-11-0187-F2"
WHOLE = {"paid_amount": Decimal(16800)}


def test_the_notice_names_the_demand_the_row_and_its_basis(begin: Begin, counter: Counter) -> None:
    demanded(begin, counter)
    (letter,) = [text(paper.content) for paper in counter.papers if paper.kind == "fee_notice"]
    assert f"告知单号：{FIRST}" in letter
    assert "高可靠性供电费（10 kV）（80 kVA × 210 元）" in letter and "2279 号" in letter
    (notice,) = [notice.text for notice in counter.notices if notice.subject == "fee_notice"]
    assert FIRST in notice and "16,800.00 元" in notice


def test_the_whole_sum_for_the_demand_goes_on(begin: Begin, counter: Counter) -> None:
    case = demanded(begin, counter)
    case.send("MSG_PAYMENT_RECEIVED", **WHOLE, paid_demand=FIRST)
    assert "MSG_DESIGN_SUBMITTED" in case.waits()


@pytest.mark.parametrize("paid", [Decimal(16799), Decimal(16801), Decimal(33600)])
def test_too_little_and_too_much_go_to_finance(begin: Begin, counter: Counter, paid: Decimal) -> None:
    case = demanded(begin, counter)
    case.send("MSG_PAYMENT_RECEIVED", paid_amount=paid, paid_demand=FIRST)
    assert set(case.tasks()) == {"ut_fee_check"}


def test_a_payment_of_another_demand_satisfies_no_later_one(begin: Begin, counter: Counter) -> None:
    case = demanded(begin, counter)
    case.send("MSG_PAYMENT_RECEIVED", paid_amount=Decimal(10000), paid_demand=FIRST)
    found = {"fee_cause": "mismatch", "paid_checked": Decimal(10000)}
    case.do("ut_fee_check", outcome="notice", reason="少付 6,800 元", **found)
    seen = counter.papers[-1]
    assert "已到账 10,000.00 元，还应交" in text(seen.content) and "6,800.00 元" in text(seen.content)
    case.send("MSG_PAYMENT_RECEIVED", paid_amount=Decimal(6800), paid_demand=FIRST)
    assert set(case.tasks()) == {"ut_fee_check"}
    case.do("ut_fee_check", outcome="notice", reason="重复的来款", **found)
    case.send("MSG_PAYMENT_RECEIVED", paid_amount=Decimal(6800), paid_demand="26-11-0187-F3")
    assert "MSG_DESIGN_SUBMITTED" in case.waits()


def test_nothing_is_asked_for_once_finance_has_found_it_all_paid(begin: Begin, counter: Counter) -> None:
    case = demanded(begin, counter)
    case.send("MSG_PAYMENT_RECEIVED", **WHOLE, paid_demand="someone-else")
    case.do("ut_fee_check", outcome="notice", reason="已认领", fee_cause="mismatch", paid_checked=Decimal(16800))
    assert "MSG_DESIGN_SUBMITTED" in case.waits()


def test_an_edited_price_counts_for_new_cases_without_a_restart(begin: Begin, counter: Counter) -> None:
    edited = files()[LIST].replace(b"<text>210</text>", b"<text>200</text>")
    assert edited != files()[LIST]
    case = begin("HV1", forced="standard", desk=counter.desk(), extra={LIST: edited}, **uploads("HV1"))
    case.go("ut_plan_draft")
    case.do("ut_plan_draft", **WITH_FEE)
    case.go("ut_rev_marketing")
    assert case.variables("ut_rev_marketing")["fee_total"] == 16000
