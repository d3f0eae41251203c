"""Roles that nobody holds: tasks would wait for them, and steps of the escalation would tell no one.

People come and go while a version stays, so these findings are made anew whenever somebody looks, and never kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from engine.checks.content import FINDINGS, Content, is_literal
from engine.checks.limits import escalation_of
from engine.findings import Problem, Said
from engine.pack import Label, Pack
from engine.spiff import Element
from engine.time_limits import ESCALATION

#: Codes of what is found here.
OF_PEOPLE: Final = frozenset({"role_unheld", "role_untold"})


def check_holders(content: Content) -> Iterator[Problem]:
    """User tasks that nobody could do, one per roles and diagram, and roles that the escalation tells, each once."""
    pack = content.pack
    if content.held is None or pack is None:
        return
    told: set[tuple[str, tuple[str, ...]]] = set()
    for definition, element in content.elements("userTask"):
        roles = _roles(element)
        where = _unheld(content, pack, roles)
        if where is not None and (definition.file, roles) not in told:
            told.add((definition.file, roles))
            yield FINDINGS.problem(definition.file, element.id, "role_unheld", role=_said(pack, roles), where=where)
    yield from _untold(content, pack)


def _untold(content: Content, pack: Pack) -> Iterator[Problem]:
    path, steps = escalation_of(content)
    told: set[str] = set()
    for step in steps:
        where = _unheld(content, pack, (step.whom,))
        if where is not None and step.whom not in told:
            told.add(step.whom)
            named = {"role": _said(pack, (step.whom,)), "where": where, "step": step.name}
            yield FINDINGS.problem(path, ESCALATION, "role_untold", **named)


def _roles(element: Element) -> tuple[str, ...]:
    """The roles of a task that belongs to nobody by name, each of which may do it."""
    groups = element.attributes.get("candidateGroups", "") or element.lane
    if any(element.attributes.get(name, "") for name in ("assignee", "candidateUsers")) or not is_literal(groups):
        return ()
    return tuple(filter(None, (part.strip() for part in groups.split(","))))


def _unheld(content: Content, pack: Pack, roles: Sequence[str]) -> Said | None:
    """Where nobody holds any of some roles: regions by name, empty for all; None where there is always somebody."""
    if not roles or content.held is None or not all(role in pack.roles for role in roles):
        return None
    regions = pack.regions or {"": Label("", "", "")}
    missing = [label for id, label in regions.items() if not any(content.held(role, id) for role in roles)]
    if not missing:
        return None
    if len(missing) == len(regions):
        return Said("", "")
    chinese, english = "、".join(one.zh for one in missing), ", ".join(one.en for one in missing)
    return Said(f"在{chinese}", f" in {english}")


def _said(pack: Pack, roles: Sequence[str]) -> Said:
    labels = [pack.roles[role] for role in roles]
    return Said("”或“".join(one.zh for one in labels), "' or '".join(one.en for one in labels))
