"""Arming and disarming of everything that waits for an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.spiff import timers
from engine.spiff.effects import TimerArmed, TimerDisarmed, WaitClosed, WaitOpened, Warned
from engine.spiff.errors import ExpressionFailed, NoTimeBetween, TooFarBehind
from engine.spiff.facts import Event, Facts
from engine.spiff.formula import Formula

if TYPE_CHECKING:
    from engine.spiff.token import Token


def arm(token: Token, event: Event, interrupting: bool = True) -> None:
    """Begin to wait for an event."""
    begin = _ARM.get(event.kind)
    if begin is not None:
        begin(token, event, interrupting)


def disarm(token: Token, event: Event) -> None:
    """Stop waiting."""
    end = _DISARM.get(event.kind)
    if end is not None:
        end(token)


def rearm(token: Token, event: Event) -> bool:
    """Prepare the next firing of a timer that does not interrupt; return False when there is none.

    Raises `TooFarBehind` when more occurrences were missed than are made up.
    """
    following = _cycle(token).next() if event.timer == "cycle" else None
    if following is None:
        return False
    data = token.internal_data
    if following.due > token.workflow.top_workflow.host.now:
        data.pop(_MISSED, None)
    else:
        data[_MISSED] = data.get(_MISSED, 0) + 1
        if data[_MISSED] > timers.MOST_MISSED:
            raise TooFarBehind(token.task_spec.element, timers.MOST_MISSED)
    _go_on(token, following)
    return True


def sprung(token: Token) -> int:
    """Return how many timers of no time, one because of another, led to that of a token."""
    count: int = token.internal_data.get(_SPRUNG, 0)
    return count


def runs(token: Token) -> bool:
    """Say whether the timer of a token was armed; one that never comes was not."""
    return _DUE in token.internal_data


def excuse(token: Token) -> None:
    """Forget how many missed occurrences were made up, or timers fired at once: somebody wants as many again."""
    token.internal_data.pop(_MISSED, None)
    token.internal_data.pop(_SPRUNG, None)


def pass_over(token: Token) -> bool:
    """Leave out the occurrences that were missed; return False when none is left."""
    following = _cycle(token).after(token.workflow.top_workflow.host.now)
    if following is None:
        return False
    excuse(token)
    _go_on(token, following)
    return True


def _cycle(token: Token) -> timers.Cycle:
    data = token.internal_data
    return timers.Cycle(datetime.fromisoformat(data[_DUE]), data.get("step", ""), data.get("left"))


def _go_on(token: Token, cycle: timers.Cycle) -> None:
    token.internal_data["left"] = cycle.left
    _emit_armed(token, cycle.due, False, token.internal_data.get("deadline"))


#: When a timer comes due, and how many missed occurrences of it were made up without a break.
_DUE, _MISSED = "due", "missed"
#: The length of a chain of timers of no time.
_SPRUNG = "sprung"


def addressing(token: Token, facts: Facts) -> tuple[str | None, timedelta | None]:
    """Return the correlation key and the time to live that an element asks for, as the token sees them."""
    key, ttl = (facts.formula(word) for word in ("correlationKey", "ttl"))
    if key is None and ttl is None:
        return None, None
    return _key(token, key), _ttl(token, ttl)


def _key(token: Token, formula: Formula | None) -> str | None:
    if formula is None:
        return None
    value = token.workflow.top_workflow.value(formula, token, "correlationKey")
    if not isinstance(value, str | Decimal) or value == "":
        reason = f"{value!r} is no text or number by which a message could be told from others."
        raise ExpressionFailed(token.task_spec.element, "correlationKey", reason)
    # 7.0 is the number 7, which the sender may write so.
    return value if isinstance(value, str) else f"{value.normalize():f}"


def _ttl(token: Token, formula: Formula | None) -> timedelta | None:
    if formula is None:
        return None
    top = token.workflow.top_workflow
    try:
        lives = timers.moment(top.value(formula, token, "ttl"), top.host.now) - top.host.now
    except ValueError as error:
        raise ExpressionFailed(token.task_spec.element, "ttl", str(error)) from None
    # A moment that is past leaves no time.
    return max(lives, timedelta())


def _wait_for_message(token: Token, event: Event, interrupting: bool) -> None:
    node = token.task_spec
    facts: Facts = getattr(node, "trigger", node.facts)
    token.workflow.top_workflow.emit(WaitOpened(token.id, node.element, event.name, *addressing(token, facts)))


def _wait_for_signal(token: Token, event: Event, interrupting: bool) -> None:
    token.workflow.top_workflow.emit(WaitOpened(token.id, token.task_spec.element, event.name, kind="signal"))


def _close_wait(token: Token) -> None:
    token.workflow.top_workflow.emit(WaitClosed(token.id))


def _start_timer(token: Token, event: Event, interrupting: bool) -> None:
    top = token.workflow.top_workflow
    assert event.formula is not None
    value, deadline = top.timer_value(event.formula, token)
    try:
        if event.timer == "cycle":
            cycle = timers.cycle(value, top.host.now)
        else:
            cycle = timers.Cycle(timers.moment(value, top.host.now), "", 1)
    except ValueError as error:
        raise ExpressionFailed(token.task_spec.element, "timer", str(error)) from None
    if cycle is None:
        top.emit(Warned(token.task_spec.element, f"timer: {value!r} never comes."))
        return
    if event.timer == "cycle":
        token.internal_data.update(step=cycle.step, left=cycle.left)
    elif cycle.due <= top.host.now:
        _spring(token)
    if deadline is not None:
        token.internal_data["deadline"] = deadline
    _emit_armed(token, cycle.due, interrupting, deadline)


def _spring(token: Token) -> None:
    """Count a timer that is due as it begins; raise `NoTimeBetween` when it is the last of too many in a row."""
    data, so_far = token.internal_data, token.workflow.top_workflow.sprung
    data[_SPRUNG] = so_far + 1
    if so_far >= timers.MOST_AT_ONCE:
        raise NoTimeBetween(token.task_spec.element, timers.MOST_AT_ONCE)


def _emit_armed(token: Token, due: datetime, interrupting: bool, deadline: str | None) -> None:
    token.internal_data[_DUE] = due.isoformat()
    host = None if token.on_root else token._parent
    token.workflow.top_workflow.emit(TimerArmed(token.id, token.task_spec.element, due, host, interrupting, deadline))


def _stop_timer(token: Token) -> None:
    if runs(token):
        token.workflow.top_workflow.emit(TimerDisarmed(token.id))


def _watch(token: Token, event: Event, interrupting: bool) -> None:
    top = token.workflow.top_workflow
    token.internal_data["true"] = False
    top.watch(token)
    top.unseen[token] = None


_ARM: Mapping[str, Callable[[Token, Event, bool], None]] = {
    "message": _wait_for_message,
    "signal": _wait_for_signal,
    "timer": _start_timer,
    "conditional": _watch,
}
_DISARM: Mapping[str, Callable[[Token], None]] = {
    "message": _close_wait,
    "signal": _close_wait,
    "timer": _stop_timer,
    "conditional": lambda token: token.workflow.top_workflow.unwatch(token),
}
