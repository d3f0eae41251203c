"""All checks of a deployment: every problem at once, each with its file, element and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.checks.content import Content, Held
from engine.checks.decisions import check_decisions
from engine.checks.files import check_amount, check_files
from engine.checks.forms import check_forms
from engine.checks.holders import OF_PEOPLE, check_holders
from engine.checks.labels import check_labels
from engine.checks.limits import check_limits
from engine.checks.manifest import check_manifest
from engine.checks.processes import check_processes
from engine.checks.variables import check_variables
from engine.findings import Problem
from engine.handlers import Handlers
from engine.pack import FILE, Pack, read_pack
from engine.spiff import Definition, parse

#: A check that other packages add, such as the one of the forms.
Check = Callable[[Mapping[str, bytes]], Sequence[Problem]]


_PARTS: Final[tuple[Callable[[Content], Iterable[Problem]], ...]] = (
    check_manifest,
    check_decisions,
    check_limits,
    check_forms,
    check_processes,
    check_variables,
    check_labels,
    check_holders,
)


@dataclass(frozen=True)
class Checked:
    """What the checks found, errors first; pack and definitions are complete only without errors."""

    pack: Pack | None
    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    @property
    def kept(self) -> tuple[Problem, ...]:
        """What is true of the files for ever; who holds a role changes without them."""
        return tuple(problem for problem in self.problems if problem.code not in OF_PEOPLE)


def check(
    files: Mapping[str, bytes],
    more: Sequence[Check] = (),
    handlers: Handlers | None = None,
    held: Held | None = None,
) -> Checked:
    """Check the files of a pack; what is refused by size or name is not even parsed, the rest is judged without it.

    With `handlers`, topics that none of them serves are warned of; with `held`, roles that nobody holds.
    """
    found = [*check_amount(files), *check_files(files)]
    if check_amount(files):
        return Checked(None, (), tuple(found))
    refused = {problem.file for problem in found}
    readable = {path: data for path, data in files.items() if path not in refused}
    pack, problems = read_pack(readable) if FILE not in refused else (None, [])
    parsed = parse(readable)
    content = Content.of(readable, pack, parsed, handlers, held, refused)
    problems += parsed.problems
    for part in _PARTS:
        problems += part(content)
    for other in more:
        problems += other(readable)
    told = sorted((*found, *dict.fromkeys(problems)), key=lambda problem: problem.severity)
    return Checked(pack, tuple(parsed.definitions), tuple(told))
