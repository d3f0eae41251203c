"""One token: where the process stands. Tokens are few and flat; what is over is no token any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.effects import JobClosed
from engine.spiff.variables import View

if TYPE_CHECKING:
    from engine.spiff.area import Area
    from engine.spiff.node import Node

WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
COMPLETED: int = TaskState.COMPLETED
CANCELLED: int = TaskState.CANCELLED


#: Internal data of a compensation handler that runs outside of the scope of its throw event: the token of that event.
THROWER = "thrower"
#: Internal data of a sub-process that is open again only to be undone.
UNDOING = "undoing"


class Token(Task):  # type: ignore[misc]
    """A task object of the library with a short id and a variable scope, and without data of its own."""

    triggered = False
    thread_id = 0
    last_state_change = 0.0
    #: The state in which the token was when it was cancelled.
    last_state = 0

    workflow: Area
    task_spec: Node

    def __init__(
        self,
        workflow: Area,
        task_spec: Node,
        parent: Token | None = None,
        state: int = TaskState.FUTURE,
        id: str | None = None,
        scope: str | None = None,
    ) -> None:
        top = workflow.top_workflow
        self.id = id or top.new_id(task_spec.element)
        self.workflow = workflow
        self.task_spec = task_spec
        self.scope: str = scope or workflow.scope
        #: Id of the flow by which the token came; joins count them.
        self.flow = ""
        self.internal_data: dict[str, Any] = {}
        self._state = state
        self._children: dict[str, None] = {}
        self._parent: str | None = None
        workflow.tasks[self.id] = top.index[self.id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children[self.id] = None

    @property
    def data(self) -> View:
        """The visible variables; nothing is stored in the token."""
        return View(self.workflow.top_workflow.scopes, self.scope)

    @data.setter
    def data(self, value: dict[str, object]) -> None:
        if value:
            raise TypeError("A token holds no data; variables live in scopes.")

    @property
    def gone(self) -> bool:
        """Whether the token has been removed."""
        return self.id not in self.workflow.top_workflow.index

    @property
    def on_root(self) -> bool:
        """Whether the token moves along flows itself (and is no item, waiter or handler of another one)."""
        return self._parent == self.workflow.task_tree.id

    @property
    def held(self) -> str:
        """Whether the token waits for a job of its own: "before" its step, "after" it, or not at all."""
        return str(self.internal_data.get("held", ""))

    @held.setter
    def held(self, where: str) -> None:
        if where:
            self.internal_data["held"] = where
        else:
            del self.internal_data["held"]

    def _inherit_data(self) -> None:
        """Nothing is copied from token to token."""

    def _add_child(self, task_spec: Node, state: int = TaskState.FUTURE) -> Token:
        return Token(self.workflow, task_spec, self, state)

    def _child_added_notify(self, child: Token) -> None:
        self._children[child.id] = None

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == READY:
            self.workflow.top_workflow.queue.append(self)

    def complete(self) -> None:
        """Finish the step and go on, unless an event removed the token meanwhile."""
        if not self.gone:
            self._state = COMPLETED
            self.task_spec._on_complete(self)

    def cancel(self) -> None:
        """Withdraw the token with everything below it, innermost first."""
        if self.gone:
            return
        for child in self.children:
            child.cancel()
        self.last_state = self._state
        self._state = CANCELLED
        if self.held:
            self.workflow.top_workflow.emit(JobClosed(self.id, "cancelled"))
        else:
            self.task_spec._on_cancel(self)
        self.remove()

    def remove(self) -> None:
        """Take the token out of the tree."""
        workflow = self.workflow
        del workflow.tasks[self.id]
        del workflow.top_workflow.index[self.id]
        if self._parent is not None:
            parent = workflow.tasks.get(self._parent)
            if parent is not None:
                parent._children.pop(self.id, None)
            if self.on_root:
                workflow.top_workflow.touched[workflow] = None
