"""What becomes of a person's work when the process behind it reaches a limit: it is kept, the way on waits.

A limit (steps of a turn, items of a multi-instance, depth of calls) says something about the diagram, not about the
work that was handed in. The turn is taken again without going on; the job that would go on is failed from the start,
so that an administrator finds an incident, changes diagram or variables, and retries.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from engine.errors import LimitReached
from engine.turn import Turn


def carry_out(fresh: Callable[[], Turn], act: Callable[[Turn, bool], None], write: Callable[[Turn], None]) -> Turn:
    """Take a turn with an act of a person and write it; return the turn that was written.

    `act` gets the turn and whether the process is to stop behind the act. Raises the limit's error when even that is
    too much, as with data that are too large themselves.
    """
    turn = fresh()
    try:
        with ExitStack() as turn.tentative:
            act(turn, False)
            write(turn)
    except LimitReached as error:
        return _halted(fresh(), act, write, error)
    return turn


def _halted(turn: Turn, act: Callable[[Turn, bool], None], write: Callable[[Turn], None], error: LimitReached) -> Turn:
    try:
        act(turn, True)
        turn.halt(error)
        write(turn)
    except LimitReached:
        raise error from None
    return turn
