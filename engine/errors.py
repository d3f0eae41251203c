"""Everything the engine can refuse, as one tree: each message says the fact and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from engine.findings import Problem


def summary(problems: Sequence[Problem]) -> str:
    """What was found, for a terminal: problems and warnings counted and listed apart, Chinese before English."""
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = [problem for problem in problems if problem.severity == "warning"]
    lines = []
    if errors:
        english = f"{_counted(errors, 'problem')} found; correct {_them(errors)} and deploy again."
        lines += [f"有 {len(errors)} 处错误，改好再部署。({english})", *map(str, errors)]
    if warnings:
        english = f"{_counted(warnings, 'warning')}; nothing is refused for {_them(warnings)}."
        lines += [f"有 {len(warnings)} 处提醒，不影响部署。({english})", *map(str, warnings)]
    return "\n".join(lines)


def _counted(problems: Sequence[Problem], word: str) -> str:
    return f"1 {word}" if len(problems) == 1 else f"{len(problems)} {word}s"


def _them(problems: Sequence[Problem]) -> str:
    return "it" if len(problems) == 1 else "them"


class EngineError(Exception):
    """Root of all errors of the engine."""


class ProblemsFound(EngineError):
    """The files of a deployment have problems; nothing was stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(summary(self.problems))


class NotFound(EngineError):
    """A named thing does not exist (any more)."""

    def __init__(self, kind: str, id: str, remedy: str = "Check the id or reload the list.") -> None:
        self.kind = kind
        self.id = id
        super().__init__(f"There is no {kind} {id!r}. {remedy}")


class TaskNotFound(NotFound):
    """No task has this id."""

    def __init__(self, task_id: str) -> None:
        super().__init__("task", task_id, "Reload the inbox and open the task from there.")


class InstanceNotFound(NotFound):
    """No instance has this id."""

    def __init__(self, instance_id: str) -> None:
        super().__init__("instance", instance_id)


class DeploymentNotFound(NotFound):
    """No deployment has this id."""

    def __init__(self, deployment_id: str) -> None:
        super().__init__("deployment", deployment_id)


class IncidentNotFound(NotFound):
    """No open incident or job has this id."""

    def __init__(self, id: str) -> None:
        super().__init__("incident or job", id, "It may have been resolved meanwhile; reload the list of incidents.")


class UnknownProcess(NotFound):
    """The active deployments hold no process with this id."""

    def __init__(self, process_id: str) -> None:
        super().__init__("process", process_id, "Deploy and approve a pack that contains it.")


class UnknownDecision(NotFound):
    """The deployment holds no decision with this id."""

    def __init__(self, decision_id: str) -> None:
        super().__init__("decision", decision_id, "Add the .dmn file to the pack and deploy again.")


class UnknownForm(NotFound):
    """The deployment holds no form with this id."""

    def __init__(self, form_ref: str) -> None:
        super().__init__("form", form_ref, "Add the .form file to the pack and deploy again.")


class UnknownTopic(NotFound):
    """No handler is registered for the topic of a service task."""

    def __init__(self, topic: str) -> None:
        super().__init__("handler for topic", topic, "Register one with @handler and restart, then retry.")


class UnknownStartMessage(NotFound):
    """The process cannot be begun by this message."""

    def __init__(self, process_id: str, message: str) -> None:
        super().__init__("start message", message, f"Process {process_id!r} has no message start event of that name.")


class Conflict(EngineError):
    """The thing changed between reading and acting; reload and decide again."""


class TaskAlreadyCompleted(Conflict):
    """Somebody (or a timer) was faster; `by` is empty when the process withdrew the task."""

    def __init__(self, task_id: str, by: str, at: datetime | None, cancelled: bool = False) -> None:
        self.task_id = task_id
        self.by = by
        self.at = at
        self.cancelled = cancelled
        what = "was withdrawn by the process" if cancelled else f"was already completed by {by}"
        super().__init__(f"Task {task_id!r} {what} at {at}. Reload the case to see where it stands.")


class RemindedAlready(Conflict):
    """Whoever is to do the task was reminded a short while ago."""

    def __init__(self, task_id: str, at: datetime) -> None:
        self.task_id = task_id
        self.at = at
        super().__init__(f"Task {task_id!r} was reminded of at {at}. Give a reason to do it again so soon.")


class StaleTask(Conflict):
    """The task changed since the form was opened; `rev` is its present revision."""

    def __init__(self, task_id: str, rev: int) -> None:
        self.task_id = task_id
        self.rev = rev
        super().__init__(
            f"Task {task_id!r} changed and is now at revision {rev}. Reload it and enter the changes again."
        )


class StaleInstance(Conflict):
    """Another turn saved the instance in between; the same command can simply be given again."""

    def __init__(self, instance_id: str) -> None:
        self.instance_id = instance_id
        super().__init__(f"Instance {instance_id!r} was changed by another turn. Repeat the command.")


class TaskAlreadyClaimed(Conflict):
    """Another person holds the task."""

    def __init__(self, task_id: str, by: str) -> None:
        self.task_id = task_id
        self.by = by
        super().__init__(f"Task {task_id!r} is held by {by}. Ask them to release it or have it assigned to you.")


class FileHeld(Conflict):
    """Another person has the file of a workspace open for drawing."""

    def __init__(self, path: str, by: str, until: datetime) -> None:
        self.path = path
        self.by = by
        self.until = until
        super().__init__(f"{path} is open with {by} until {until}. Open it read-only, or ask them to close it.")


