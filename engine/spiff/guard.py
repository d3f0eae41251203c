"""Stops the start when the library is not the one our subclasses were written for."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.node_parser import NodeParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.workflow import Workflow

#: Everything of the library that is overridden, or relied on by what is.
GUARDED: tuple[Callable[..., Any], ...] = (
    Task.__init__, Task._ready, Task.run, Task.cancel, Task.complete, Task._set_state, Task._inherit_data,
    Task._add_child, Task._child_added_notify, Task.has_state, TaskSpec.__init__, TaskSpec._predict, TaskSpec.test,
    TaskSpec._update, TaskSpec._update_hook, TaskSpec._on_ready, TaskSpec._on_ready_hook, TaskSpec._run,
    TaskSpec._run_hook, TaskSpec._on_cancel, TaskSpec._on_complete, TaskSpec.connect, BpmnTaskSpec.__init__,
    BpmnTaskSpec._update_hook, BpmnSpecMixin.__init__, Workflow.__init__, BpmnBaseWorkflow.__init__,
    BpmnWorkflow.__init__, BpmnSubWorkflow.__init__, BpmnSubWorkflow._calculate_depth, BpmnWorkflow.get_task_from_id,
    BpmnWorkflow.do_engine_steps, BpmnWorkflow.cancel, WorkflowSpec.__init__, WorkflowSpec._add_notify,
    BpmnProcessSpec.__init__, BpmnProcessSpec._add_notify, BpmnParser.__init__, BpmnParser.add_bpmn_xml,
    BpmnParser._add_processes, BpmnParser._add_data_stores, BpmnParser._add_diagram_indexes,
    BpmnParser._add_correlations,
    BpmnParser._get_parser_class, BpmnParser.create_parser, BpmnParser.get_spec, BpmnParser.get_process_ids,
    ProcessParser.__init__, ProcessParser._parse, ProcessParser.create_spec, ProcessParser.add_tasks,
    ProcessParser.get_spec, TaskParser.__init__, TaskParser.create_task, NodeParser.__init__,
)  # fmt: skip

#: SHA-256 over the sources of `GUARDED` in SpiffWorkflow 3.2.0.
EXPECTED = "e903840b07a3d9ebbb78e42fb9e670fa41a2a6802f2e7c00d6be234418f3cbc8"


class LibraryChanged(RuntimeError):
    """The installed SpiffWorkflow differs from the version that `engine.spiff` was written for."""


def fingerprint(functions: tuple[Callable[..., Any], ...] = GUARDED) -> str:
    """Return the hash over the sources of library functions."""
    digest = hashlib.sha256()
    for function in functions:
        digest.update(f"{function.__qualname__}\n{inspect.getsource(function)}".encode())
    return digest.hexdigest()


def check(expected: str = EXPECTED, functions: tuple[Callable[..., Any], ...] = GUARDED) -> None:
    """Raise `LibraryChanged` when the sources are not the expected ones."""
    if fingerprint(functions) != expected:
        raise LibraryChanged(
            "SpiffWorkflow is not the version this engine was written for; install exactly SpiffWorkflow==3.2.0."
        )
