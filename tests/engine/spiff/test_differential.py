"""What the stock library does right, both do alike: gateways, sub-processes, multi-instance without its defects.

The same random blocks run on the unmodified library and on the engine, task by task.
"""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import spiff
from tests.engine.spiff.test_random import (
    Choice,
    Host,
    Inside,
    Items,
    Parallel,
    Sequence,
    Split,
    Task,
    model,
    open_tasks,
)


def shared(children: st.SearchStrategy) -> st.SearchStrategy:
    """Build blocks of what the library does right."""
    some = st.lists(children, min_size=1, max_size=3)
    branches = st.lists(children, min_size=2, max_size=3)
    return st.one_of(
        st.builds(Sequence, some),
        st.builds(Inside, some),
        st.builds(Parallel, branches),
        st.builds(Choice, branches, st.integers(0, 7)),
        st.builds(Split, branches, st.integers(0, 7)),
    )


def blocks() -> st.SearchStrategy:
    leaf = st.builds(Task) | st.builds(Items, number=st.integers(2, 3))
    return st.recursive(leaf, shared, max_leaves=8)


class Stock:
    """A process on the unmodified library; conditions are the same in Python, as all of them compare with true."""

    def __init__(self, data: bytes, variables: dict[str, object]) -> None:
        parser = BpmnParser()
        text = data.decode().replace(" = true</conditionExpression>", " == True</conditionExpression>")
        parser.add_bpmn_xml(etree.parse(io.BytesIO(text.encode())), filename="p.bpmn")
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.task_tree.data.update(variables)
        self.go_on()

    def go_on(self) -> None:
        """Run all that needs no person; manual tasks count as such here."""
        self.workflow.do_engine_steps()

    def open(self) -> dict[str, list[object]]:
        """Open tasks by element, which the library calls differently inside a multi-instance."""
        found: dict[str, list[object]] = {}
        for task in self.workflow.get_tasks(state=TaskState.READY, manual=True):
            found.setdefault(task.task_spec.bpmn_id, []).append(task)
        return found

    def complete(self, element: str) -> None:
        """Complete one open task of an element."""
        self.open()[element][0].run()
        self.go_on()


def follow(block, dice) -> None:
    data, variables, _element = model(block)
    definitions = {found.id: found for found in spiff.parse({"p.bpmn": data}).definitions}
    host, stock = Host(definitions), Stock(data, variables)
    instance = spiff.Instance.start(definitions["p"], host, variables)
    known: dict[str, str] = {}
    while True:
        ours = list(open_tasks(instance, known))
        assert ours == sorted(name for name, tasks in stock.open().items() for _ in tasks)
        assert instance.ended is stock.workflow.completed
        if instance.ended:
            return
        token = dice.choice(sorted(known))
        stock.complete(known[token])
        instance = spiff.Instance.restore(instance.save(), host)
        instance.complete(token)


@settings(max_examples=60, deadline=None)
@given(block=blocks(), dice=st.randoms(use_true_random=False))
def test_the_engine_and_the_stock_library_open_the_same_tasks(block, dice):
    follow(block, dice)


@pytest.mark.deep
@settings(max_examples=1_000, deadline=None)
@given(block=blocks(), seed=st.integers(0, 10**9))
def test_they_do_so_in_a_thousand_processes(block, seed):
    follow(block, random.Random(seed))
