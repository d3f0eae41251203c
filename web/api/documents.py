"""Files: uploaded first, named in forms by their id, served as attachments only."""

from __future__ import annotations

from contextlib import closing
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask_babel import gettext as _

from engine import documents, parts
from web import papers
from web.api import replies, schemas
from web.api.room import Room
from web.auth import scope, throttle
from web.auth.access import signed_in
from web.auth.person import Person, signed_in_person
from web.context import settings
from web.database import command, read
from web.errors import Forbidden, Invalid, TooLarge
from web.seals import sealer

blueprint = Room("documents", __name__, url_prefix="/api", description=__doc__)


@blueprint.post("/documents")
@blueprint.few
@blueprint.upload(schemas.Upload)
@blueprint.response(201, replies.Uploaded)
@blueprint.alt_response(202, schema=replies.PartTaken, success=True)
@signed_in
def upload_loose() -> Any:
    """Upload a file (field `file`) before there is a case, whole or in parts; the application names its id."""
    return _store(signed_in_person(), "")


@blueprint.post("/cases/<business_key>/documents")
@blueprint.few
@blueprint.upload(schemas.Upload)
@blueprint.response(201, replies.Uploaded)
@blueprint.alt_response(202, schema=replies.PartTaken, success=True)
@signed_in
def upload(business_key: str) -> Any:
    """Upload a file (field `file`, and `type`) to a case, whole or in parts (`upload`, `offset`, `total`)."""
    return _store(signed_in_person(), business_key)


@blueprint.get("/cases/<business_key>/documents")
@blueprint.response(200, replies.DocumentReply(many=True))
@signed_in
def listing(business_key: str) -> list[dict[str, Any]]:
    """The files of a case."""
    scope.check_case(read(), signed_in_person(), business_key)
    names = ("id", "type", "name", "mime", "size", "sha256", "state", "version", "uploaded_at")
    return [{name: getattr(row, name) for name in names} for row in papers.of_case(read(), business_key)]


@blueprint.get("/documents/<document_id>")
@blueprint.raw("application/octet-stream")
@signed_in
def download(document_id: str) -> Response:
    """The content of a file, never shown inside a page of ours."""
    found = papers.open_document(read(), signed_in_person(), document_id)
    response = Response(found.data, mimetype=found.mime)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _store(who: Person, business_key: str) -> Any:
    if who.suspended:
        raise Forbidden(_("您现在不能上传。"), _("请联系主管。"))
    file = request.files.get("file")
    if file is None:
        text = _("选一个文件再上传。")
        raise Invalid(_("没有收到文件。"), text, {"file": [text]})
    with closing(file):
        data = file.stream.read(documents.MAX_BYTES + 1)
    if request.form.get("upload"):
        return _part(who, business_key, file.filename or "", data)
    throttle.count((throttle.UPLOAD, who.id))
    return _whole(who, business_key, file.filename or "", data)


def _whole(who: Person, business_key: str, name: str, data: bytes) -> dict[str, Any]:
    _check_size(len(data))
    kind = (request.form.get("type") or request.form.get("kind") or "other")[:64]
    with command() as connection:
        if business_key:
            scope.check_case(connection, who, business_key)
        document_id = papers.store(connection, name=name, data=data, type=kind, business_key=business_key, who=who)
    return {"ok": True, "id": document_id, "name": name, "size": len(data)}


def _part(who: Person, business_key: str, name: str, data: bytes) -> Any:
    """One part of a file: 202 with where the next one begins, or what the complete file became."""
    offset, total = (request.form.get(field, type=int) for field in ("offset", "total"))
    if offset is None or total is None or offset < 0 or len(data) > parts.MAX_PART:
        raise Invalid(_("这一段文件不完整。"), _("重新上传这份文件。"))
    _check_size(total)
    arriving = parts.arrival(settings().documents, who.id, f"{business_key}:{request.form['upload'][:80]}")
    if arriving.result:
        return {"ok": True, "id": arriving.result, "name": name, "size": total}
    if not arriving.received:
        throttle.count((throttle.UPLOAD, who.id))
    received = arriving.take(sealer(), offset, data)
    if received < total:
        return {"ok": True, "offset": received}, HTTPStatus.ACCEPTED
    stored = _whole(who, business_key, name, arriving.whole(sealer()))
    arriving.complete(stored["id"])
    return stored


def _check_size(size: int) -> None:
    if size > documents.MAX_BYTES:
        raise TooLarge(_("文件太大。"), _("最多 20 MB。请压缩，或分成几份再传。"))
