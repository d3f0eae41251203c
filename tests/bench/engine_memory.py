"""The engine alone, without database: completing tasks against the unmodified library, in the same run.

Model: 17 user tasks (15 completed per run, six form fields each), a script, an exclusive and a parallel gateway, a
sub-process, four timers; 1 KB of start data. `models/tasks_ours.bpmn` and `models/tasks_library.bpmn` are the same
process in the two dialects. Run alone: `python tests/bench/engine_memory.py`.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import spiff
from engine.spiff import effects

MODELS = Path(__file__).parent / "models"
START = {"kva": 100, "total": 0, "rounds": 1} | {f"fact_{number}": "x" * 40 for number in range(16)}
#: How often the ways take turns, and how often each is run at its turn (once would measure cold caches).
#: The best time of each completion counts: what else runs on the machine can only add.
TURNS, RUNS = 12, 10
EARLY, LATE = 10, 400


def form(number: int) -> dict[str, object]:
    """Return the six fields that one completion brings, about 170 bytes."""
    names = ("outcome", "remark", "meter", "place", "checked", "amount")
    values = ("complete", "nothing unusual seen here", "M-2026-000187", "north gate", True, number)
    return {f"{name}_{number}": value for name, value in zip(names, values, strict=True)}


class Deployment:
    """What the engine asks of a host."""

    now = datetime(2026, 3, 2, 1, tzinfo=UTC)

    def __init__(self, model: str) -> None:
        parsed = spiff.parse({model: (MODELS / model).read_bytes()})
        (self.definition,) = parsed.definitions

    def functions(self, instance: spiff.Instance) -> Mapping[str, Any]:
        """Nothing is called."""
        return {}

    def ruling(self, decision_ref: str, variables: Mapping[str, object], process_id: str) -> spiff.Ruling:
        """Nothing is decided."""
        raise NotImplementedError

    def process(self, process_id: str) -> spiff.Definition:
        """Return the one process."""
        return self.definition

    def bound(self, process_id: str, caller: spiff.Definition, binding: str, wanted: str) -> spiff.Definition:
        """Return the one process."""
        return self.definition


@cache
def deployment(model: str) -> Deployment:
    """Return a parsed model."""
    return Deployment(model)


def open_tasks(instance: spiff.Instance, known: dict[str, str]) -> None:
    """Keep the open tasks of an instance."""
    for effect in instance.take_effects():
        if isinstance(effect, effects.TaskOpened):
            known[effect.token] = effect.element
        elif isinstance(effect, effects.TaskClosed):
            known.pop(effect.token, None)


def ours(restoring: bool) -> list[float]:
    """Run one instance to its end; return the seconds of each completion."""
    host = deployment("tasks_ours.bpmn")
    instance = spiff.Instance.start(host.definition, host, START)
    known: dict[str, str] = {}
    open_tasks(instance, known)
    times: list[float] = []
    while known:
        token, values = next(iter(known)), form(len(times))
        begun = perf_counter()
        if restoring:
            instance = spiff.Instance.restore(instance.save(), host)
        instance.complete(token, values)
        times.append(perf_counter() - begun)
        open_tasks(instance, known)
    assert instance.ended
    return times


@cache
def library_specs(model: str, process: str) -> tuple[Any, Any]:
    """Return a model parsed by the unmodified library."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(MODELS / model), filename=model)
    return parser.get_spec(process), parser.get_subprocess_specs(process)


def library() -> list[float]:
    """Do the same with the unmodified library."""
    workflow = BpmnWorkflow(*library_specs("tasks_library.bpmn", "bench"))
    workflow.task_tree.data.update(START)
    workflow.do_engine_steps()
    times: list[float] = []
    while ready := workflow.get_tasks(state=TaskState.READY, manual=True):
        task, values = ready[0], form(len(times))
        begun = perf_counter()
        task.data.update(values)
        task.run()
        workflow.do_engine_steps()
        times.append(perf_counter() - begun)
    assert workflow.completed
    return times


