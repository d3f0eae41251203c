"""Checks of the tables that set deadlines: limits have a source and keep to their ceiling, no late step is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from itertools import product
from typing import Any, Final

from engine import dmn
from engine.checks.content import FINDINGS, Content, is_literal
from engine.errors import EngineError
from engine.feel import FeelError
from engine.findings import Act, Problem, Said, reason
from engine.ledger import Limit
from engine.library import HOST_FUNCTIONS
from engine.time_limits import (
    ALL_PERCENT,
    CEILING,
    DECISION,
    ESCALATION,
    HUNDRED,
    WHOM,
    Place,
    Rules,
    Step,
    ceiling_of,
    every_step,
    exceeds,
)

STATUSES: Final = ("verified", "unverified")


def check_limits(content: Content) -> list[Problem]:
    """Problems of the decisions `time_limits` and `escalation`, as far as the files hold them."""
    limits, steps = _table(content, DECISION), _table(content, ESCALATION)
    found: list[Problem] = []
    if limits is not None:
        found += [*_limits(limits), *_statutory(content, limits), *_keys(content, limits)]
    if steps is not None:
        found += _escalation(content, steps, _classes(steps, limits))
    return found


def escalation_of(content: Content) -> tuple[str, tuple[Step, ...]]:
    """The file of the escalation and its steps; none where it cannot be asked, which the other checks tell."""
    limits, table = _table(content, DECISION), _table(content, ESCALATION)
    stages = tuple(content.pack.stages) if content.pack is not None else ()
    if table is None:
        return "", ()
    try:
        return table.path, tuple(every_step(table.rules, table.decisions, stages, _classes(table, limits)).values())
    except (EngineError, FeelError):
        return table.path, ()


@dataclass(frozen=True)
class Table:
    """A decision that is checked."""

    path: str
    decisions: dmn.Decisions
    #: Over all decision files: the same files give the same answers, which are kept.
    checksum: str

    @property
    def rules(self) -> Rules:
        return Rules(f"check:{self.checksum}", self.decisions.explain)


def _table(content: Content, name: str) -> Table | None:
    """The file with a decision and what it holds; None if no readable file has it."""
    models = {path: data for path, data in content.files.items() if path.endswith(".dmn")}
    for path in sorted(models):
        others = {other: data for other, data in models.items() if other != path}
        try:
            decisions = dmn.load(models[path], others, HOST_FUNCTIONS)
        except dmn.DmnError:
            continue
        if name in decisions.names:
            total = hashlib.sha256(b"\0".join(part for pair in sorted(models.items()) for part in _bytes(pair)))
            return Table(path, decisions, total.hexdigest())
    return None


def _bytes(pair: tuple[str, bytes]) -> tuple[bytes, bytes]:
    return pair[0].encode(), pair[1]


def _classes(steps: Table, limits: Table | None) -> tuple[str | None, ...]:
    named = steps.decisions.values(ESCALATION, "class") or (
        limits.decisions.values(DECISION, "class") if limits else ()
    )
    return tuple(map(str, named)) or (None,)


# --- time limits -----------------------------------------------------------------------------------


def _limits(table: Table) -> Iterator[Problem]:
    path = table.path
    seen: dict[int, Limit] = {}
    above: dict[int, tuple[Limit, Limit]] = {}
    try:
        for limit, ceiling in _asked(table):
            seen.setdefault(limit.row, limit)
            if ceiling is not None and exceeds(limit, ceiling):
                above.setdefault(limit.row, (limit, ceiling))
    except (EngineError, FeelError) as error:
        yield FINDINGS.problem(path, DECISION, "limits_unreadable", reason=reason(error))
        return
    for row, limit in sorted(seen.items()):
        if not limit.source or limit.status not in STATUSES:
            yield FINDINGS.problem(path, f"{DECISION} {row}", "limit_without_source", row=row, key=limit.key)
    for row, (limit, ceiling) in sorted(above.items()):
        told = {"amount": _amount(limit), "ceiling": _amount(ceiling), "source": ceiling.source}
        yield FINDINGS.problem(path, f"{DECISION} {row}", "limit_above_ceiling", row=row, key=limit.key, **told)


def _asked(table: Table) -> Iterator[tuple[Limit, Limit | None]]:
    """Every limit that the table can answer, with the ceiling of its step, class and region."""
    rules = table.rules
    named = [table.decisions.values(DECISION, name) for name in ("step", "class", "region", "profile")]
    keys, classes, regions, profiles = (tuple(map(str, values)) for values in named)
    apart = _told_apart(table, keys)
    for key, class_, region in product(keys, classes or (None,), regions or ("",)):
        # Where no row tells profiles apart, the usual answer is the only one.
        others = tuple(name for name in profiles if name != CEILING) if key in apart else ()
        ceiling = ceiling_of(rules, key, class_, region) if key in apart and CEILING in profiles else None
        for profile in (None, *others):
            limit = rules.limit(key, Place(class_, profile, region))
            if limit is not None:
                yield limit, ceiling


def _told_apart(table: Table, keys: tuple[str, ...]) -> frozenset[str]:
    """Steps with a row that speaks of profiles; a row for every step speaks of all."""
    cells = zip(*(table.decisions.cells(DECISION, name) for name in ("step", "profile")), strict=False)
    named = [tuple(map(str, steps)) or keys for steps, profiles in cells if profiles]
    return frozenset(key for steps in named for key in steps)


def _statutory(content: Content, table: Table) -> Iterator[Problem]:
    """Stages with a ceiling and no limit of their own, once for each class."""
    stages = content.pack.stages if content.pack is not None else {}
    for stage, class_ in product(stages, _named_classes(table)):
        place = Place(class_, None, "")
        try:
            ceiling, usual = ceiling_of(table.rules, stage, class_, ""), table.rules.limit(stage, place)
        except (EngineError, FeelError):
            return
        if ceiling is not None and usual is None:
            told = {
                "ceiling": _amount(ceiling),
                "source": ceiling.source,
                "class_": class_ or Said("各类", "any class"),
            }
            yield FINDINGS.problem(table.path, DECISION, "stage_without_limit", stage=stage, **told)


def _keys(content: Content, table: Table) -> Iterator[Problem]:
    """Steps that name a limit which the table does not have."""
    known = [str(key) for key in table.decisions.values(DECISION, "step")]
    for definition, element in content.elements():
        key = element.properties.get("limit", "")
        if key and is_literal(key) and key not in known and not _answers(table, key):
            near = get_close_matches(key, known, 1)
            said = Said(f"“{near[0]}”", f" such as {near[0]!r}") if near else ""
            act = Act("property", "limit", near[0]) if near else None
            yield FINDINGS.problem(definition.file, element.id, "limit_unknown", act, key=key, near=said)


def _answers(table: Table, key: str) -> bool:
    """True if some row, such as one for every other step, gives a limit."""
    try:
        return any(table.rules.limit(key, Place(class_, None, "")) for class_ in _named_classes(table))
    except (EngineError, FeelError):
        return True


def _named_classes(table: Table) -> tuple[str | None, ...]:
    return tuple(map(str, table.decisions.values(DECISION, "class"))) or (None,)


def _amount(limit: Limit) -> Said:
    if limit.working_days is None:
        return Said(f"{limit.clock}", f"{limit.clock}")
    return Said(f"{limit.working_days} 个工作日", f"{limit.working_days} working day(s)")


# --- escalation ------------------------------------------------------------------------------------


def _escalation(content: Content, table: Table, classes: tuple[str | None, ...]) -> Iterator[Problem]:
    path, rules, decisions = table.path, table.rules, table.decisions
    stages = tuple(content.pack.stages) if content.pack is not None else ()
    told: dict[str, Step] = {}
    for stage, class_ in product(stages, classes):
        try:
            steps = rules.steps("task", "", stage, Place(class_, None, ""), ALL_PERCENT)
        except (EngineError, FeelError) as error:
            yield FINDINGS.problem(path, ESCALATION, "escalation_unreadable", reason=reason(error))
            return
        told |= {step.name: step for step in steps}
        if not any(step.percent <= HUNDRED for step in steps):
            where = stage if class_ is None else f"{stage} × {class_}"
            yield FINDINGS.problem(path, ESCALATION, "escalation_gap", where=where)
    yield from _words(content, path, every_step(rules, decisions, stages, classes) | told)


def _words(content: Content, path: str, steps: Mapping[str, Step]) -> Iterator[Problem]:
    roles: Mapping[str, Any] = content.pack.roles if content.pack is not None else {}
    for step in steps.values():
        if step.whom not in (*WHOM, *roles) and roles:
            words = ", ".join((*WHOM, *roles))
            yield FINDINGS.problem(path, step.name, "escalation_role", step=step.name, whom=step.whom, words=words)
        if step.action == "supervise" and step.whom == "customer":
            yield FINDINGS.problem(path, step.name, "escalation_customer", step=step.name)
        if step.percent <= Decimal(0):
            yield FINDINGS.problem(path, step.name, "escalation_percent", step=step.name, percent=step.percent)
