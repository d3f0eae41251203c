"""The files of one deployment, by what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import metadata

_FILE: Final = metadata.tables["deployment_file"]


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file; `size` in bytes."""

    path: str
    kind: str
    size: int


def packed_files(connection: Connection, deployment_id: str) -> tuple[PackedFile, ...]:
    """Processes first, then decisions, forms, letters and the rest."""
    rows = connection.execute(select(_FILE.c.path, _FILE.c.size).where(_FILE.c.deployment_id == deployment_id)).all()
    order = (".bpmn", ".dmn", ".form", ".docx")
    found = sorted(rows, key=lambda row: (_place(row.path, order), row.path))
    return tuple(PackedFile(row.path, _kind(row.path), row.size) for row in found)


def _place(path: str, order: tuple[str, ...]) -> int:
    suffix = PurePosixPath(path).suffix
    return order.index(suffix) if suffix in order else len(order)


def _kind(path: str) -> str:
    kinds = {".bpmn": _("流程"), ".dmn": _("决策"), ".form": _("表单"), ".docx": _("文书")}
    return kinds.get(PurePosixPath(path).suffix, _("其他"))