def per_completion(*ways: Callable[[], list[float]]) -> list[float]:
    """Return the microseconds of one completion for each way to run the process.

    That is the mean over the completions of the process of the best time of each; the ways take turns, so that all of
    them meet the same machine.
    """
    best: list[list[float]] = [way() for way in ways]
    for _ in range(TURNS):
        for number, way in enumerate(ways):
            runs = [way() for _ in range(RUNS)]
            best[number] = [min(times) for times in zip(best[number], *runs, strict=True)]
    return [sum(times) / len(times) * 1e6 for times in best]


def rounds() -> tuple[float, float, int, int]:
    """Return microseconds and saved bytes of an early and a late round of a loop, restored before each."""
    host = deployment("loop.bpmn")
    times: dict[int, list[float]] = {}
    sizes: dict[int, int] = {}
    for _ in range(8):
        instance = spiff.Instance.start(host.definition, host, START)
        known: dict[str, str] = {}
        open_tasks(instance, known)
        for number in range(1, LATE + 6):
            begun = perf_counter()
            saved = instance.save()
            instance = spiff.Instance.restore(saved, host)
            instance.complete(next(iter(known)), {"rounds": number})
            times.setdefault(number, []).append(perf_counter() - begun)
            sizes[number] = len(saved)
            open_tasks(instance, known)
    early, late = (_around(times, number) for number in (EARLY, LATE))
    return early, late, sizes[EARLY], sizes[LATE]


def _around(times: Mapping[int, list[float]], number: int) -> float:
    return median(time for near in range(number - 5, number + 6) for time in times[near]) * 1e6


def state_sizes() -> list[int]:
    """Return the saved bytes before each completion."""
    host = deployment("tasks_ours.bpmn")
    instance = spiff.Instance.start(host.definition, host, START)
    known: dict[str, str] = {}
    sizes = []
    open_tasks(instance, known)
    while known:
        sizes.append(len(instance.save()))
        instance.complete(next(iter(known)), form(len(sizes)))
        open_tasks(instance, known)
    return sizes


def figures() -> list[dict[str, Any]]:
    """Measure and return all figures; `holds` compares ratios, which depend little on the machine."""
    logging.getLogger("spiff").setLevel(logging.ERROR)
    gc.collect()
    gc.disable()
    try:
        for warm_up in (library, lambda: ours(False), lambda: ours(True)):
            warm_up()
        stock, memory, restored = per_completion(library, lambda: ours(False), lambda: ours(True))
        early, late, small, large = rounds()
    finally:
        gc.enable()
    against, biggest = f"unmodified SpiffWorkflow 3.2.0 in memory: {stock:.0f} µs", max(state_sizes())
    return [
        _figure("complete a task in memory", memory, "µs", "<= 40 µs and >= 8x", stock / memory,
                memory <= 40 and stock / memory >= 8, against),
        _figure("complete a task, saved and restored before", restored, "µs", ">= 3x", stock / restored,
                stock / restored >= 3, against),
        _figure(f"loop: round {LATE}", late, "µs", "<= 1.2x", late / early, late / early <= 1.2,
                f"round {EARLY}: {early:.0f} µs"),
        _figure(f"loop: saved bytes at round {LATE}", large, "bytes", "<= 1.1x", large / small, large <= small * 1.1,
                f"round {EARLY}: {small} bytes"),
        _figure("largest saved state", biggest, "bytes", "<= 2560", biggest / 2560, biggest <= 2560, "2.5 KiB"),
    ]  # fmt: skip


def _figure(name: str, value: float, unit: str, goal: str, ratio: float, holds: bool, against: str) -> dict[str, Any]:
    return {
        "name": f"engine: {name}",
        "value": round(value, 1),
        "unit": unit,
        "goal": goal,
        "holds": holds,
        "against": against,
        "ratio": round(ratio, 2),
    }


if __name__ == "__main__":
    for line in figures():
        print("{name}: {value} {unit} ({ratio}x of {against}; goal {goal}: {holds})".format(**line))