class StaleFile(Conflict):
    """The file of a workspace was saved by somebody else since it was opened; `rev` is its present revision."""

    def __init__(self, path: str, rev: int, by: str, at: datetime | None) -> None:
        self.path = path
        self.rev = rev
        self.by = by
        self.at = at
        super().__init__(f"{path} was changed by {by} at {at} and is now at revision {rev}. Compare before saving.")


class InstanceEnded(Conflict):
    """The instance is over; nothing can be done in it any more."""

    def __init__(self, instance_id: str, state: str) -> None:
        self.instance_id = instance_id
        self.state = state
        super().__init__(f"Instance {instance_id!r} is {state}. Start a new case if work is still needed.")


class RequestReused(Conflict):
    """The same request id came with other content."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        super().__init__(f"Request id {request_id!r} was used for another command. Use a new random id per command.")


class WrongState(Conflict):
    """The thing is not in the state that the command needs."""

    def __init__(self, kind: str, id: str, state: str, needed: str) -> None:
        self.kind = kind
        self.id = id
        self.state = state
        self.needed = needed
        super().__init__(f"The {kind} {id!r} is {state}, but must be {needed} for this. Reload it and check.")


class StartPassed(EngineError):
    """A version would be activated from a moment on that is over."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"{moment.isoformat()} is over. Name a later moment, or none to begin at once.")


class LeaseLost(Conflict):
    """A worker came back after its lease ended and another took the job; its result is refused."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"The lease on job {job_id!r} ended and the job was taken over. The late result is dropped.")


class NotAllowed(EngineError):
    """The actor has no right to do this."""

    def __init__(self, actor: str, act: str, subject: str) -> None:
        self.actor = actor
        self.act = act
        self.subject = subject
        super().__init__(f"{actor!r} may not {act} {subject!r}. Ask somebody of the responsible group and region.")


class SameActor(NotAllowed):
    """Two different persons are needed and the same one came twice."""

    def __init__(self, actor: str, act: str, subject: str) -> None:
        super().__init__(actor, act, subject)
        self.args = (f"{actor!r} may not {act} {subject!r}, being its author. Another person must do it.",)


class OwnWork(SameActor):
    """The task checks what the same person did, themselves or in somebody's place."""

    def __init__(self, actor: str, task_id: str, done: str, by: str) -> None:
        super().__init__(actor, "work on", task_id)
        self.task_id = task_id
        #: Name of the step that was done.
        self.done = done
        #: Who did it: the actor, or the absent person in whose place the actor wants to act.
        self.by = by


class NotQualified(NotAllowed):
    """The task asks for a certificate that the person lacks or that has run out."""

    def __init__(self, actor: str, task_id: str, kind: str, until: date | None) -> None:
        super().__init__(actor, "work on", task_id)
        self.task_id = task_id
        self.kind = kind
        #: The last day on which it was valid; None if there is none.
        self.until = until
        state = "has none" if until is None else f"has one that ran out on {until}"
        self.args = (f"Task {task_id!r} needs the certificate {kind!r}; {actor!r} {state}. Give it to somebody else.",)


class CannotBeNamed(EngineError):
    """Somebody was chosen by staff number for a step that they cannot do."""

    def __init__(self, variable: str, number: str, step: str, why: NotAllowed | None) -> None:
        #: Name of the variable, and so of the field, that holds the number.
        self.variable = variable
        self.number = number
        self.step = step
        #: What keeps them from it; None if nobody with the role and region has the number.
        self.why = why
        message = f"{number!r} cannot be named for {step!r}: {why or 'nobody of the role and region has this number'}"
        super().__init__(f"{message} Choose somebody else.")


class OwnersTask(NotAllowed):
    """The task of whoever looks after the case is not given back to everybody."""

    def __init__(self, actor: str, task_id: str) -> None:
        super().__init__(actor, "release", task_id)
        self.task_id = task_id
        self.args = (f"Task {task_id!r} belongs to whoever looks after the case. Hand it on with a reason instead.",)


class BpmnError(EngineError):
    """Raised by a handler: a business error that the process catches by its code."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code = code
        self.message = message
        super().__init__(f"Business error {code}: {message} Draw a boundary error event that catches this code.")


class UncaughtError(EngineError):
    """A BPMN error found nobody in the diagram who catches it."""

    def __init__(self, element: str, code: str, message: str = "") -> None:
        self.element = element
        self.code = code
        self.message = message
        super().__init__(f"Error {code} of {element!r} is caught by no event: {message} Draw one or skip the step.")


class LimitReached(EngineError):
    """What keeps one case from stopping all others was reached; only another diagram or other data help."""


class TurnTooLong(LimitReached):
    """One command caused more steps than a turn may take: most likely a loop without a waiting state."""


class CannotRun(EngineError):
    """The process reached something that cannot be executed with the present variables."""

    def __init__(self, element: str, message: str) -> None:
        self.element = element
        self.message = message
        super().__init__(f"{element!r} cannot be executed: {message} Change the variables and retry.")


class StateTooLarge(LimitReached):
    """The state of an instance has outgrown what a turn may save; the last good state is kept."""

    def __init__(self, instance_id: str, size: int, limit: int) -> None:
        self.instance_id = instance_id
        message = f"The state of instance {instance_id!r} has {size} bytes, more than {limit}."
        super().__init__(f"{message} Look for a variable that grows with every loop and shorten it.")


class StateUnreadable(EngineError):
    """The saved state of an instance cannot be restored; the last good state is kept."""

    def __init__(self, instance_id: str, reason: str) -> None:
        self.instance_id = instance_id
        super().__init__(f"The state of instance {instance_id!r} cannot be read ({reason}). It is left untouched.")
