"""What can stop a running process, as leaves of the engine's error tree."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import CannotRun, EngineError, LimitReached, NotFound, TurnTooLong
from engine.findings import Problem


class StepLimitExceeded(TurnTooLong):
    """One advance took more steps than allowed."""

    def __init__(self, limit: int, element: str) -> None:
        self.limit = limit
        self.element = element
        super().__init__(
            f"The process took {limit} steps without coming to rest, last at {element!r}. "
            "Put a task, timer or message into the loop."
        )


class TooFarBehind(LimitReached):
    """A cycle was not served for so long that more occurrences were missed than are made up by themselves."""

    def __init__(self, element: str, limit: int) -> None:
        self.element = element
        super().__init__(
            f"{limit} missed occurrences of the cycle {element!r} were made up, and more are missing. "
            f"Retry to make up to {limit} more of them; skip to leave them out and go on with the next one."
        )


class NoTimeBetween(LimitReached):
    """Timers that are due as they begin follow one another without end."""

    def __init__(self, element: str, limit: int) -> None:
        self.element = element
        super().__init__(
            f"{limit} timers in a row were due as soon as they began, and {element!r} would be the next. "
            f"Give the timer of the loop some time and retry, which lets {limit} more of them fire."
        )


class TooMuchData(TurnTooLong):
    """One turn goes through more list items and tokens than allowed."""

    def __init__(self, limit: int, element: str) -> None:
        super().__init__(
            f"One turn went through more than {limit} list items and tokens, last at {element!r}. "
            "Put a task, timer or message into the loop that makes them grow."
        )


class TooManyItems(CannotRun, LimitReached):
    """An activity is to run more often at once than allowed."""

    def __init__(self, element: str, count: int, limit: int) -> None:
        super().__init__(element, f"multi-instance: {count} items are more than {limit}.")


class CallTooDeep(CannotRun, LimitReached):
    """Processes call one another deeper than allowed."""

    def __init__(self, element: str, limit: int) -> None:
        super().__init__(element, f"Processes call one another more than {limit} deep; break the circle of calls.")


class NoFlowTaken(CannotRun):
    """No condition is true and there is no default flow."""

    def __init__(self, element: str) -> None:
        super().__init__(element, "No condition of its outgoing flows is true and none of them is the default.")


class ExpressionFailed(CannotRun):
    """An expression gives nothing that can be used at its place."""

    def __init__(self, element: str, where: str, reason: str) -> None:
        super().__init__(element, f"{where}: {reason}")


class TokenGone(NotFound):
    """The token does not wait (any more)."""

    def __init__(self, token: str, what: str = "waiting step") -> None:
        super().__init__(what, token, "It was completed or withdrawn meanwhile; reload the case.")


class CannotMigrate(EngineError):
    """An instance stands where the new version has no place for it; nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"The instance cannot be carried over; map or move the steps named here.\n{lines}")
