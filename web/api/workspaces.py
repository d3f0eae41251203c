"""Workspaces: packs that analysts are drawing, file by file, until they submit them as a draft version."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from typing import Any

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import errors, queries, versions, workspaces
from web import packfiles
from web.api import drawing, replies
from web.api.room import Room, form_posted
from web.auth.access import right
from web.auth.person import signed_in_person
from web.context import engine, now
from web.database import command, read
from web.errors import Invalid, TakenAlready, TooLarge
from web.findings import finding
from web.holders import held
from web.packs import said
from web.people import name_of
from web.wording import moment_text

blueprint = Room("workspaces", __name__, url_prefix="/api/workspaces", description=__doc__)


@blueprint.get("")
@blueprint.response(200, drawing.WorkspaceReply(many=True))
@right("studio", "approve")
def listing() -> list[dict[str, Any]]:
    """Open workspaces, the one changed last first."""
    return [_shown(row) for row in workspaces.listing(read())]


@blueprint.post("")
@blueprint.arguments(drawing.WorkspaceBegun, location="json_or_form")
@blueprint.response(201, replies.Made)
@right("studio")
def begin(body: dict[str, Any]) -> dict[str, Any]:
    """Begin to draw on a version, or a new pack."""
    who = signed_in_person()
    with command() as connection:
        title = body["title"] or _("草稿 %(day)s", day=f"{now().astimezone():%m-%d}")
        base, pack = body["base"] or None, body["pack"]
        id = workspaces.open_on(connection, title=title, base_id=base, pack=pack, actor=who.id, now=now())
    return {"ok": True, "id": id, "next": url_for("studio.workspace", workspace_id=id)}


@blueprint.get("/<workspace_id>")
@blueprint.response(200, drawing.WorkspaceWhole)
@right("studio", "approve")
def show(workspace_id: str) -> dict[str, Any]:
    """A workspace with the state of each of its files."""
    found = workspaces.find(read(), workspace_id)
    entries = workspaces.entries(read(), workspace_id, now())
    return {**_shown(found), "files": [_entry(entry) for entry in entries]}


@blueprint.post("/<workspace_id>/discard")
@blueprint.response(200, replies.Done)
@right("studio")
def discard(workspace_id: str) -> dict[str, Any]:
    """Give the workspace up; what was drawn is kept, but nobody can go on with it. 409 names who is drawing in it."""
    who = signed_in_person()
    with command() as connection:
        workspaces.discard(connection, workspace_id, actor=who.id, now=now())
    return {"ok": True, "next": url_for("studio.packs"), "message": _("已放弃这份草稿")}


@blueprint.get("/<workspace_id>/file")
@blueprint.arguments(drawing.FilePlace, location="query")
@blueprint.response(200, drawing.FileReply)
@right("studio", "approve")
def file(query: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """The text of one file and its revision."""
    found = workspaces.read(read(), workspace_id, query["path"])
    return {"path": found.path, "text": found.content.decode("utf-8", "replace"), "rev": found.rev}


@blueprint.get("/<workspace_id>/raw")
@blueprint.arguments(drawing.FilePlace, location="query")
@blueprint.raw("application/octet-stream")
@right("studio", "approve")
def raw(query: dict[str, Any], workspace_id: str) -> Response:
    """One file, to be kept."""
    found = workspaces.read(read(), workspace_id, query["path"])
    return packfiles.download(found.content, found.path.rsplit("/", 1)[-1], "application/octet-stream")


@blueprint.get("/<workspace_id>/zip")
@blueprint.raw("application/zip")
@right("studio", "approve")
def packed(workspace_id: str) -> Response:
    """The whole pack as it would be deployed."""
    found = workspaces.find(read(), workspace_id)
    data = packfiles.zipped(workspaces.files(read(), workspace_id))
    return packfiles.download(data, f"{found.pack or 'pack'}-{workspace_id[:6]}.zip", "application/zip")


@blueprint.post("/<workspace_id>/file")
@blueprint.arguments(drawing.FileWritten)
@blueprint.response(200, drawing.FileSaved)
@right("studio")
def write(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Keep the text of a file; 409 names who was faster, and nothing is overwritten."""
    who, content = signed_in_person(), body["text"].encode()
    with command() as connection:
        rev = workspaces.write(
            connection, workspace_id, body["path"], content, rev=body["rev"], actor=who.id, now=now()
        )
    return {"ok": True, "rev": rev, "saved_at": now()}


