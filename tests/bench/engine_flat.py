"""Flat in time and in width: what a completion costs late in a loop, in a wide process, and how small a state is.

Run alone: `python -m tests.bench.engine_flat`.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any

import orjson
import zstandard

from engine import spiff
from engine.spiff import effects
from tests.bench.engine_memory import START, deployment, form

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">'
LOOP = (
    '<startEvent id="s"/><exclusiveGateway id="m"/><userTask id="a"/><exclusiveGateway id="x" default="again"/>'
    '<endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="m"/><sequenceFlow id="again" sourceRef="x" '
    'targetRef="m"/><sequenceFlow id="out" sourceRef="x" targetRef="e"><conditionExpression>rounds &lt; 0'
    "</conditionExpression></sequenceFlow>"
)
PLAIN = '<sequenceFlow id="f2" sourceRef="m" targetRef="a"/><sequenceFlow id="f3" sourceRef="a" targetRef="x"/>'
FORKED = (
    '<parallelGateway id="g"/><parallelGateway id="j"/><userTask id="b"/><sequenceFlow id="f2" sourceRef="m" '
    'targetRef="g"/><sequenceFlow id="f3" sourceRef="g" targetRef="a"/><sequenceFlow id="f4" sourceRef="g" '
    'targetRef="b"/><sequenceFlow id="f5" sourceRef="a" targetRef="j"/><sequenceFlow id="f6" sourceRef="b" '
    'targetRef="j"/><sequenceFlow id="f7" sourceRef="j" targetRef="x"/>'
)
WIDE = (
    '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="many"/><subProcess id="many">'
    "<multiInstanceLoopCharacteristics><loopCardinality>width</loopCardinality></multiInstanceLoopCharacteristics>"
    '<userTask id="a"/><userTask id="b"/><sequenceFlow id="g" sourceRef="a" targetRef="b"/><subProcess '
    'id="ev" triggeredByEvent="true"><startEvent id="es"><conditionalEventDefinition><condition>missing = 0</condition>'
    "</conditionalEventDefinition></startEvent></subProcess></subProcess>"
)
ROUNDS, EARLY, LATE, RUNS = 5_100, 10, 400, 7


class Deployment:
    """A host of one process."""

    now = datetime(2026, 3, 2, 1, tzinfo=UTC)

    def __init__(self, body: str) -> None:
        (self.definition,) = spiff.parse({"p.bpmn": f"{HEAD}{body}</process></definitions>".encode()}).definitions

    def functions(self, instance: spiff.Instance) -> dict[str, Any]:
        """Nothing is called."""
        return {}

    def ruling(self, decision_ref: str, variables: object, process_id: str) -> spiff.Ruling:
        """Nothing is decided."""
        raise NotImplementedError

    def process(self, process_id: str) -> spiff.Definition:
        """Return the one process."""
        return self.definition

    def bound(self, process_id: str, caller: spiff.Definition, binding: str, wanted: str) -> spiff.Definition:
        """Return the one process."""
        return self.definition


def completions(host: Deployment, variables: dict[str, object], count: int) -> list[float]:
    """Complete the longest open task again and again; return the seconds of each completion."""
    instance = spiff.Instance.start(host.definition, host, variables)
    waiting: deque[str] = deque()
    times = []
    for _ in range(count):
        waiting.extend(effect.token for effect in instance.take_effects() if isinstance(effect, effects.TaskOpened))
        token = waiting.popleft()
        begun = perf_counter()
        instance.complete(token)
        times.append(perf_counter() - begun)
    return times


def rounds(body: str) -> tuple[float, float, float]:
    """Return the microseconds around an early, a late and a very late completion of a loop."""
    host = Deployment(LOOP + body)
    completions(host, {"rounds": 1}, 50)
    runs = [completions(host, {"rounds": 1}, LATE + 20) for _ in range(RUNS * 3)]
    longest = completions(host, {"rounds": 1}, ROUNDS)
    # Ten completions are five rounds of two branches: a branch costs less than the join.
    early, late = (median(sum(run[at - 5 : at + 5]) for run in runs) for at in (EARLY, LATE))
    last = median(sum(longest[at : at + 10]) for at in range(5_000, 5_090, 10))
    return early * 1e5, late * 1e5, last * 1e5


def width(count: int) -> float:
    """Return the microseconds of a completion with that many open parallel sub-processes that listen to a condition."""
    host = Deployment(WIDE)
    found = [median(completions(host, {"width": count, "missing": 1}, 10)) for _ in range(max(3, 100 // count))]
    return median(found) * 1e6


def benchmark_state() -> tuple[int, float]:
    """Return the most stored bytes of the benchmark process without variables, and microseconds of a restore."""
    host = deployment("tasks_ours.bpmn")
    instance = spiff.Instance.start(host.definition, host, START)
    sizes, times, number = [], [], 0
    known = [effect.token for effect in instance.take_effects() if isinstance(effect, effects.TaskOpened)]
    while known:
        saved = instance.save()
        document = orjson.loads(zstandard.ZstdDecompressor().decompress(saved))
        bare = {**document, "s": [[id, parent, {}] for id, parent, _ in document["s"]]}
        sizes.append(len(zstandard.ZstdCompressor(level=1).compress(orjson.dumps(bare))))
        times.append(_fastest(lambda data=saved: spiff.Instance.restore(data, host)))
        instance.complete(known[0], form(number))
        number += 1
        for effect in instance.take_effects():
            if isinstance(effect, effects.TaskOpened):
                known.append(effect.token)
            elif isinstance(effect, effects.TaskClosed):
                known.remove(effect.token)
    return max(sizes), sum(times) / len(times) * 1e6


def _fastest(act: Callable[[], object]) -> float:
    """Return the median of a few runs in seconds."""
    times = []
    for _ in range(30):
        begun = perf_counter()
        act()
        times.append(perf_counter() - begun)
    return median(times)


def figures() -> list[dict[str, Any]]:
    """Measure and return all figures."""
    gc.collect()
    gc.disable()
    try:
        loops = {"sequential": rounds(PLAIN), "fork-join": rounds(FORKED)}
        narrow, wide = width(10), width(1_000)
        size, restoring = benchmark_state()
    finally:
        gc.enable()
    found = []
    for name, (early, late, last) in loops.items():
        found.append(_ratio(f"{name} loop, completion {LATE}", late, early, 1.1, f"completion {EARLY}"))
        found.append(_ratio(f"{name} loop, completion 5,000", last, early, 1.1, f"completion {EARLY}"))
    found.append(_ratio("complete with 1,000 open sub-processes", wide, narrow, 2.0, "with 10"))
    found.append(_bound("largest state of the benchmark process without variables", size, "bytes", 1_024))
    found.append(_bound("restore the benchmark process", restoring, "µs", 40))
    return found


def _ratio(name: str, value: float, base: float, most: float, against: str) -> dict[str, Any]:
    return {
        "name": f"engine: {name}",
        "value": round(value, 1),
        "unit": "µs",
        "goal": f"<= {most}x",
        "ratio": round(value / base, 2),
        "against": f"{against}: {base:.1f} µs",
        "holds": value <= base * most,
    }


def _bound(name: str, value: float, unit: str, most: float) -> dict[str, Any]:
    return {
        "name": f"engine: {name}",
        "value": round(value, 1),
        "unit": unit,
        "goal": f"<= {most}",
        "holds": value <= most,
    }


if __name__ == "__main__":
    for line in figures():
        print(line)
