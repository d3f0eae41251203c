"""How fast expressions and tables are: `python -m tests.bench.feel` prints the figures and their goals."""

from __future__ import annotations

import gc
import json
import statistics
import time
import timeit
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from engine.dmn import load
from engine.feel import FeelError, Function, compile, to_feel
from tests.bench.feelin_in_quickjs import Feelin
from tests.bench.own_expressions import NAMES, own_expressions
from tests.engine.dmn.bombs import BOMBS as DECISIONS
from tests.engine.feel.bombs import BOMBS, HARMLESS

HERE = Path(__file__).parent
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


def variables() -> dict[str, Any]:
    """Return the variables of a case as its process has them before the contract, and the functions of the host."""
    case: dict[str, Any] = to_feel(json.loads((HERE / "models" / "case.json").read_text(encoding="utf-8")))
    moment = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    functions = (
        Function("due", ("key",), lambda key: moment),
        Function("working days", ("from", "to"), lambda start, end: Decimal(3)),
        Function("add working days", ("from", "n"), lambda start, n: moment),
        Function("deployed", ("process id",), lambda process: True),
        Function("today", (), moment.date),
    )
    return {**{function.name: function for function in functions}, **case}


def _microseconds(action: Callable[[], Any], times: int) -> float:
    """Return the mean of some calls in a row, in the one of many turns that nothing else on the machine disturbed."""
    gc.disable()
    try:
        return min(timeit.repeat(action, number=times, repeat=15)) / times * 1e6
    finally:
        gc.enable()


def _compiling(source: str) -> float:
    # Every source is new to the cache: only a comment differs.
    sources = iter([f"{source} // {number}" for number in range(200)])
    return _microseconds(lambda: compile(next(sources), NAMES), 10)


def _evaluating(source: str, given: Mapping[str, Any]) -> float:
    expression = compile(source, NAMES)
    return _microseconds(lambda: expression.evaluate(given), 50)


