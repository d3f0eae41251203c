"""Documents of cases: who may name, give and read which file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import documents, metadata, queries
from web.auth import scope
from web.auth.person import Person
from web.context import now, settings
from web.errors import Missing
from web.seals import sealer

_DOCUMENT: Final = metadata.tables["document"]


def store(connection: Connection, *, name: str, data: bytes, type: str, business_key: str, who: Person) -> str:
    """Keep an upload encrypted and return its id; what it really is decides, not its name."""
    return documents.store(
        connection,
        sealer(),
        settings().documents,
        name=name,
        data=data,
        type=type,
        business_key=business_key,
        actor=who.id,
        now=now(),
    )


def of_case(connection: Connection, business_key: str) -> list[queries.Document]:
    """The documents of a case with their names, for people who see the case."""
    return [
        replace(row, name=documents.name_of(sealer(), row.id, row.name))
        for row in queries.documents(connection, business_key)
    ]


def open_document(connection: Connection, who: Person, document_id: str) -> documents.StoredDocument:
    """A document of a case that this person sees, or one that they uploaded themselves before there was a case."""
    query = select(_DOCUMENT.c.business_key, _DOCUMENT.c.uploaded_by).where(_DOCUMENT.c.id == document_id)
    row = connection.execute(query).one_or_none()
    if row is None or (not row.business_key and row.uploaded_by != who.id):
        raise Missing(_("没有这份文件。"), _("从案件的材料里打开。"))
    if row.business_key:
        scope.check_case(connection, who, row.business_key)
    return documents.read(connection, sealer(), settings().documents, document_id)


def foreign(connection: Connection, ids: Iterable[str], business_key: str, who: Person) -> set[str]:
    """Those of the ids that neither belong to the case nor were just uploaded by this person."""
    wanted = set(ids)
    loose = (_DOCUMENT.c.business_key == "") & (_DOCUMENT.c.uploaded_by == who.id)
    own = _DOCUMENT.c.business_key == (business_key or None)
    usable = select(_DOCUMENT.c.id).where(_DOCUMENT.c.id.in_(wanted), loose | own)
    return wanted - set(connection.scalars(usable))


def adopt(connection: Connection, ids: Iterable[str], business_key: str, who: Person) -> None:
    """Give files uploaded without a case to the case that names them."""
    documents.adopt(connection, list(ids), business_key, actor=who.id)
