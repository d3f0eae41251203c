"""What the pages of a version show: its way from draft to base, the differences, the remarks, the switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import Problem, queries, versions, workspaces
from web.admin.files import packed_files
from web.auth.person import Person
from web.auth.sessions import proved_recently
from web.context import engine, now
from web.findings import findings
from web.holders import held
from web.packs import pack_of, region_title
from web.people import names
from web.studio.changes import Group, grouped
from web.wording import listed


def release_page(connection: Connection, deployment_id: str, who: Person) -> Mapping[str, Any]:
    """Everything about one version."""
    row = versions.find(connection, deployment_id)
    pack, base = pack_of(connection, row.id), _base(connection, row)
    switches, comments = versions.activations(connection, row.pack), versions.comments(connection, row.id)
    people = [row.author, row.approved_by, *(one.by for one in switches), *(one.author for one in comments)]
    return {
        "row": row,
        "title": pack.title or row.pack,
        "files": packed_files(connection, row.id),
        "people": names(connection, people),
        "definitions": queries.definitions(connection, deployment_id=row.id),
        "base": base,
        "drawn_on": _drawn_on(connection, row, base),
        "groups": _groups(connection, base, row),
        "comments": comments,
        "warnings": findings(_said(connection, row)),
        "switches": _record(connection, switches, pack),
        "regions": {key: region_title([pack], key) for key in pack.regions},
        "steps": _steps(row),
        "may_approve": who.may("approve") and row.author != who.id and row.state not in ("active", "returned"),
        "may_roll_back": who.may("approve") and row.state in ("active", "trial") and _may_go_back(connection, row),
        "own": row.author == who.id,
        "proved": proved_recently(connection, who.session),
    }


def _said(connection: Connection, row: queries.Deployment) -> tuple[Problem, ...]:
    """What was said of a version when it was stored, and what its files are told today besides."""
    return (*row.warnings, *engine().said_today(versions.files(connection, row.id), held(connection)))


def comparison(connection: Connection, old_id: str, new_id: str, path: str) -> Mapping[str, Any]:
    """Two versions: every change, and of one diagram both sides with what to mark."""
    old, new = versions.find(connection, old_id), versions.find(connection, new_id)
    changes = versions.changes(connection, old_id, new_id)
    drawn = list(dict.fromkeys(change.file for change in changes if change.file.endswith(".bpmn")))
    chosen = path if path in drawn else next(iter(drawn), "")
    marks = [
        {"element": change.element, "act": change.act, "layout": change.effect == "layout"}
        for change in changes
        if change.file == chosen and change.element
    ]
    title = pack_of(connection, new_id).title or new.pack
    shown = {"groups": grouped(changes), "drawn": drawn, "chosen": chosen, "marks": marks}
    return {"title": title, "author": names(connection, [new.author])[new.author], "old": old, "new": new, **shown}


def _base(connection: Connection, row: queries.Deployment) -> queries.Deployment | None:
    """The version that a reader compares with: the base, or before the base the version before it."""
    rows = queries.deployments(connection, pack=row.pack)
    active = next((one for one in rows if one.state == "active" and one.id != row.id), None)
    return active or next((one for one in rows if one.version < row.version), None)


def _drawn_on(connection: Connection, row: queries.Deployment, base: queries.Deployment | None) -> int | None:
    """The number of the version that it was drawn on, where that is older than the one it is compared with."""
    id = workspaces.origin(connection, row.id)
    number = versions.find(connection, id).version if id is not None else None
    return number if number is not None and base is not None and number < base.version < row.version else None


def _groups(connection: Connection, base: queries.Deployment | None, row: queries.Deployment) -> tuple[Group, ...]:
    return grouped(versions.changes(connection, base.id, row.id)) if base is not None else ()


def _may_go_back(connection: Connection, row: queries.Deployment) -> bool:
    return row.state == "trial" or versions.before(connection, row.pack, row.id, now()) is not None


def _record(connection: Connection, switches: tuple[versions.Activation, ...], pack: Any) -> list[Mapping[str, Any]]:
    numbers = {one.id: one.version for one in queries.deployments(connection, pack=pack.id)}
    return [_told(one, pack, numbers) for one in switches]


def _told(one: versions.Activation, pack: Any, numbers: Mapping[str, int]) -> Mapping[str, Any]:
    where = listed(region_title([pack], region) for region in one.scope.regions) or _("全部片区")
    share = _("%(n)d %% 的新案件", n=one.scope.share) if one.scope.share < 100 else _("全部新案件")
    return {"switch": one, "scope": f"{where} · {share}", "version": numbers[one.deployment_id]}


def _steps(row: queries.Deployment) -> tuple[Mapping[str, Any], ...]:
    """检查 - 差异 - 审核 - 启用 as a strip: what is done, what comes."""
    done = {"draft": 1, "returned": 1, "trial": 3, "active": 4, "retired": 4}[row.state]
    labels = (_("检查通过"), _("看差异"), _("审核"), _("启用"))
    return tuple({"label": label, "done": place < done, "current": place == done} for place, label in enumerate(labels))
