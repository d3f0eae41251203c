"""How fast expressions and tables are: `python tests/bench/feel.py` prints the figures and their goals."""

from __future__ import annotations

import gc
import statistics
import timeit
from datetime import date
from decimal import Decimal
from typing import Any

from engine.dmn import load
from engine.feel import compile

CONTEXT: dict[str, Any] = {
    "kva": Decimal(315),
    "customer_class": "HV1",
    "missing": [],
    "region": "浦东",
    "case": {"plan": {"limit": Decimal(5)}},
    "任务": {"金额": Decimal(120)},
    "items": [{"x": Decimal(number)} for number in range(10)],
    "amount": Decimal(100),
    "submitted": date(2026, 1, 1),
}
#: what conditions, assignments, timers and forms look like
EVERYDAY = (
    "kva > 160",
    'customer_class = "HV1" and kva >= 100',
    'if kva > 100 then "HV" else "LV"',
    "count(missing) = 0",
    'region in ("浦东", "徐汇")',
    "case.plan.limit + 1",
    "任务.金额 * 0.85",
    "sum(items.x)",
    "items[x > 5]",
    'submitted + duration("P3D")',
    "some i in items satisfies i.x > 8",
    "not(kva > 160)",
    "kva between 100 and 400",
    'string(kva) + " kVA"',
    "upper case(customer_class)",
    "kva in [100..400]",
    "{a: kva, b: a * 2}.b",
    "amount * (1 + 0.13)",
    "amount = null",
    'date("2026-01-01") < submitted',
)
_ROWS = 200
_TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="bench" name="bench">
<decision id="tariff" name="tariff"><variable name="tariff"/><decisionTable hitPolicy="{policy}">
<input><inputExpression typeRef="string"><text>customer_class</text></inputExpression></input>
<input><inputExpression typeRef="number"><text>kva</text></inputExpression></input>
<input><inputExpression typeRef="string"><text>region</text></inputExpression></input>
<output name="price" typeRef="number"/>{rows}</decisionTable></decision></definitions>"""
_ROW = "<rule>{cells}<outputEntry><text>{output}</text></outputEntry></rule>"
_CELL = "<inputEntry><text>{}</text></inputEntry>"


def table(policy: str = "UNIQUE") -> bytes:
    """Return a decision table of 200 rows: text, range and list cells."""
    rows = []
    for number in range(_ROWS):
        cells = (f'"HV{number % 4}"', f"[{number * 10}..{number * 10 + 10})", '"浦东", "徐汇"' if number % 3 else "-")
        rows.append(_ROW.format(cells="".join(map(_CELL.format, cells)), output=number))
    return _TABLE.format(policy=policy, rows="".join(rows)).encode()


def _microseconds(action: Any, times: int) -> float:
    gc.disable()
    try:
        # Many short turns: the best of them is the one that nothing else on the machine disturbed.
        return min(timeit.repeat(action, number=times, repeat=40)) / times * 1e6
    finally:
        gc.enable()


def _compiling(source: str) -> float:
    # Every source is new to the cache: only a comment differs.
    sources = iter([f"{source} // {number}" for number in range(600)])
    return min(timeit.repeat(lambda: compile(next(sources)), number=20, repeat=30)) / 20 * 1e6


def _evaluating(source: str) -> float:
    expression = compile(source)
    return _microseconds(lambda: expression.evaluate(CONTEXT), 200)


def figures() -> list[dict[str, Any]]:
    """Return the figures: name, value, unit, goal and whether it holds."""
    decisions = load(table())
    inputs = {"customer_class": "HV1", "kva": Decimal(973), "region": "徐汇"}
    assert decisions.evaluate("tariff", inputs) == 97, "the table must find its row"
    found = (
        ("feel: compile an everyday expression, mean", statistics.mean(map(_compiling, EVERYDAY)), 60.0),
        ("feel: evaluate an everyday expression, mean", statistics.mean(map(_evaluating, EVERYDAY)), 5.0),
        ("dmn: a table of 200 rows", _microseconds(lambda: decisions.evaluate("tariff", inputs), 200), 150.0),
    )
    return [
        {"name": name, "value": round(value, 2), "unit": "µs", "goal": f"<= {goal:g} µs", "holds": value <= goal}
        for name, value, goal in found
    ]


if __name__ == "__main__":
    for figure in figures():
        mark = "holds" if figure["holds"] else "MISSED"
        print(f"{figure['name']}: {figure['value']} {figure['unit']} (goal {figure['goal']}, {mark})")
