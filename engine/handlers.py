"""Python functions that service tasks call by topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from engine.directory import Directory
from engine.errors import UnknownTopic

Result = Mapping[str, Any] | None


@dataclass(frozen=True)
class Call:
    """One request of a process to a handler."""

    topic: str
    instance_id: str
    #: The version of the pack that the instance runs on; empty outside a process.
    deployment_id: str
    business_key: str
    element: str
    #: What the input mapping of the service task gives, or all variables it sees.
    variables: Mapping[str, Any]
    #: The same for every attempt of the same step: pass it on to partners.
    idempotency_key: str
    now: datetime
    actor: str
    #: For whom the actor stood in; empty if for nobody.
    behalf: str = field(default="", kw_only=True)
    #: How `connection` is obtained; a handler that never asks for it holds no transaction open.
    connect: Callable[[], Connection] = field(repr=False)

    @property
    def connection(self) -> Connection:
        """The transaction in which the result is stored; what is written here is kept only together with it."""
        return self.connect()


@dataclass(frozen=True)
class Handler:
    """A registered function; an inline one runs inside the turn and must stay local and quick."""

    topic: str
    function: Callable[[Call], Result]
    inline: bool
    #: The variables that its result can hold; None when nobody said.
    gives: tuple[str, ...] | None = None


class Handlers:
    """Handlers by topic, and the people that tasks may go to."""

    def __init__(self, directory: Directory | None = None) -> None:
        self._by_topic: dict[str, Handler] = {}
        #: The people of the installation, for dispatching tasks to teams; None where nobody keeps any.
        self.directory = directory

    def add(
        self,
        topic: str,
        function: Callable[[Call], Result],
        inline: bool = False,
        gives: tuple[str, ...] | None = None,
    ) -> None:
        """Register a function; the last one registered for a topic counts."""
        self._by_topic[topic] = Handler(topic, function, inline, gives)

    def gives(self, topic: str) -> tuple[str, ...] | None:
        """The variables that the handler of a topic can give; None when nobody said."""
        found = self._by_topic.get(topic)
        return found.gives if found is not None else None

    def find(self, topic: str) -> Handler:
        """The handler of a topic; `UnknownTopic` when none is registered."""
        found = self._by_topic.get(topic)
        if found is None:
            raise UnknownTopic(topic)
        return found

    def is_inline(self, topic: str) -> bool:
        found = self._by_topic.get(topic)
        return found is not None and found.inline

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that are served, sorted."""
        return tuple(sorted(self._by_topic))

    def __contains__(self, topic: str) -> bool:
        return topic in self._by_topic


#: What `@handler` fills and an `Engine` uses unless it is given others.
HANDLERS: Final = Handlers()


def handler(
    topic: str, *, inline: bool = False, gives: tuple[str, ...] | None = None
) -> Callable[[Callable[[Call], Result]], Callable[[Call], Result]]:
    """Register the decorated function for a topic; raise `BpmnError` in it for an error that the diagram catches.

    `gives` names the variables that its result can hold, so that the checks know them.
    """

    def register(function: Callable[[Call], Result]) -> Callable[[Call], Result]:
        HANDLERS.add(topic, function, inline, gives)
        return function

    return register
