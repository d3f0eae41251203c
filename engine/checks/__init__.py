"""All checks of a deployment: every problem at once, each with its file, element and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.checks.content import Content
from engine.checks.decisions import check_decisions
from engine.checks.files import check_files
from engine.checks.forms import check_forms
from engine.checks.manifest import check_manifest
from engine.checks.processes import check_processes
from engine.errors import Problem
from engine.handlers import Handlers
from engine.pack import Pack, read_pack
from engine.spiff import Definition, parse

#: A check that other packages add, such as the one of the forms.
Check = Callable[[Mapping[str, bytes]], Sequence[Problem]]


@dataclass(frozen=True)
class Checked:
    """What the checks found; pack and definitions are complete only without errors."""

    pack: Pack | None
    definitions: tuple[Definition, ...]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def check(files: Mapping[str, bytes], more: Sequence[Check] = (), handlers: Handlers | None = None) -> Checked:
    """Check the files of a pack; sizes and names come first, because oversized files are not even parsed.

    With `handlers`, topics that none of them serves are warned of.
    """
    unreadable = check_files(files)
    if any(problem.severity == "error" for problem in unreadable):
        return Checked(None, (), tuple(unreadable))
    pack, problems = read_pack(files)
    parsed = parse(files)
    content = Content.of(files, pack, parsed.definitions, handlers)
    problems += parsed.problems
    for part in (check_manifest, check_decisions, check_forms, check_processes):
        problems += part(content)
    for other in more:
        problems += other(files)
    return Checked(pack, tuple(parsed.definitions), (*unreadable, *dict.fromkeys(problems)))
