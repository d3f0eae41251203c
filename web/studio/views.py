"""Addresses of the studio: packs, workspaces, and the editor of each kind of file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine import queries, versions, workspaces
from web.auth.access import right
from web.auth.person import signed_in_person
from web.context import engine, now
from web.database import read
from web.errors import Missing
from web.findings import findings
from web.holders import held
from web.packs import pack_of
from web.people import name_of, names
from web.studio.changes import Group, grouped
from web.studio.files import EDITORS, kinds, shown, titles, words

blueprint = Blueprint("studio", __name__, url_prefix="/studio")

#: Versions on the first page of a pack; the rest stands under 版本与启用.
_VERSIONS: Final = 5


@blueprint.get("")
@right("studio", "approve")
def packs() -> str:
    """Every pack with its active version and the workspaces that are open on it."""
    rows = queries.deployments(read())
    open_ones = workspaces.listing(read())
    people = names(read(), [row.author for row in rows] + [row.created_by for row in open_ones])
    titles = {row.pack: pack_of(read(), row.id).title for row in reversed(rows)}
    grouped = {pack: [row for row in rows if row.pack == pack] for pack in titles}
    return render_template(
        "studio/packs.html",
        packs=grouped,
        titles=titles,
        versions=_VERSIONS,
        workspaces=open_ones,
        people=people,
        may_draw=signed_in_person().may("studio"),
    )


@blueprint.get("/<workspace_id>")
@right("studio", "approve")
def workspace(workspace_id: str) -> str:
    """One workspace: its files by kind, what was changed, and what the checks find."""
    found = workspaces.find(read(), workspace_id)
    pack = workspaces.files(read(), workspace_id)
    problems, uses = engine().check(pack, held(read())), workspaces.uses(pack)
    used, known = workspaces.used(pack, uses), workspaces.vocabulary(pack)
    named, entries = titles(known), workspaces.entries(read(), workspace_id, now())
    files = [shown(one, problems, used.get(one.path, ()), named.get(one.path, "")) for one in entries]
    return render_template(
        "studio/workspace.html",
        workspace=found,
        base=_base(found),
        newer=_newer(found),
        kinds=kinds(files),
        problems=findings(problems),
        roles=words(uses, "roles", known.roles),
        messages=words(uses, "messages", known.messages),
        changed=(changed := [file for file in files if file.entry.state != "same"]),
        drawn=[file for file in files if file.entry.rev],
        others=[file for file in changed if file.entry.changed_by != signed_in_person().id],
        person_name=name_of,
        may_draw=signed_in_person().may("studio") and found.state == "open",
        may_submit=signed_in_person().may("deploy") and found.state == "open",
    )


@blueprint.get("/<workspace_id>/edit")
@right("studio", "approve")
def edit(workspace_id: str) -> str:
    """The editor of one file: `path` names it."""
    path = request.args.get("path", "")
    found = workspaces.find(read(), workspace_id)
    editor = EDITORS.get(PurePosixPath(path).suffix)
    if editor is None:
        raise Missing(_("这种文件没有编辑器。"), _("在流程包页面下载它，改好再上传。"))
    text = workspaces.read(read(), workspace_id, path)
    entry = next(entry for entry in workspaces.entries(read(), workspace_id, now()) if entry.path == path)
    who = signed_in_person()
    held = entry.lock is not None and entry.lock.holder != who.id
    return render_template(
        f"studio/{editor}.html",
        workspace=found,
        base=_base(found),
        path=path,
        title=titles(workspaces.vocabulary(workspaces.files(read(), workspace_id))).get(path, path),
        rev=text.rev,
        held_by=name_of(entry.lock.holder) if entry.lock and held else "",
        readonly=held or found.state != "open" or not who.may("studio"),
        files=workspaces.entries(read(), workspace_id, now()),
    )


def _newer(found: workspaces.Workspace) -> tuple[queries.Deployment, tuple[Group, ...]] | None:
    """A version in use that is newer than the base, and what it changed against the base."""
    id = workspaces.newer(read(), found.id)
    if id is None or found.base_id is None:
        return None
    return versions.find(read(), id), grouped(versions.changes(read(), found.base_id, id))


def _base(found: workspaces.Workspace) -> queries.Deployment | None:
    rows = queries.deployments(read(), pack=found.pack)
    return next((row for row in rows if row.id == found.base_id), None)
