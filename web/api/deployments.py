"""Versions of packs: uploaded as drafts by one person, approved by another."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, time
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from engine import queries, versions, workspaces
from web import packfiles
from web.api import drawing, replies, schemas
from web.api.room import Room, form_posted
from web.auth.access import right
from web.auth.person import Person, signed_in_person
from web.auth.sessions import proved_recently
from web.context import engine, now
from web.database import command, read
from web.errors import Forbidden, Invalid, TooLarge
from web.findings import finding
from web.holders import held
from web.people import name_of
from web.wording import ZONE, local

blueprint = Room("deployments", __name__, url_prefix="/api/deployments", description=__doc__)


@blueprint.get("")
@blueprint.response(200, replies.DeploymentReply(many=True))
@right("deploy", "approve")
def listing() -> list[dict[str, Any]]:
    """Deployments, the newest first."""
    return [_shown(row) for row in queries.deployments(read())]


@blueprint.post("")
@blueprint.upload(schemas.PackUpload)
@blueprint.response(201, drawing.Deployed)
@right("deploy")
def upload() -> Any:
    """Check and store a zip (field `file`) or several files as a draft; all problems are told at once."""
    who = signed_in_person()
    files = _uploaded()
    with command() as connection:
        note = request.form.get("note", "")[:500]
        made = engine().deploy(connection, files, actor=who.id, now=now(), note=note, held=held(connection))
    target = url_for("admin.deployment", deployment_id=made.id)
    if form_posted():
        return redirect(target, 303)
    names = {name: getattr(made, name) for name in ("id", "pack", "version", "state")}
    told = [finding(found) for found in engine().check(files, held(read()))]
    return {"ok": True, **names, "problems": told, "next": target}


@blueprint.post("/<deployment_id>/approve")
@blueprint.arguments(schemas.Activation, location="json_or_form")
@blueprint.response(200, replies.Done)
@right("approve")
def approve(body: dict[str, Any], deployment_id: str) -> dict[str, Any]:
    """Let new cases use a version, all of them or those of some regions, a share, from a day on.

    By another person than its author, who has just proved who they are.
    """
    who = _proved()
    scope = versions.Scope(tuple(body["regions"]), body["share"], _morning(body["starts_on"]))
    with command() as connection:
        engine().approve(connection, deployment_id, actor=who.id, now=now(), scope=scope, note=body["note"])
    return {"ok": True, "message": _("已启用：新案件用这一版") if scope.everybody else _("已安排启用")}


@blueprint.post("/<deployment_id>/roll-back")
@blueprint.arguments(schemas.Reason, location="json_or_form")
@blueprint.response(200, replies.Done)
@right("approve")
def roll_back(body: dict[str, Any], deployment_id: str) -> dict[str, Any]:
    """Take a version away from new cases; they use the one before it. Running cases stay where they are."""
    who = _proved()
    with command() as connection:
        used = engine().roll_back(connection, deployment_id, actor=who.id, now=now(), note=body["reason"])
    return {"ok": True, "message": _("已退回：新案件用 v%(n)d", n=used.version)}


@blueprint.post("/<deployment_id>/send-back")
@blueprint.arguments(schemas.Note, location="json_or_form")
@blueprint.response(200, replies.Done)
@right("approve")
def send_back(body: dict[str, Any], deployment_id: str) -> dict[str, Any]:
    """Refuse a draft with what is to be done; its workspace is open again."""
    who = signed_in_person()
    with command() as connection:
        engine().send_back(connection, deployment_id, actor=who.id, now=now(), text=body["text"])
        workspaces.reopen_of(connection, deployment_id, now=now())
    return {"ok": True, "message": _("已退回修改")}


@blueprint.get("/<deployment_id>/comments")
@blueprint.response(200, replies.CommentReply(many=True))
@right("deploy", "approve")
def comments(deployment_id: str) -> list[dict[str, Any]]:
    """What was said about a version, the oldest first."""
    rows = versions.comments(read(), versions.find(read(), deployment_id).id)
    return [{"text": row.text, "author": name_of(row.author), "at": row.at} for row in rows]


@blueprint.post("/<deployment_id>/comments")
@blueprint.arguments(schemas.Note, location="json_or_form")
@blueprint.response(201, replies.Made)
@right("deploy", "approve")
def comment(body: dict[str, Any], deployment_id: str) -> dict[str, Any]:
    """Say something about a version."""
    who = signed_in_person()
    with command() as connection:
        id = engine().comment(connection, deployment_id, body["text"], actor=who.id, now=now())
    return {"ok": True, "id": id}


@blueprint.get("/<deployment_id>/activations")
@blueprint.response(200, replies.ActivationReply(many=True))
@right("deploy", "approve")
def activations(deployment_id: str) -> list[dict[str, Any]]:
    """Every switch of new cases to a version of this pack, the newest first; they are kept for ever."""
    return [_switch(row) for row in versions.activations(read(), versions.find(read(), deployment_id).pack)]


@blueprint.get("/<deployment_id>/changes")
@blueprint.arguments(schemas.Against, location="query")
@blueprint.response(200, replies.ChangeReply(many=True))
@right("deploy", "approve")
def changes(query: dict[str, Any], deployment_id: str) -> list[dict[str, Any]]:
    """What is different in this version from another one, across all its files."""
    found = versions.changes(read(), query["against"], deployment_id)
    return [{name: getattr(change, name) for name in replies.CHANGE_FIELDS} for change in found]


@blueprint.get("/<deployment_id>/file")
@blueprint.arguments(schemas.PackedFile, location="query")
@blueprint.raw("application/octet-stream")
@right("deploy", "approve")
def file(query: dict[str, Any], deployment_id: str) -> Response:
    """One file of a version as it was deployed."""
    data = queries.file(read(), deployment_id, query["path"])
    return packfiles.download(data, query["path"].rsplit("/", 1)[-1], "application/octet-stream")


def _proved() -> Person:
    who = signed_in_person()
    if not proved_recently(read(), who.session):
        raise Forbidden(_("启用前请再输一次密码。"), _("在这个页面输入密码后再启用。"))
    return who


def _morning(day: date | None) -> datetime | None:
    """Midnight of that day on the clock of the supply company; today is at once."""
    return None if day is None or day == local(now()).date() else datetime.combine(day, time(), ZONE)


def _switch(row: versions.Activation) -> dict[str, Any]:
    return {
        "deployment": row.deployment_id,
        "regions": list(row.scope.regions),
        "share": row.scope.share,
        "starts_at": row.starts_at,
        "by": name_of(row.by),
        "at": row.at,
        "note": row.note,
        "ended_at": row.ended_at,
    }


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
