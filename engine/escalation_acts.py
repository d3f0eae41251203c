"""What the steps of an escalation do besides telling people: hurry, give an order, take a task back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, update

from engine import history, reminders, supervision
from engine.deadline import Deadline
from engine.history import Scene
from engine.models import task
from engine.rights import members
from engine.time_limits import Step

OWNER: Final = "owner"


@dataclass(frozen=True)
class Matter:
    """One step of one deadline that has just happened."""

    deadline: Deadline
    scene: Scene
    step: Step
    late: bool
    element: str
    #: The open tasks that the deadline is about.
    tasks: tuple[Row[Any], ...]

    @property
    def recipients(self) -> list[str]:
        """Identities of those whom the step names; `customer` stands for itself."""
        whom = self.step.whom
        return owners(self.tasks) if whom == OWNER else [f"g:{whom}" if whom.isupper() else whom]

    def item(self) -> dict[str, Any]:
        """The facts for a notice; references only."""
        found = self.deadline
        return {
            "deadline": found.id,
            "business_key": self.scene.business_key,
            "instance_id": found.instance_id,
            "task_id": found.task_id,
            "element": self.element,
            "key": found.key,
            "stage": found.stage,
            "step": self.step.name,
            "action": self.step.action,
            "channel": self.step.channel,
            "percent": self.step.percent,
            "due": found.due_at.isoformat() if found.due_at else None,
            "late": self.late,
        }


def act(connection: Connection, matter: Matter) -> None:
    """Do what the step says; words that this table does not know only tell people."""
    doing = _ACTS.get(matter.step.action)
    if doing is not None:
        doing(connection, matter)


def owners(rows: Iterable[Row[Any]]) -> list[str]:
    """Identities of the holders of tasks, of the candidates where nobody holds one."""
    found = [[f"u:{row.assignee}"] if row.assignee else sorted(members(row.audience)) for row in rows]
    return list(dict.fromkeys(identity for identities in found for identity in identities))


def _remind(connection: Connection, matter: Matter) -> None:
    """The tasks were hurried: nobody needs to do so by hand within the next hours."""
    history.write(connection, list(_entries(matter, matter.tasks, reminders.KIND, reason="", step=matter.step.name)))


def _supervise(connection: Connection, matter: Matter) -> None:
    for whom in matter.recipients:
        supervision.give(
            connection,
            matter.scene,
            whom=whom,
            element=matter.element,
            customer_class=matter.deadline.customer_class,
            deadline_id=matter.deadline.id,
        )


def _reassign(connection: Connection, matter: Matter) -> None:
    """The holder loses the tasks; whoever the step names gives them to somebody else."""
    held = [row for row in matter.tasks if row.assignee]
    values = {"assignee": "", "claimed_at": None, "rev": task.c.rev + 1}
    connection.execute(update(task).where(task.c.id.in_([row.id for row in held])).values(**values))
    for row in held:
        entries = _entries(matter, [row], "taken_back", assignee=row.assignee, step=matter.step.name)
        history.write(connection, list(entries))


def _entries(matter: Matter, rows: Iterable[Row[Any]], kind: str, **told: Any) -> Iterator[dict[str, Any]]:
    for row in rows:
        place = {"token": row.token, "process_id": row.process_id}
        yield matter.scene.entry(kind, row.element, **place, task=row.id, **told)


_ACTS: Final[Mapping[str, Callable[[Connection, Matter], None]]] = {
    "remind": _remind,
    "supervise": _supervise,
    "reassign": _reassign,
}
