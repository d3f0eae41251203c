"""What a step of a process asks the world to do, in order of happening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

Reason = Literal["completed", "cancelled"]


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """A person has something to do."""

    token: str
    element: str
    name: str
    #: The process (not the sub-process) that the task belongs to: its id, or `id@deployment` of another deployment.
    scope_process: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: datetime | None
    follow_up: datetime | None
    priority: int
    form_ref: str | None
    stage: str | None
    limit: str | None
    clock: str | None
    #: Position in a multi-instance or loop, counted from 0; None outside of one.
    loop: int | None


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """The task is no longer to be done."""

    token: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class JobOpened:
    """A machine has something to do."""

    token: str
    element: str
    topic: str
    #: The input-mapped variables, or all visible ones when nothing is mapped.
    variables: Mapping[str, object]
    retries: str | None
    #: Running number of this execution within the instance; never used twice, so fit for an idempotency key.
    loop: int


@dataclass(frozen=True, slots=True)
class JobClosed:
    """The job is no longer wanted."""

    token: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Told:
    """A listener wants a machine to do something beside the process; nothing waits for it."""

    element: str
    topic: str
    #: What happened: start, end, take, create, complete, delete.
    event: str
    variables: Mapping[str, object]
    #: Running number within the instance, fit for an idempotency key.
    number: int


@dataclass(frozen=True, slots=True)
class TimerArmed:
    """A timer runs; armed again under the same token when a cycle goes on."""

    token: str
    element: str
    due: datetime
    #: Token of the activity that the timer hangs on; None for a timer of its own.
    host: str | None
    interrupting: bool
    #: The deadline whose due moment the timer asked for by `due(key)`.
    deadline: str | None


@dataclass(frozen=True, slots=True)
class TimerDisarmed:
    """The timer fired for the last time or is no longer wanted."""

    token: str


@dataclass(frozen=True, slots=True)
class WaitOpened:
    """Something waits for a message (or a signal); several may come while it is open."""

    token: str
    element: str
    message: str
    #: The correlation key that the element asks for; None: the business key of the instance.
    key: str | None = None
    #: How old a stored message may be when it is taken; None: any age.
    ttl: timedelta | None = None
    kind: Literal["message", "signal"] = "message"


@dataclass(frozen=True, slots=True)
class WaitClosed:
    """Nothing waits under this token any more."""

    token: str


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message leaves the process; the variables are the mapped inputs of the throwing element."""

    element: str
    message: str
    variables: Mapping[str, object]
    #: The correlation key of the receiver; None: the business key of the instance.
    key: str | None = None
    #: How long the message is kept for a receiver; None: for ever.
    ttl: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Signalled:
    """A signal was thrown; inside the instance it has been delivered already."""

    element: str
    signal: str
    #: The mapped inputs of the throwing element.
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entered:
    """A token came to an element."""

    element: str
    #: The id, or `id@deployment` of a process from another deployment.
    process_id: str
    token: str
    #: Tokens of the enclosing sub-processes and call activities, outermost first.
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A token left an element."""

    element: str
    process_id: str
    token: str
    reason: Reason
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A migration gave a token another element; what is open under the token stays open."""

    token: str
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The whole process is over; by which end event, and with which code of an error or escalation."""

    end_element: str | None
    kind: str
    code: str | None


@dataclass(frozen=True, slots=True)
class Warned:
    """Part of an expression became null; the process goes on."""

    element: str
    message: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision has been asked."""

    element: str
    decision: str
    #: Which rules fired on which values, one entry for each table that had a part in it.
    grounds: tuple[Mapping[str, Any], ...]
    #: The process that asked: its id, or `id@deployment` of another deployment.
    process_id: str


Effect: TypeAlias = (
    TaskOpened
    | TaskClosed
    | JobOpened
    | JobClosed
    | Told
    | TimerArmed
    | TimerDisarmed
    | WaitOpened
    | WaitClosed
    | Thrown
    | Signalled
    | Entered
    | Left
    | Moved
    | Ended
    | Warned
    | Decided
)
