"""Files of a case as a table: what each one is, which version, who handed it in and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from engine.damage import known_variables
from forms import Form
from web import papers
from web.asked import instances_of
from web.packs import pack_of
from web.people import names
from web.wording import plain_label, size_text

#: Variable of a case that names the papers it asks for: a list of `{type, title}`.
_LIST: Final = "checklist"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One file."""

    id: str
    title: str
    name: str
    version: int
    size_text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """The files that came with one form or in one stage."""

    title: str
    rows: tuple[DocumentRow, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a type of document is called, and with what it comes."""

    title: str
    group: str


def document_groups(connection: Connection, business_key: str, now: datetime) -> tuple[DocumentGroup, ...]:
    """The files of a case, those of one form or stage together, as its fields follow one another; groups by upload."""
    found = [row for row in papers.of_case(connection, business_key) if row.state != "removed"]
    people = names(connection, [row.uploaded_by for row in found])
    kinds = _kinds(connection, business_key, now) if found else {}
    places = {kind: place for place, kind in enumerate(kinds)}
    groups: dict[str, list[tuple[int, DocumentRow]]] = {}
    for row in found:
        kind = kinds.get(row.type, _Kind(PurePath(row.name).stem, _("文书与其他")))
        by, size = people[row.uploaded_by], size_text(row.size)
        own = DocumentRow(row.id, kind.title, row.name, row.version, size, by, row.uploaded_at)
        groups.setdefault(kind.group, []).append((places.get(row.type, len(places)), own))
    return tuple(DocumentGroup(title, tuple(_in_order(rows))) for title, rows in groups.items())


def _in_order(rows: list[tuple[int, DocumentRow]]) -> Iterator[DocumentRow]:
    """As the fields of the form follow one another: photo 1 before photo 11, versions of one paper together."""
    return (row for _place, row in sorted(rows, key=lambda pair: pair[0]))


def _kinds(connection: Connection, business_key: str, now: datetime) -> dict[str, _Kind]:
    """By type: the first form with a field for it names it, and the list of the case knows better."""
    kinds: dict[str, _Kind] = {}
    for instance in instances_of(connection, business_key):
        for group, document in _forms(connection, instance):
            for kind, label in _fields(document):
                kinds.setdefault(kind, _Kind(plain_label(label), group))
        for paper in known_variables(connection, instance.id, now=now).get(_LIST) or ():
            own = kinds.get(str(paper.get("type")))
            if own is not None and paper.get("title"):
                kinds[str(paper["type"])] = _Kind(str(paper["title"]), own.group)
    return kinds


def _forms(connection: Connection, instance: queries.Instance) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Forms of messages under the message's title, forms of tasks under the title of their stage."""
    pack = pack_of(connection, instance.deployment_id)
    stages = dict(pack.stages)
    for message in pack.messages.values():
        if message.form:
            yield message.title, queries.form(connection, instance.deployment_id, message.form)
    tasks = queries.tasks(connection, instance_id=instance.id)
    forms = {(task.deployment_id, task.form_ref): task.stage for task in tasks if task.form_ref}
    for (deployment_id, ref), stage in forms.items():
        yield stages.get(stage) or _("其他"), queries.form(connection, deployment_id, ref)


def _fields(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for top in Form.load(document).components:
        for part in top.walk():
            if part.type == "filepicker":
                yield str(part.properties.get("document") or part.path[-1]), part.label
