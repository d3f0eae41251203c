"""The parsed content of a deployment, kept once per process: its definitions, decisions, forms and pack."""

from __future__ import annotations

import json
import logging
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Final

from sqlalchemy import Connection, select

from engine import dmn
from engine.errors import DeploymentNotFound, ProblemsFound, UnknownDecision, UnknownForm, UnknownProcess
from engine.models import deployment_file
from engine.pack import Pack, read_pack
from engine.spiff import Definition, parse

_log = logging.getLogger("yekuo.engine")
_KEEP: Final = 64
_WORD: Final = re.compile(r"\w+")
#: Functions that expressions and decisions of a process may call, beside those of FEEL.
HOST_FUNCTIONS: Final = ("due", "working days", "add working days", "deployed")


@dataclass(frozen=True)
class Library:
    """One deployment, ready to run; it never changes, so threads and turns share it."""

    deployment_id: str
    pack: Pack
    definitions: Mapping[str, Definition]
    #: By id and by name of each decision.
    decisions: Mapping[str, dmn.Decisions]
    forms: Mapping[str, Mapping[str, Any]]
    #: By form, every word that stands in it: a name that is not among them is neither shown nor asked about there.
    form_words: Mapping[str, frozenset[str]]

    def definition(self, process_id: str) -> Definition:
        found = self.definitions.get(process_id)
        if found is None:
            raise UnknownProcess(process_id)
        return found

    def decision(self, ref: str) -> dmn.Decisions:
        found = self.decisions.get(ref)
        if found is None:
            raise UnknownDecision(ref)
        return found

    def name_of(self, element: str) -> str:
        """The name of an element of any process; its id where it has none."""
        found = (shelf.elements[element].name for shelf in self.definitions.values() if element in shelf.elements)
        return next(filter(None, found), element)

    def form(self, ref: str) -> Mapping[str, Any]:
        found = self.forms.get(ref)
        if found is None:
            raise UnknownForm(ref)
        return found


class Shelf:
    """The libraries used last, by deployment id."""

    def __init__(self, keep: int = _KEEP) -> None:
        self._keep = keep
        self._lock = Lock()
        self._libraries: OrderedDict[str, Library] = OrderedDict()

    def get(self, connection: Connection, deployment_id: str) -> Library:
        """The library of a deployment, parsed at first use."""
        with self._lock:
            found = self._libraries.get(deployment_id)
            if found is not None:
                self._libraries.move_to_end(deployment_id)
                return found
        return self._put(build(deployment_id, stored_files(connection, deployment_id)))

    def _put(self, library: Library) -> Library:
        with self._lock:
            self._libraries[library.deployment_id] = library
            while len(self._libraries) > self._keep:
                self._libraries.popitem(last=False)
        return library


#: Deployments never change and their ids never repeat, so one shelf serves all databases of a process.
SHELF: Final = Shelf()


def library(connection: Connection, deployment_id: str) -> Library:
    """The parsed content of a deployment."""
    return SHELF.get(connection, deployment_id)


def pack_of(connection: Connection, deployment_id: str) -> Pack:
    """What `pack.toml` of a deployment says; it never changes."""
    return library(connection, deployment_id).pack


def stored_files(connection: Connection, deployment_id: str) -> dict[str, bytes]:
    """All files of a deployment by path."""
    columns = select(deployment_file.c.path, deployment_file.c.content)
    rows = connection.execute(columns.where(deployment_file.c.deployment_id == deployment_id)).all()
    if not rows:
        raise DeploymentNotFound(deployment_id)
    return {row.path: row.content for row in rows}


def build(deployment_id: str, files: Mapping[str, bytes]) -> Library:
    """Parse files that have passed the checks of their time.

    What would be refused today runs on as it is written and is logged, for running cases must not stop because the
    product has learnt to refuse more; only what cannot be run at all is missing. `ProblemsFound` without a manifest.
    """
    parsed = parse({path: data for path, data in files.items() if path.endswith(".bpmn")}, stored=True)
    pack, problems = read_pack(files)
    if pack is None:
        raise ProblemsFound(problems)
    decisions, left = _stored_decisions(files)
    refused = [str(one) for one in (*parsed.problems, *problems) if one.severity == "error"]
    for told in (*refused, *map(str, left)):
        _log.warning("A stored version would be refused today: %s %s", deployment_id, told)
    definitions = {found.id: replace(found, deployment=deployment_id) for found in parsed.definitions}
    forms = read_forms(files)
    words = {id: frozenset(_WORD.findall(json.dumps(form, ensure_ascii=False))) for id, form in forms.items()}
    return Library(deployment_id, pack, definitions, decisions, forms, words)


def _stored_decisions(files: Mapping[str, bytes]) -> tuple[dict[str, dmn.Decisions], list[dmn.DmnProblem]]:
    """The decisions of the files that can be read, and what is wrong with the others."""
    found: dict[str, dmn.Decisions] = {}
    left: list[dmn.DmnProblem] = []
    for path in sorted(path for path in files if path.endswith(".dmn")):
        try:
            found.update(_read_decisions(path, files))
        except dmn.DmnError as error:
            left += error.problems
    return found, left


def read_decisions(files: Mapping[str, bytes]) -> dict[str, dmn.Decisions]:
    """Decisions by id and name; each file may import the others."""
    found: dict[str, dmn.Decisions] = {}
    for path in sorted(path for path in files if path.endswith(".dmn")):
        found.update(_read_decisions(path, files))
    return found


def _read_decisions(path: str, files: Mapping[str, bytes]) -> dict[str, dmn.Decisions]:
    others = {other: data for other, data in sorted(files.items()) if other.endswith(".dmn") and other != path}
    decisions = dmn.load(files[path], others, HOST_FUNCTIONS)
    return dict.fromkeys(decisions.names, decisions)


def read_forms(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Forms by the `id` in the file; files that hold no JSON object are left out."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(path for path in files if path.endswith(".form")):
        document = form_document(files[path])
        if document is not None:
            found[str(document.get("id") or form_name(path))] = document
    return found


def form_document(data: bytes) -> dict[str, Any] | None:
    """A form file as a dict, None when it is no JSON object."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def form_name(path: str) -> str:
    """The name of a form file without folder and suffix."""
    return path.rsplit("/", 1)[-1].removesuffix(".form")
