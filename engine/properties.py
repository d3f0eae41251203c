"""Our own words on elements (`camunda:property`) that say who may do a task."""

from __future__ import annotations

from typing import Final

from engine.spiff import Element

#: User tasks and start events, with commas, whose doers may not do this one.
FOUR_EYES: Final = "four_eyes"
#: Kinds of certificates, with commas, that whoever does the task must hold.
CERTIFICATE: Final = "certificate"
#: The variable that holds the staff number of whoever was chosen for the task in an earlier step.
NAMED: Final = "named"


def four_eyes_of(element: Element | None) -> tuple[str, ...]:
    """Ids of the elements whose doers may not do this one."""
    return _listed(element, FOUR_EYES)


def certificates_of(element: Element | None) -> tuple[str, ...]:
    """Kinds of certificates that the element asks for."""
    return _listed(element, CERTIFICATE)


def named_of(element: Element | None) -> str:
    """Name of the variable that says by staff number who is to do the task; empty if nobody is named."""
    return element.properties.get(NAMED, "").strip() if element is not None else ""


def _listed(element: Element | None, name: str) -> tuple[str, ...]:
    text = element.properties.get(name, "") if element is not None else ""
    return tuple(part.strip() for part in text.split(",") if part.strip())
