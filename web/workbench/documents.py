"""Files of a case as lines of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import queries
from web.people import names


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One file."""

    id: str
    name: str
    type: str
    size_text: str
    by: str
    at: datetime


def document_rows(connection: Connection, business_key: str) -> list[DocumentRow]:
    """The files of a case, in the order of upload."""
    found = [row for row in queries.documents(connection, business_key) if row.state != "removed"]
    people = names(connection, [row.uploaded_by for row in found])
    return [
        DocumentRow(row.id, row.name, row.type, _size(row.size), people[row.uploaded_by], row.uploaded_at)
        for row in found
    ]


def _size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, size // 1024)} kB"
