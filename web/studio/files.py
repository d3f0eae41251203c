"""The files of a workspace as a page shows them: by kind, with what the checks find in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from flask_babel import gettext as _

from engine import Problem, workspaces
from web.packs import said

#: Suffix -> the template of its editor.
EDITORS: Final[Mapping[str, str]] = {".bpmn": "bpmn", ".dmn": "dmn", ".form": "form"}
_ORDER: Final = (".bpmn", ".dmn", ".form", ".docx")
_ICONS: Final[Mapping[str, str]] = {".bpmn": "schema", ".dmn": "table", ".form": "forms", ".docx": "mail"}


@dataclass(frozen=True, slots=True)
class File:
    """One file with its findings."""

    entry: workspaces.Entry
    errors: int
    warnings: int
    #: The places of other files that refer to what stands in it.
    uses: Sequence[workspaces.Use] = ()
    #: What people call it: its first process or decision; empty where nothing in it is named.
    title: str = ""

    @property
    def path(self) -> str:
        return self.entry.path

    @property
    def name(self) -> str:
        return PurePosixPath(self.entry.path).name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.entry.path).suffix

    @property
    def editable(self) -> bool:
        return self.suffix in EDITORS and self.entry.state != "removed"

    @property
    def icon(self) -> str:
        return _ICONS.get(self.suffix, "file")


@dataclass(frozen=True, slots=True)
class Kind:
    """All files of one kind."""

    title: str
    files: tuple[File, ...]


def shown(
    entry: workspaces.Entry, problems: Sequence[Problem], uses: Sequence[workspaces.Use] = (), title: str = ""
) -> File:
    """A file with the number of its errors and warnings, who refers to it, and what people call it."""
    own = [problem for problem in problems if problem.file == entry.path]
    wrong = sum(problem.severity == "error" for problem in own)
    return File(entry, wrong, len(own) - wrong, uses, title)


def kinds(files: Iterable[File]) -> tuple[Kind, ...]:
    """The files by kind: processes first, then decisions, forms, letters and the rest."""
    titles = {".bpmn": _("流程图"), ".dmn": _("决策表"), ".form": _("表单"), ".docx": _("文书")}
    grouped: dict[str, list[File]] = {suffix: [] for suffix in (*_ORDER, "")}
    for file in files:
        grouped[file.suffix if file.suffix in titles else ""].append(file)
    return tuple(Kind(titles.get(suffix, _("其他")), tuple(found)) for suffix, found in grouped.items() if found)


def titles(known: workspaces.Vocabulary) -> dict[str, str]:
    """What people call a file, by its path: its first process or decision that has a name."""
    named = (word for word in (*known.processes, *known.decisions) if word.title != word.id)
    found: dict[str, str] = {}
    for word in named:
        found.setdefault(word.file, said(word.title, word.title_en or word.title))
    return found


@dataclass(frozen=True, slots=True)
class Word:
    """A role or message with the places that refer to it."""

    id: str
    title: str
    uses: tuple[workspaces.Use, ...]


def words(found: Iterable[workspaces.Use], kind: str, known: Iterable[workspaces.Word]) -> tuple[Word, ...]:
    """The words of a kind in the order of the pack, those without a use included."""
    own = [use for use in found if use.kind == kind]
    return tuple(
        Word(one.id, said(one.title, one.title_en or one.title), tuple(use for use in own if use.id == one.id))
        for one in known
    )
