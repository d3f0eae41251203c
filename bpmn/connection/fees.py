"""What the customer of a connection pays: rows of the published list, nothing else (R39, R40)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

Item = dict[str, Any]
#: A row of the decision ``fee_list``: item, title, unit, price, basis, valid_from, by.
Listed = Mapping[str, Any]

#: The plan form states the cost of outside works in units of 10,000 yuan (万元).
WAN = 10_000
#: ``by`` of a row whose amount follows from the shares of ``cost_sharing`` alone, and is never entered.
SHARED = "share"


class NotListed(ValueError):
    """A charge that is not on the published list, which nobody may ask for."""

    def __init__(self, item: str) -> None:
        super().__init__(f"{item!r} is not on the published fee list; add it to fee_list.dmn or remove the charge.")
        self.item = item


def in_force(rows: Iterable[Listed], today: date) -> list[Listed]:
    """Return the rows that may be charged on this day; later ones are published but not charged yet."""
    return [row for row in rows if date.fromisoformat(str(row["valid_from"])) <= today]


def items(values: Mapping[str, Any], rows: Sequence[Listed]) -> list[Item]:
    """Return the charged items ``{item, quantity, title, unit, price, amount, basis}``, amounts in yuan.

    What finance has entered counts before what the plan asks for; prices always come from the list, and the share of
    outside works from ``cost_sharing`` or, where that leaves it open, from finance (R39). Items of nothing are out.

    Raises:
        NotListed: A charge is not on the list.
    """
    listed = {str(row["item"]): row for row in rows}
    plan = values.get("plan") or {}
    entered = values.get("fees")
    if entered is None and plan.get("business_fee"):
        # A sum without an item, as plans were drafted before there was a list.
        raise NotListed("business_fee")
    charges = plan.get("charges") if entered is None else entered
    found = [_priced(listed, str(one["item"]), _amount(one.get("quantity"))) for one in charges or ()]
    asked = [item for item in found if listed[item["item"]].get("by") != SHARED]
    return [item for item in (*_shared(values, listed), *asked) if item["amount"]]


def total(charged: Iterable[Mapping[str, Any]]) -> Decimal:
    """Return the sum of the items in yuan."""
    return sum((_amount(item["amount"]) for item in charged), Decimal(0))


def outstanding(values: Mapping[str, Any], charged: Iterable[Mapping[str, Any]]) -> Decimal:
    """Return what is still to be paid, in yuan: the sum less what finance found to have come in."""
    settled = _amount(values.get("paid_checked")) if values.get("fee_cause") == "mismatch" else Decimal(0)
    return max(total(charged) - settled, Decimal(0))


def _shared(values: Mapping[str, Any], listed: Mapping[str, Listed]) -> list[Item]:
    """The customer's share of the works outside the red line, where there is one."""
    cost = values.get("cost") or {}
    decided = values.get("share_customer") if cost.get("manual") else cost.get("customer")
    outside = _amount((values.get("plan") or {}).get("outside_cost")) * WAN * _amount(decided) / 100
    row = next((row for row in listed.values() if row.get("by") == SHARED), None)
    if not outside:
        return []
    if row is None:
        raise NotListed("outside_works")
    basis = str((cost.get("manual") and values.get("policy_reference")) or cost.get("basis") or row["basis"])
    return [{**_priced(listed, str(row["item"]), outside), "basis": basis}]


def _priced(listed: Mapping[str, Listed], item: str, quantity: Decimal) -> Item:
    if item not in listed:
        raise NotListed(item)
    row = listed[item]
    facts = {key: str(row[key]) for key in ("title", "unit", "basis")}
    amount = (quantity * _amount(row["price"])).quantize(Decimal("0.01"))
    return {"item": item, "quantity": quantity, "price": row["price"], "amount": amount, **facts}


def _amount(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
