"""How much capacity a customer should ask for, worked out from industry and devices, line by line (R73).

    ΣP · demand factor · simultaneity ÷ power factor · (1 + margin), rounded up

Factors, standard sizes and the limits of the comparison are the decisions ``capacity_factors`` and ``capacity_policy``.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from bpmn.connection.application import case, installed
from engine import dmn

#: So many of the latest comparable cases are looked at; older ones say little about today's devices.
PEERS = 200
_TENTH = Decimal("0.1")


def peers(connection: Connection, customer_class: str, industry: str) -> list[Decimal]:
    """Return approved capacity per installed kW of the latest finished cases of the class and industry."""
    same = (case.c.customer_class == customer_class, case.c.industry == industry, case.c.archived_at.is_not(None))
    query = select(case.c.approved_kva, case.c.devices_kw).where(*same, case.c.devices_kw > 0, case.c.approved_kva > 0)
    rows = connection.execute(query.order_by(case.c.archived_at.desc()).limit(PEERS))
    return [row.approved_kva / row.devices_kw for row in rows]


def worked_out(table: dmn.Decisions, values: Mapping[str, Any], ratios: Sequence[Decimal]) -> dict[str, Any] | None:
    """Return the advice for an application by the tables of a pack; None without devices (see `advise`)."""
    facts = {"customer_class": values.get("customer_class"), "industry": values.get("industry"), "hv": values.get("hv")}
    factors: Any = table.evaluate("capacity_factors", facts)
    policy: Any = table.evaluate("capacity_policy", facts)
    return advise(values, factors, policy, ratios)


def advise(
    values: Mapping[str, Any], factors: Mapping[str, Any], policy: Mapping[str, Any], ratios: Sequence[Decimal]
) -> dict[str, Any] | None:
    """Return ``{recommended, unit, lines, compared, n, source, status}``; None without devices.

    ``lines`` is the calculation, a sentence per step; ``compared`` says how the result stands beside ``n`` finished
    cases, whose ``ratios`` are kVA per installed kW. High voltage takes the next standard size in kVA; low voltage is
    asked for in kW and takes the next whole number, 1 kVA counted as 1 kW on the safe side.
    """
    power = installed(values.get("devices"))
    if not power:
        return None
    steps = _steps(power, factors)
    sizes = [_amount(size) for size in policy.get("sizes") or ()]
    size, unit = _rounded(steps[-1], sizes), "kVA" if sizes else "kW"
    lines = [
        f"设备合计 {_devices(values['devices'])} = {_text(power)} kW",
        f"× 需要系数 {factors['demand']:f} × 同时系数 {factors['simultaneity']:f} = {_text(steps[0])} kW",
        f"÷ 功率因数 {factors['power_factor']:f} = {_text(steps[1])} kVA",
        f"×（1 + 裕度 {_text(factors['margin'] * 100)}%）= {_text(steps[2])} kVA",
        f"向上取{'标准变压器容量' if sizes else '整数，低压按 1 kVA 计 1 kW'}：{_text(size)} {unit}",
    ]
    facts = {"source": str(factors.get("source") or ""), "status": str(factors.get("status") or "")}
    compared = _compared(size, power, policy, ratios)
    return {"recommended": size, "unit": unit, "lines": lines, "compared": compared, "n": len(ratios), **facts}


def _steps(power: Decimal, factors: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    """Active power in kW, apparent power in kVA, and that with the margin."""
    active = power * _amount(factors["demand"]) * _amount(factors["simultaneity"])
    apparent = active / _amount(factors["power_factor"])
    return active, apparent, apparent * (1 + _amount(factors["margin"]))


def _compared(size: Decimal, power: Decimal, policy: Mapping[str, Any], ratios: Sequence[Decimal]) -> str:
    """How the size stands beside finished cases, with their number."""
    n = len(ratios)
    if n < int(policy["peer_min"]):
        return f"同类已送电客户只有 {n} 户，不足 {policy['peer_min']:f} 户，不作比较。"
    usual = power * median(ratios)
    known = f"同类已送电客户 {n} 户，按批准容量与设备合计之比的中位数推算是 {_text(usual)}"
    if size < usual * _amount(policy["peer_low"]):
        return f"{known}：建议值偏低，请核对设备是否漏填。"
    if size > usual * _amount(policy["peer_high"]):
        return f"{known}：建议值偏高，请核对台数和功率。"
    return f"{known}，与建议值相当。"


def _rounded(wanted: Decimal, sizes: Sequence[Decimal]) -> Decimal:
    """The smallest size that is enough; beyond the largest one as many of it as are needed."""
    if not sizes:
        return wanted.to_integral_value(ROUND_CEILING)
    largest = max(sizes)
    if wanted > largest:
        return (wanted / largest).to_integral_value(ROUND_CEILING) * largest
    return min(size for size in sizes if size >= wanted)


def _devices(devices: Iterable[Mapping[str, Any]]) -> str:
    rows = ((one.get("name") or "设备", _amount(one.get("count")), _amount(one.get("power"))) for one in devices)
    return " + ".join(f"{name} {_text(count)} 台 × {_text(power)} kW" for name, count, power in rows if count * power)


def _text(number: Decimal) -> str:
    """At most one decimal, no zeros behind."""
    return f"{number.quantize(_TENTH).normalize():f}"


def _amount(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
