"""Our own words on elements (`camunda:property`) that say who may do a task, and on what."""

from __future__ import annotations

from typing import Final

from engine.spiff import Element

#: User tasks and start events, with commas, whose doers may not do this one.
FOUR_EYES: Final = "four_eyes"
#: Kinds of certificates, with commas, that whoever does the task must hold.
CERTIFICATE: Final = "certificate"
#: The variable that holds the staff number of whoever was chosen for the task in an earlier step.
NAMED: Final = "named"

#: Forms, or user tasks, with commas, whose last answers stand open beside the form of the task.
SHOWS: Final = "shows"
#: Elements, with commas: the `clock` of a wait stands only while one of them is open as well.
CLOCK_WHILE: Final = "clock_while"
CAUSE: Final = "cause"


def cause_of(element: Element) -> str:
    """What is awaited while the element stops a clock: its property `cause`, for events are named after what came."""
    return element.properties.get(CAUSE) or element.name or element.id


def clock_while_of(element: Element | None) -> tuple[str, ...]:
    """Ids of the elements of which one must be open for the clock of this wait to stand; empty for no condition."""
    return _listed(element, CLOCK_WHILE)


def four_eyes_of(element: Element | None) -> tuple[str, ...]:
    """Ids of the elements whose doers may not do this one."""
    return _listed(element, FOUR_EYES)


def certificates_of(element: Element | None) -> tuple[str, ...]:
    """Kinds of certificates that the element asks for."""
    return _listed(element, CERTIFICATE)


def shows_of(element: Element | None) -> tuple[str, ...]:
    """Ids of the forms and user tasks whose answers are the material of the task."""
    return _listed(element, SHOWS)


def named_of(element: Element | None) -> str:
    """Name of the variable that says by staff number who is to do the task; empty if nobody is named."""
    return element.properties.get(NAMED, "").strip() if element is not None else ""


def _listed(element: Element | None, name: str) -> tuple[str, ...]:
    text = element.properties.get(name, "") if element is not None else ""
    return tuple(part.strip() for part in text.split(",") if part.strip())
