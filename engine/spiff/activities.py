"""Tasks: of people, of machines, of decisions and expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.spiff import listeners, timers, waits
from engine.spiff.effects import Decided, JobClosed, JobOpened, Reason, TaskClosed, TaskOpened, Thrown, Warned
from engine.spiff.errors import ExpressionFailed
from engine.spiff.node import Node
from engine.spiff.token import STARTED, Token

if TYPE_CHECKING:
    from engine.spiff.facts import Facts
    from engine.spiff.process import Process


#: Priority of a task that asks for none, as in Camunda.
_PRIORITY = 50


class User(Node):
    """A person's task."""

    external = True

    def __init__(self, process: Process, facts: Facts, name: str = "") -> None:
        super().__init__(process, facts, name)
        told = {word: facts.properties.get(word) for word in ("stage", "limit", "clock")}
        silent = {entry.field: entry.without for entry in _ASSIGNED if entry.word not in facts.formulas}
        #: What is the same for every task of this element, and what is worked out for each.
        self._fixed: dict[str, Any] = {
            "element": self.element,
            "name": facts.name,
            "form_ref": facts.attributes.get("formRef"),
            **told,
            **silent,
        }
        self._asked = [entry for entry in _ASSIGNED if entry.word in facts.formulas]

    def _run_hook(self, my_task: Token) -> bool | None:
        area = my_task.workflow
        area.top_workflow.emit(
            TaskOpened(
                token=my_task.id,
                scope_process=area.process_id,
                loop=my_task.internal_data.get("loop"),
                **self._fixed,
                **{entry.field: entry.read(self, my_task, entry.word) for entry in self._asked},
            )
        )
        self._tell(my_task, "create")
        return None

    def _tell(self, token: Token, event: str) -> None:
        if self.facts.listeners:
            listeners.tell(self.facts.listeners, event, token, self.element)

    def _value(self, token: Token, word: str) -> object:
        formula = self.facts.formulas.get(word)
        return token.workflow.top_workflow.value(formula, token, word) if formula is not None else None

    def _text(self, token: Token, word: str) -> str | None:
        value = self._value(token, word)
        return None if value is None or value == "" else str(value)

    def _names(self, token: Token, word: str) -> tuple[str, ...]:
        value = self._value(token, word)
        if isinstance(value, list):
            return tuple(str(item) for item in value if item is not None)
        return tuple(part.strip() for part in str(value).split(",") if part.strip()) if value is not None else ()

    def _moment(self, token: Token, word: str) -> datetime | None:
        value = self._value(token, word)
        if value is None or value == "":
            return None
        try:
            return timers.moment(value, token.workflow.top_workflow.host.now)
        except ValueError as error:
            raise ExpressionFailed(self.element, word, str(error)) from None

    def _number(self, token: Token, word: str) -> int:
        value = self._value(token, word)
        if value is None or value == "":
            return _PRIORITY
        try:
            return int(Decimal(str(value)))
        except ArithmeticError:
            raise ExpressionFailed(self.element, word, f"{value!r} is no number.") from None

    def _on_complete(self, my_task: Token) -> None:
        self._tell(my_task, "complete")
        self._close(my_task, "completed")
        super()._on_complete(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        # One that is interrupted before its turn in the queue was never opened.
        if my_task.last_state == STARTED:
            self._tell(my_task, "delete")
            self._close(my_task, "cancelled")
        super()._on_cancel(my_task)

    def _close(self, token: Token, reason: Reason) -> None:
        token.workflow.top_workflow.emit(TaskClosed(token.id, reason))


@dataclass(frozen=True, slots=True)
class _Assigned:
    """A field of an open task that the element may ask for: its `camunda:` word, how it is read, what it is without."""

    field: str
    word: str
    read: Callable[[User, Token, str], Any]
    without: Any = None


_ASSIGNED = (
    _Assigned("assignee", "assignee", User._text),
    _Assigned("candidate_groups", "candidateGroups", User._names, ()),
    _Assigned("candidate_users", "candidateUsers", User._names, ()),
    _Assigned("due", "dueDate", User._moment),
    _Assigned("follow_up", "followUpDate", User._moment),
    _Assigned("priority", "priority", User._number, _PRIORITY),
)


class Job(Node):
    """A machine's task: written down here, done by a worker afterwards."""

    external = True

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        formula = self.facts.formula("topic")
        topic = top.value(formula, my_task, "topic") if formula else None
        if not isinstance(topic, str) or not topic:
            raise ExpressionFailed(self.element, "topic", f"{topic!r} is no topic.")
        values = top.scopes.own(my_task.scope) if self.facts.inputs else top.scopes.visible(my_task.scope)
        top.emit(JobOpened(my_task.id, self.element, topic, values, self.facts.retries, int(my_task.id, 36)))
        return None

    def _on_complete(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.emit(JobClosed(my_task.id, "completed"))
        super()._on_complete(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        if my_task.last_state == STARTED:
            my_task.workflow.top_workflow.emit(JobClosed(my_task.id, "cancelled"))
        super()._on_cancel(my_task)


class Send(Node):
    """A send task with a message: throws it and goes on."""

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        key, ttl = waits.addressing(my_task, self.facts)
        top.emit(Thrown(self.element, self.facts.event.name, self.payload(my_task), key, ttl))
        return True

    def payload(self, token: Token) -> dict[str, object]:
        """Return what goes along: the mapped inputs."""
        return token.workflow.top_workflow.scopes.own(token.scope) if self.facts.inputs else {}


class Script(Node):
    """A FEEL script: its value becomes a variable."""

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        formula = self.facts.formula("script")
        value = top.value(formula, my_task, "script") if formula else None
        top.scopes.write(my_task.scope, {self.facts.attributes["resultVariable"]: value})
        return True


class Decide(Node):
    """A business rule task: asks a decision of the deployment."""

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        formula = self.facts.formula("decisionRef")
        decision = top.value(formula, my_task, "decisionRef") if formula else None
        if not isinstance(decision, str) or not decision:
            raise ExpressionFailed(self.element, "decisionRef", f"{decision!r} is no decision.")
        process = my_task.workflow.process_id
        ruling = top.host.ruling(decision, {**top.functions, **top.scopes.visible(my_task.scope)}, process)
        result = ruling.value
        top.emit(Decided(self.element, decision, ruling.grounds, process))
        for doubt in ruling.doubts:
            top.emit(Warned(self.element, f"{decision}: {doubt}"))
        mapping = _MAPPINGS.get(self.facts.attributes.get("mapDecisionResult", ""))
        name = self.facts.attributes.get("resultVariable")
        if name:
            top.scopes.write(my_task.scope, {name: mapping(result) if mapping else result})
        return True


def _only(value: object) -> object:
    return next(iter(value.values())) if isinstance(value, Mapping) and len(value) == 1 else value


def _rows(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


#: camunda:mapDecisionResult; without it the result is taken as DMN gives it.
_MAPPINGS: Mapping[str, Callable[[object], object]] = {
    "singleEntry": _only,
    "singleResult": lambda value: value,
    "collectEntries": lambda value: [_only(row) for row in _rows(value)],
    "resultList": _rows,
}
