"""What the customer of a connection pays, item by item with its basis."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

Item = dict[str, Any]

#: The plan form states the cost of outside works in units of 10,000 yuan (万元).
WAN = 10_000


def items(values: Mapping[str, Any]) -> list[Item]:
    """Return the charged items ``{item, amount, basis}``, amounts in yuan.

    Items that finance has entered by hand count as they are; else the plan's outside works are
    shared by the percentages of the decision ``cost_sharing`` (R39), and the plan's business fee
    is charged in full. Items of nothing are left out.
    """
    entered = values.get("fees")
    if entered:
        return [dict(item) for item in entered]
    plan, cost = values.get("plan") or {}, values.get("cost") or {}
    share = _amount(cost.get("customer")) / 100
    works = _item("红线外工程客户分担", _amount(plan.get("outside_cost")) * WAN * share, cost.get("basis"))
    fee = _item("业务费", _amount(plan.get("business_fee")), "公布的收费清单")
    return [item for item in (works, fee) if item["amount"]]


def total(charged: Iterable[Mapping[str, Any]]) -> Decimal:
    """Return the sum of the items in yuan."""
    return sum((_amount(item["amount"]) for item in charged), Decimal(0))


def _item(title: str, amount: Decimal, basis: object) -> Item:
    return {"item": title, "amount": amount.quantize(Decimal("0.01")), "basis": str(basis or "")}


def _amount(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
