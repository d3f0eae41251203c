"""The machine that moves tokens: a queue of what can run, and a look around whenever that is empty."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.feel import FeelError, Function, to_json
from engine.spiff import listeners
from engine.spiff.area import Area
from engine.spiff.catching import event_node, is_waiting
from engine.spiff.effects import Effect, Ended, Warned
from engine.spiff.errors import CallTooDeep, ExpressionFailed, StepLimitExceeded, TokenGone, TooMuchData
from engine.spiff.formula import Formula
from engine.spiff.gateways import Inclusive
from engine.spiff.host import Host
from engine.spiff.token import READY, Token
from engine.spiff.variables import Context, Scopes

if TYPE_CHECKING:
    from engine.spiff.definition import Definition
    from engine.spiff.instance import Instance
    from engine.spiff.process import Process

STEP_LIMIT = 10_000
#: More list items or tokens than this to go through in one turn come from what grows in a loop.
ITEM_LIMIT = 5_000_000
#: More new tokens than this in one turn come from repetitions inside repetitions or a loop that forks.
TOKEN_LIMIT = 50_000
CALL_LIMIT = 20
#: Types of values that every variable can keep.
_PLAIN = frozenset({type(None), bool, str, Decimal})
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class NoPython(BasePythonScriptEngineEnvironment):  # type: ignore[misc]  # the library has no types
    """Refuses every evaluation, so that no text of a diagram can ever run as Python."""

    def evaluate(self, expression: str, context: object, external_context: object = None) -> object:
        """Refuse."""
        raise PermissionError("Texts of a diagram are FEEL; Python is never evaluated.")

    def execute(self, script: str, context: object, external_context: object = None) -> bool:
        """Refuse."""
        raise PermissionError("Texts of a diagram are FEEL; Python is never executed.")

    def call_service(self, context: object, **kwargs: object) -> object:
        """Refuse."""
        raise PermissionError("Service tasks run as jobs, never through the library.")


_NO_PYTHON = PythonScriptEngine(NoPython())


class Scope(Area, BpmnSubWorkflow):  # type: ignore[misc]
    """An open sub-process or called process."""

    def __init__(self, spec: Process, host: Token, definition: Definition, scope: str) -> None:
        super().__init__(spec, parent_task_id=host.id, top_workflow=host.workflow.top_workflow, deserializing=True)
        self.lay(definition, scope, (*host.workflow.parents, host.id))
        outer = host.workflow
        self.calls = outer.calls + (definition is not outer.definition or spec.name == definition.id)


class Runtime(Area, BpmnWorkflow):  # type: ignore[misc]
    """The top workflow: all tokens by id, the ready queue, the variables and the effects."""

    calls = 0
    #: Whether whatever completes a step in this turn stops there and waits for a job.
    halting = False
    #: Kept for the engine, which counts how many instances have begun one another.
    generation = 0
    #: How many timers of no time, one because of another, led to this turn.
    sprung = 0

    def __init__(self, definition: Definition, host: Host, last_id: int = 0) -> None:
        self.host = host
        self.definition = definition
        self.index: dict[str, Token] = {}
        self.queue: deque[Token] = deque()
        #: Areas that lost a token since the last look.
        self.touched: dict[Area, None] = {}
        #: Areas where a token waits at an inclusive join.
        self.joining: dict[Area, None] = {}
        #: Waiting conditional events by the variables that they read, and those that were not evaluated yet.
        self.watching: dict[str, dict[Token, None]] = {}
        self.unseen: dict[Token, None] = {}
        self.scopes = Scopes()
        self.effects: list[Effect] = []
        self.last_id = last_id
        self.most_id = last_id + TOKEN_LIMIT
        #: List items and tokens that this turn went through.
        self.items = 0
        #: Bytes of the saved form before compression, as it was restored or last saved.
        self.size = 0
        self.end_event: str | None = None
        self.end_kind = "none"
        self.end_code: str | None = None
        self._functions: Mapping[str, Function] | None = None
        super().__init__(definition.scopes[definition.id], script_engine=_NO_PYTHON, deserializing=True)

    def new_id(self, element: str = "") -> str:
        """Return the next token id: a running number to the base 36."""
        self.last_id = number = self.last_id + 1
        if number > self.most_id:
            raise StepLimitExceeded(TOKEN_LIMIT, element)
        digits = ""
        while number:
            number, digit = divmod(number, 36)
            digits = _DIGITS[digit] + digits
        return digits

    def definition_of(self, process_id: str) -> Definition:
        """Return a process of the deployment, or `id@deployment`."""
        return self.definition if process_id == self.definition.id else self.host.process(process_id)

    def get_task_from_id(self, task_id: str) -> Token:
        """Return a token of any area; raise `TokenGone`."""
        token = self.index.get(task_id)
        if token is None:
            raise TokenGone(task_id)
        return token

    def emit(self, effect: Effect) -> None:
        """Note an effect."""
        self.effects.append(effect)

    # -- expressions ------------------------------------------------------------------------------------------------

    def value(self, formula: Formula, token: Token, where: str) -> object:
        """Return the value of a text as a token sees it."""
        if formula.expression is None:
            return formula.source
        element = token.task_spec.element
        value = self._evaluate(formula, token.scope, element, where, self.functions)
        if type(value) not in _PLAIN:
            self.weigh(len(value) if isinstance(value, list) else 1, element)
            _check_storable(value, element, where)
        return value

    def weigh(self, items: int, element: str) -> None:
        """Count the list items and tokens that a turn goes through; raise `TooMuchData` when they are too many."""
        self.items += items
        if self.items > ITEM_LIMIT:
            raise TooMuchData(ITEM_LIMIT, element)

    def holds(self, formula: Formula, scope: str, element: str) -> bool:
        """Say whether a condition is true; null is not."""
        return self._evaluate(formula, scope, element, "condition", self.functions) is True

    def timer_value(self, formula: Formula, token: Token) -> tuple[object, str | None]:
        """Return what a timer text gives, and the deadline it asked for by `due(key)`."""
        asked: list[str] = []
        functions = dict(self.functions)
        due = functions.get("due")
        if due is not None:
            functions["due"] = _overheard(due, asked)
        if formula.expression is None:
            return formula.source, None
        value = self._evaluate(formula, token.scope, token.task_spec.element, "timer", functions)
        return value, asked[-1] if asked else None

    @property
    def functions(self) -> Mapping[str, Function]:
        """The host's functions, asked for once per command."""
        if self._functions is None:
            self._functions = self.host.functions(cast("Instance", self))
        return self._functions

    def _evaluate(
        self, formula: Formula, scope: str, element: str, where: str, functions: Mapping[str, Function]
    ) -> object:
        try:
            value = formula.value(Context(self.scopes, scope, functions))
        except FeelError as error:
            raise ExpressionFailed(element, where, error.message_en or error.message) from error
        for warning in formula.warnings:
            self.emit(Warned(element, f"{where}: {warning}"))
        return value

    # -- moving -----------------------------------------------------------------------------------------------------

    def advance(self) -> None:
        """Run until everything waits; raise `StepLimitExceeded` when that does not happen."""
        steps = self.items = 0
        self.most_id = self.last_id + TOKEN_LIMIT
        while True:
            self._try_conditions()
            while self.queue:
                token = self.queue.popleft()
                if token._state != READY or token.gone:
                    continue
                steps += 1
                if steps > STEP_LIMIT:
                    raise StepLimitExceeded(STEP_LIMIT, token.task_spec.element)
                token.run()
                if self.watching or self.unseen:
                    self._try_conditions()
            if not self._settle():
                return

    def do_engine_steps(self, will_complete_task: object = None, did_complete_task: object = None) -> None:
        """The library's name for `advance`."""
        self.advance()

    def _settle(self) -> bool:
        """Look around when nothing can run; return whether something moved."""
        return self._close_empty() or self._try_joins()

    def _close_empty(self) -> bool:
        """Close every scope in which nothing is left, inner ones first."""
        moved = False
        while self.touched:
            touched, self.touched = self.touched, {}
            inner_first = touched if len(touched) == 1 else sorted(touched, key=_depth, reverse=True)
            for area in inner_first:
                if not area.completed and area.idle:
                    self._close(area)
                    moved = True
        return moved

    def _close(self, area: Area) -> None:
        listeners.tell(area.spec.listeners, "end", area.task_tree, area.spec.name)
        area.completed = True
        area.clear()
        if area is self:
            self.emit(Ended(self.end_event, self.end_kind, self.end_code))
            return
        host = self.index[area.parents[-1]]
        del self.subprocesses[host.id]
        del self.index[area.task_tree.id]
        host.task_spec.scope_done(host, area)

    def _try_joins(self) -> bool:
        for area in list(self.joining):
            joins = [
                node for node in map(area.spec.task_specs.__getitem__, area.arrivals) if isinstance(node, Inclusive)
            ]
            if not joins or area.completed:
                del self.joining[area]
            elif any(join.try_join(area) for join in joins):
                return True
        return False

    def watch(self, token: Token) -> None:
        """Ask a waiting conditional event again whenever a variable that it reads is written."""
        for name in _condition(token).names:
            self.watching.setdefault(name, {})[token] = None

    def unwatch(self, token: Token) -> None:
        """Ask it no more."""
        self.unseen.pop(token, None)
        for name in _condition(token).names:
            tokens = self.watching.get(name, {})
            tokens.pop(token, None)
            if not tokens:
                self.watching.pop(name, None)

    def _try_conditions(self) -> None:
        """Ask the events whose variables the last step has written, those that wait longest first.

        A condition that is true for one step only has become true all the same (BPMN 2.0.2, 10.5.5).
        """
        changed, self.scopes.changed = self.scopes.changed, set()
        asked, self.unseen = self.unseen, {}
        for name in changed & self.watching.keys():
            asked.update(self.watching[name])
        for token in sorted(asked, key=_age) if len(asked) > 1 else asked:
            if not token.gone:
                self._try_condition(token)

    def _try_condition(self, token: Token) -> None:
        element = token.task_spec.element
        self.weigh(1, element)
        before = token.internal_data["true"]
        token.internal_data["true"] = now = self.holds(_condition(token), token.scope, element)
        if now and not before:
            token.task_spec.fire(token)

    # -- scopes and ends --------------------------------------------------------------------------------------------

    def open_scope(
        self, host: Token, definition: Definition, spec: Process, scope: str, root: str | None = None
    ) -> Scope:
        """Open the inside of an activity."""
        area = Scope(spec, host, definition, scope)
        if area.calls > CALL_LIMIT:
            raise CallTooDeep(host.task_spec.element, CALL_LIMIT)
        area.plant(root)
        self.subprocesses[host.id] = area
        return area

    def close_scope(self, host: Token) -> None:
        """Cancel everything inside an activity, if it is open."""
        area = self.subprocesses.pop(host.id, None)
        if area is not None:
            area.completed = True
            area.clear()
            del self.index[area.task_tree.id]

    def note_end(self, token: Token) -> None:
        """Remember by which end event the process ended, so far."""
        if token.workflow is self:
            event = token.task_spec.facts.event
            self.end_event, self.end_kind, self.end_code = token.task_spec.element, event.kind, event.name or None

    def broadcast(self, signal: str, tokens: Collection[str] | None = None) -> None:
        """Deliver a signal to everything in the instance that waits for it, or to these tokens only."""
        for token in list(self.index.values()):
            if token.gone or not is_waiting(token) or (tokens is not None and token.id not in tokens):
                continue
            event = event_node(token).event
            if event.kind == "signal" and event.name == signal:
                token.task_spec.fire(token)


def _depth(area: Area) -> int:
    return len(area.parents)


def _age(token: Token) -> int:
    """The running number that a token has as its id."""
    return int(token.id, len(_DIGITS))


def _condition(token: Token) -> Formula:
    formula = event_node(token).event.formula
    assert formula is not None
    return formula


def _check_storable(value: object, element: str, where: str) -> None:
    """Raise `ExpressionFailed` for a function, which no variable can keep."""
    try:
        to_json(value)
    except TypeError as error:
        raise ExpressionFailed(element, where, f"{error}.") from None


def _overheard(due: Function, asked: list[str]) -> Function:
    """Return the function `due`, noting the keys it is asked for."""

    def listen(*arguments: object) -> object:
        asked.append(str(arguments[0]))
        return due.implementation(*arguments)

    return Function(due.name, due.parameters, listen)
