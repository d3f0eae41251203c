"""Versions of packs: uploaded as drafts by one person, approved by another."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from engine import queries
from web import packfiles
from web.api import replies, schemas
from web.api.room import Room, form_posted
from web.auth.access import right
from web.auth.person import signed_in_person
from web.auth.sessions import proved_recently
from web.context import engine, now
from web.database import command, read
from web.errors import Forbidden, Invalid, TooLarge

blueprint = Room("deployments", __name__, url_prefix="/api/deployments", description=__doc__)


@blueprint.get("")
@blueprint.response(200, replies.DeploymentReply(many=True))
@right("deploy", "approve")
def listing() -> list[dict[str, Any]]:
    """Deployments, the newest first."""
    return [_shown(row) for row in queries.deployments(read())]


@blueprint.post("")
@blueprint.upload(schemas.PackUpload)
@blueprint.response(201, replies.Deployed)
@right("deploy")
def upload() -> Any:
    """Check and store a zip (field `file`) or several files as a draft; all problems are told at once."""
    who = signed_in_person()
    files = _uploaded()
    with command() as connection:
        made = engine().deploy(connection, files, actor=who.id, now=now(), note=request.form.get("note", "")[:500])
    target = url_for("admin.deployment", deployment_id=made.id)
    if form_posted():
        return redirect(target, 303)
    return {"ok": True, "id": made.id, "pack": made.pack, "version": made.version, "state": made.state, "next": target}


@blueprint.post("/<deployment_id>/approve")
@blueprint.response(200, replies.Done)
@right("approve")
def approve(deployment_id: str) -> dict[str, Any]:
    """Activate a draft: by another person than its author, who has just proved who they are."""
    who = signed_in_person()
    if not proved_recently(read(), who.session):
        raise Forbidden(_("启用前请再输一次密码。"), _("在这个页面输入密码后再启用。"))
    with command() as connection:
        engine().approve(connection, deployment_id, actor=who.id, now=now())
    return {"ok": True, "message": _("已启用：新案件用这一版")}


def _uploaded() -> dict[str, bytes]:
    given = request.files.getlist("file") + request.files.getlist("files")
    if not given:
        text = _("选一个 zip 文件，或选中流程包里的全部文件。")
        raise Invalid(_("没有收到文件。"), text, {"file": [text]})
    if len(given) == 1 and (given[0].filename or "").lower().endswith(".zip"):
        return packfiles.read_zip(_bounded(_read(given[0], packfiles.LARGEST_PACK)))
    found = {packfiles.safe_path(file.filename or ""): _read(file, packfiles.LARGEST_FILE) for file in given}
    for name, data in found.items():
        if len(data) > packfiles.LARGEST_FILE:
            raise TooLarge(_("文件 %(name)s 太大。", name=name), _("单个文件不超过 2 MB，整个包不超过 15 MB。"))
    return packfiles.wanted(found)


def _read(file: FileStorage, bound: int) -> bytes:
    """At most one byte more than allowed; the temporary file of a large upload is given back at once."""
    with closing(file):
        return file.stream.read(bound + 1)


def _bounded(data: bytes) -> bytes:
    if len(data) > packfiles.LARGEST_PACK:
        raise TooLarge(_("压缩包太大。"), _("单个文件不超过 2 MB，整个包不超过 15 MB。"))
    return data


def _shown(row: queries.Deployment) -> dict[str, Any]:
    names = ("id", "pack", "version", "state", "note", "author", "created_at", "approved_by", "approved_at")
    return {name: getattr(row, name) for name in names}