def compared(sources: Sequence[str], given: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Return the mean microseconds of ours, of feelin with kept closures, of feelin as it is, and of its bare closures.

    The goal speaks of the second: the variables are in the process of Python, and whoever keeps feelin there hands it
    those of the case on every call, as feelin's own `evaluate(expression, context)` takes them. Kept closures are more
    than feelin's door offers: it reads the source on every call, which is the third. The last leaves the handing over
    out; it would need the variables to live in QuickJS.
    """
    feelin = Feelin()
    ours = statistics.mean(_evaluating(source, given) for source in sources)
    data = {name: value for name, value in given.items() if not isinstance(value, Function)}
    kept, read, bare = [], [], []
    feelin.keep(data)
    for source in sources:
        bare.append(_microseconds(partial(feelin.bare, source), 3))
        kept.append(_microseconds(partial(feelin.value, source, data), 3))
        read.append(_microseconds(partial(feelin.value, source, data, False), 3))
    return ours, statistics.mean(kept), statistics.mean(read), statistics.mean(bare)


def answered_alike(sources: Sequence[str], given: Mapping[str, Any]) -> list[str]:
    """Return the expressions that need nothing of the host and to which both engines give the same value."""
    feelin = Feelin()
    data = {name: value for name, value in given.items() if not isinstance(value, Function)}
    found = []
    for source in sources:
        if not compile(source, NAMES).names & (given.keys() - data.keys()):
            ours = compile(source, NAMES).evaluate(given)
            if _same(ours, feelin.value(source, data)):
                found.append(source)
    return found


def _same(ours: Any, theirs: Any) -> bool:
    return bool(ours == to_feel(theirs))


def _bomb(source: str) -> float:
    """Return the milliseconds of this thread until a bomb has ended, compiling included."""
    # A thread's own time: what others do on the machine meanwhile does not count.
    best = float("inf")
    for number in range(3):
        fresh = f"{source} //{number}" if len(source) < 4000 else source
        begin = time.thread_time()
        with suppress(FeelError):
            compile(fresh).evaluate({"a": 1})
        best = min(best, time.thread_time() - begin)
    return best * 1e3


def _decision_bomb(data: bytes) -> float:
    """Return the milliseconds of this thread until a decision that asks for too much has ended."""
    decisions = load(data)
    best = float("inf")
    for _ in range(3):
        begin = time.thread_time()
        with suppress(FeelError):
            decisions.evaluate("z", {})
        best = min(best, time.thread_time() - begin)
    return best * 1e3


def _held(source: str) -> float:
    """Return the most megabytes held at once."""
    tracemalloc.start()
    with suppress(FeelError):
        compile(source).evaluate({"a": 1})
    most = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    return most


def bombs() -> list[dict[str, Any]]:
    """Return the slowest and the largest of all bombs."""
    sources = {**BOMBS, **HARMLESS}
    slowest = max((_bomb(source), name) for name, source in sources.items())
    largest = max((_held(source), name) for name, source in sources.items())
    decision = max((_decision_bomb(data), name) for name, data in DECISIONS.items())
    head = f"feel: of {len(sources)} bombs the"
    dmn = f"dmn: of {len(DECISIONS)} bombs the slowest ({decision[1]})"
    return [
        _figure(f"{head} slowest ({slowest[1]})", slowest[0], "ms", "<= 10 ms", slowest[0] <= 10),
        _figure(f"{head} largest ({largest[1]})", largest[0], "MB", "<= 64 MB", largest[0] <= 64),
        _figure(dmn, decision[0], "ms", "<= 10 ms", decision[0] <= 10),
    ]


def figures() -> list[dict[str, Any]]:
    """Return the figures: name, value, unit, goal and whether it holds."""
    decisions = load(table())
    inputs = {"customer_class": "HV1", "kva": Decimal(973), "region": "徐汇"}
    assert decisions.evaluate("tariff", inputs) == 97, "the table must find its row"
    sources, given = own_expressions(), variables()
    common = answered_alike(sources, given)
    ours, kept, read, bare = compared(common, given)
    found = (
        (f"feel: compile one of our {len(sources)} expressions, mean", statistics.mean(map(_compiling, sources)), 60.0),
        ("feel: evaluate it, mean", statistics.mean(_evaluating(source, given) for source in sources), 5.0),
        ("dmn: a table of 200 rows", _microseconds(lambda: decisions.evaluate("tariff", inputs), 200), 150.0),
    )
    return [
        *(_figure(name, value, "µs", f"<= {goal:g} µs", value <= goal) for name, value, goal in found),
        _figure(f"feel: evaluate one of {len(common)} that feelin answers too", ours, "µs"),
        _figure("feelin in QuickJS, closures kept, variables handed over: evaluate it", kept, "µs"),
        _figure("feelin in QuickJS, bare closures over variables that never move: evaluate it", bare, "µs"),
        _figure("feelin in QuickJS as it is, variables handed over: evaluate it", read, "µs"),
        _figure("feel: times faster than feelin with kept closures", kept / ours, "x", ">= 50 x", kept / ours >= 50),
        _figure("feel: times faster than feelin's bare closures, nothing handed over", bare / ours, "x"),
        _figure("feel: times faster than feelin as it is", read / ours, "x", ">= 50 x", read / ours >= 50),
        *bombs(),
    ]


def _figure(name: str, value: float, unit: str, goal: str = "", holds: bool = True) -> dict[str, Any]:
    judged = {"goal": goal, "holds": holds} if goal else {}
    return {"name": name, "value": round(value, 2), "unit": unit, **judged}


if __name__ == "__main__":
    for figure in figures():
        mark = f" (goal {figure['goal']}, {'holds' if figure['holds'] else 'MISSED'})" if "goal" in figure else ""
        print(f"{figure['name']}: {figure['value']} {figure['unit']}{mark}")