@blueprint.post("/<workspace_id>/upload")
@blueprint.upload(drawing.FilesGiven)
@blueprint.response(200, drawing.FilesTaken)
@right("studio")
def upload(workspace_id: str) -> Any:
    """Put files of a desktop modeler, or all files of a zip, over those of the workspace.

    A file that was changed since the uploader saw it (`seen` names its revision) refuses the whole upload with 409.
    """
    who, given = signed_in_person(), _given(request.form.get("folder", ""))
    with command() as connection:
        _put(connection, workspace_id, given, who.id)
    back = url_for("studio.workspace", workspace_id=workspace_id)
    if form_posted():
        return redirect(back, 303)
    return {"ok": True, "paths": sorted(given), "next": back, "message": _("收下 %(n)d 个文件", n=len(given))}


@blueprint.post("/<workspace_id>/file/remove")
@blueprint.arguments(drawing.FileMoved, location="json_or_form")
@blueprint.response(200, replies.Revised)
@right("studio")
def remove(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Take a file out; 恢复 brings that of the version back."""
    who = signed_in_person()
    with command() as connection:
        rev = workspaces.remove(connection, workspace_id, body["path"], rev=body["rev"], actor=who.id, now=now())
    return {"ok": True, "rev": rev, "message": _("已移出 %(path)s", path=body["path"])}


@blueprint.post("/<workspace_id>/file/restore")
@blueprint.arguments(drawing.FileMoved, location="json_or_form")
@blueprint.response(200, replies.Done)
@right("studio")
def restore(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Make a file as it is in the version again."""
    who = signed_in_person()
    with command() as connection:
        workspaces.restore(connection, workspace_id, body["path"], rev=body["rev"], actor=who.id, now=now())
    return {"ok": True, "message": _("%(path)s 已恢复成原来的样子", path=body["path"])}


@blueprint.post("/<workspace_id>/lock")
@blueprint.arguments(drawing.FilePlace)
@blueprint.response(200, drawing.LockReply)
@right("studio")
def lock(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Open a file for drawing, or renew that; 409 names who has it open."""
    who = signed_in_person()
    with command() as connection:
        taken = workspaces.take(connection, workspace_id, body["path"], actor=who.id, now=now())
    return {"ok": True, "until": taken.until}


@blueprint.post("/<workspace_id>/unlock")
@blueprint.arguments(drawing.FilePlace)
@blueprint.response(200, replies.Done)
@right("studio")
def unlock(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Close a file that one has open."""
    who = signed_in_person()
    with command() as connection:
        workspaces.give_back(connection, workspace_id, body["path"], actor=who.id)
    return {"ok": True}


@blueprint.post("/<workspace_id>/check")
@blueprint.arguments(drawing.Checked)
@blueprint.response(200, drawing.CheckReply)
@right("studio", "approve")
def check(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """The checks of a deployment on the pack as it stands, with one file as the editor has it."""
    files = workspaces.files(read(), workspace_id)
    if body["path"]:
        files[body["path"]] = body["text"].encode()
    return {"problems": [finding(found) for found in engine().check(files, held(read()))]}


@blueprint.post("/<workspace_id>/try")
@blueprint.arguments(drawing.Tried)
@blueprint.response(200, drawing.TrialReply)
@right("studio", "approve")
def try_decision(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """What a decision, as the editor has it, answers to some values, and which rows fire."""
    files = workspaces.files(read(), workspace_id) | {body["path"]: body["text"].encode()}
    found = workspaces.tried(files, body["path"], body["decision"], body["inputs"])
    asked = [
        {"name": one.name, "label": one.label, "type": one.type, "words": list(one.words)} for one in found.questions
    ]
    rules = [{"number": number, "id": id} for number, id in found.rules]
    return {"inputs": asked, "value": found.value, "rules": rules, "warnings": list(found.warnings)}


@blueprint.get("/<workspace_id>/words")
@blueprint.response(200, drawing.WordsReply)
@right("studio", "approve")
def words(workspace_id: str) -> dict[str, Any]:
    """What an editor may offer: roles, stages, forms and their fields, decisions, messages, functions of FEEL …"""
    found = workspaces.vocabulary(workspaces.files(read(), workspace_id), engine().handlers)
    return {kind: [_word(word) for word in getattr(found, kind)] for kind in drawing.WORD_KINDS}


@blueprint.get("/<workspace_id>/uses")
@blueprint.arguments(drawing.FilePlace, location="query")
@blueprint.response(200, drawing.UseReply(many=True))
@right("studio", "approve")
def uses(query: dict[str, Any], workspace_id: str) -> list[dict[str, Any]]:
    """The places of other files that refer to what stands in a file."""
    files = workspaces.files(read(), workspace_id)
    return [asdict(use) for use in workspaces.used(files, workspaces.uses(files)).get(query["path"], ())]


@blueprint.post("/<workspace_id>/submit")
@blueprint.arguments(drawing.Submitted, location="json_or_form")
@blueprint.response(201, drawing.Deployed)
@right("deploy")
def submit(body: dict[str, Any], workspace_id: str) -> dict[str, Any]:
    """Make a draft version of the workspace for another person to review; 422 lists every problem.

    409 when a newer version is in use than the one it was drawn on, until `beside` names that one.
    """
    who = signed_in_person()
    with command() as connection:
        _aware(connection, workspace_id, body["beside"])
        files = workspaces.files(connection, workspace_id)
        people = held(connection)
        made = engine().deploy(connection, files, actor=who.id, now=now(), note=body["note"], held=people)
        workspaces.submitted(connection, workspace_id, made.id, actor=who.id, now=now())
    target = url_for("admin.deployment", deployment_id=made.id)
    names = {"id": made.id, "pack": made.pack, "version": made.version, "state": made.state}
    told = [finding(found) for found in engine().check(files, held(read()))]
    return {"ok": True, **names, "problems": told, "next": target}


def _aware(connection: Connection, workspace_id: str, seen: str) -> None:
    """Refuse a draft that leaves out what a newer version changed, unless that version was seen."""
    newer = workspaces.newer(connection, workspace_id)
    if newer is not None and newer != seen:
        number = versions.find(connection, newer).version
        raise TakenAlready(
            _("v%(n)d 已经在用，它的改动不在这份草稿里。", n=number),
            _("重新载入草稿，看 v%(n)d 改了什么，要的抄进草稿；再勾选“看过”，提交。", n=number),
        )


def _put(connection: Connection, workspace_id: str, given: Mapping[str, bytes], actor: str) -> None:
    """Keep uploaded files over the revisions that the uploader saw; what nobody has changed needs none."""
    seen = {path: int(rev) for rev, _space, path in (one.partition(" ") for one in request.form.getlist("seen"))}
    try:
        for path, content in given.items():
            rev = seen.get(path, 0)
            workspaces.write(connection, workspace_id, path, content, rev=rev, actor=actor, now=now())
    except errors.StaleFile as stale:
        at = moment_text(stale.at, now()) if stale.at else ""
        raise TakenAlready(
            _(
                "%(who)s %(at)s 改过 %(path)s，这次一个文件也没有放进去。",
                who=name_of(stale.by),
                at=at,
                path=stale.path,
            ),
            _("先打开它看改了什么；确实要替换，在“放进文件”里勾选它，再传一次。"),
        ) from stale


def _given(folder: str) -> dict[str, bytes]:
    """The uploaded files by path; single ones lie in `folder`."""
    given = request.files.getlist("file") + request.files.getlist("files")
    if not given:
        text = _("选一个或几个文件，也可以选 zip。")
        raise Invalid(_("没有收到文件。"), text, {"file": [text]})
    found: dict[str, bytes] = {}
    for one in given:
        with closing(one):
            data, name = one.stream.read(packfiles.LARGEST_PACK + 1), one.filename or ""
        if len(data) > packfiles.LARGEST_PACK:
            raise TooLarge(_("文件 %(name)s 太大。", name=name), _("单个文件不超过 2 MB，整个包不超过 15 MB。"))
        if name.lower().endswith(".zip"):
            found |= packfiles.read_zip(data)
        else:
            found[packfiles.safe_path("/".join(filter(None, (folder.strip("/"), name))))] = data
    return found


def _shown(row: workspaces.Workspace) -> dict[str, Any]:
    base = next((found for found in queries.deployments(read(), pack=row.pack) if found.id == row.base_id), None)
    return {
        "id": row.id,
        "pack": row.pack,
        "title": row.title,
        "state": row.state,
        "base": row.base_id or "",
        "base_version": base.version if base else None,
        "author": name_of(row.created_by),
        "changed_at": row.changed_at,
    }


def _word(word: workspaces.Word) -> dict[str, str]:
    return {"id": word.id, "title": said(word.title, word.title_en or word.title), "file": word.file}


def _entry(entry: workspaces.Entry) -> dict[str, Any]:
    return {
        "path": entry.path,
        "state": entry.state,
        "size": entry.size,
        "rev": entry.rev,
        "changed_by": name_of(entry.changed_by) if entry.changed_by else "",
        "changed_at": entry.changed_at,
        "open_with": name_of(entry.lock.holder) if entry.lock else "",
    }
