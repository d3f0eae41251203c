"""Who works where and when: teams, certificates, absences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from web.api import asked, replies
from web.api import staffing_shapes as shapes
from web.api.room import Room
from web.auth import absences, certificates, teams
from web.auth.access import right, staff
from web.auth.person import signed_in_person
from web.context import now, settings
from web.database import command, read
from web.notify import absences as told
from web.seals import sealer

blueprint = Room("staffing", __name__, url_prefix="/api", description=__doc__)


@blueprint.get("/teams")
@blueprint.response(200, shapes.TeamReply(many=True))
@right("users", "assign", "insight")
def list_teams() -> list[dict[str, Any]]:
    """Teams with their districts and members."""
    return [_team(one) for one in teams.teams(read())]


@blueprint.post("/teams")
@blueprint.arguments(shapes.TeamNew)
@blueprint.response(201, replies.Done)
@right("users")
def add_team(body: dict[str, Any]) -> dict[str, Any]:
    """Make a team under the word by which decision tables name it."""
    with command() as connection:
        teams.create(connection, body, now())
    return {"ok": True, "next": url_for("teams.listing"), "message": _("已新建班组")}


@blueprint.post("/teams/<team_id>")
@blueprint.arguments(shapes.TeamChange)
@blueprint.response(200, replies.Done)
@right("users")
def change_team(body: dict[str, Any], team_id: str) -> dict[str, Any]:
    """Change title, phone, district and members; tasks that are open already stay where they are."""
    with command() as connection:
        teams.change(connection, team_id, body)
    return {"ok": True, "next": url_for("teams.listing"), "message": _("已保存")}


@blueprint.post("/teams/<team_id>/remove")
@blueprint.response(200, replies.Done)
@right("users")
def remove_team(team_id: str) -> dict[str, Any]:
    """Dissolve a team; new tasks go to the role in the region."""
    with command() as connection:
        teams.remove(connection, team_id)
    return {"ok": True, "next": url_for("teams.listing"), "message": _("已撤销班组")}


@blueprint.get("/users/<user_id>/certificates")
@blueprint.response(200, shapes.CertificateReply(many=True))
@right("users", "assign", "insight")
def list_certificates(user_id: str) -> list[dict[str, Any]]:
    """Every certificate of somebody, those that ran out included."""
    return [asdict(one) for one in certificates.all_of(read(), user_id, now())]


@blueprint.post("/users/<user_id>/certificates")
@blueprint.arguments(shapes.CertificateNew)
@blueprint.response(201, replies.Made)
@right("users")
def add_certificate(body: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Write down a certificate of somebody."""
    with command() as connection:
        made = certificates.add(connection, user_id, body, signed_in_person().id, now())
    return {"ok": True, "id": made, "message": _("已登记证书")}


@blueprint.post("/users/<user_id>/certificates/<certificate_id>/remove")
@blueprint.response(200, replies.Done)
@right("users")
def remove_certificate(user_id: str, certificate_id: str) -> dict[str, Any]:
    """Strike a certificate that was entered by mistake or withdrawn."""
    with command() as connection:
        certificates.remove(connection, user_id, certificate_id)
    return {"ok": True, "message": _("已删除证书")}


@blueprint.get("/absences")
@blueprint.arguments(asked.AbsencesAsked, location="query")
@blueprint.response(200, shapes.AbsenceReply(many=True))
@staff
def list_absences(query: dict[str, Any]) -> list[dict[str, Any]]:
    """The absences of the caller that are not over; with `user`, those of somebody else for administrators."""
    who = signed_in_person()
    user_id = query["user"] or who.id
    absences.check_may_enter(who.id, user_id, who.may("users"))
    return [asdict(one) for one in absences.to_come(read(), user_id, now())]


@blueprint.post("/absences")
@blueprint.arguments(shapes.AbsenceNew)
@blueprint.response(201, replies.Made)
@staff
def add_absence(body: dict[str, Any]) -> dict[str, Any]:
    """Say when somebody is away and who acts in their place; administrators may do it for somebody ill."""
    who = signed_in_person()
    user_id = body["user"] or who.id
    absences.check_may_enter(who.id, user_id, who.may("users"))
    with command() as connection:
        made = absences.enter(connection, user_id, body, who.id, now())
        told.tell(connection, made, sealer(), now(), mail=bool(settings().smtp_url))
    return {"ok": True, "id": made, "message": _("已登记离岗，代理人会收到通知")}


@blueprint.post("/absences/<absence_id>/end")
@blueprint.response(200, replies.Done)
@staff
def end_absence(absence_id: str) -> dict[str, Any]:
    """The person is back earlier, or does not go; from now on the deputy sees nothing of theirs any more."""
    who = signed_in_person()
    with command() as connection:
        user_id = absences.absence_of(connection, absence_id).user_id
        absences.check_may_enter(who.id, user_id, who.may("users"))
        absences.end(connection, absence_id, user_id, now())
    return {"ok": True, "message": _("已结束离岗")}


def _team(one: teams.Team) -> dict[str, Any]:
    return {**asdict(one), "regions": sorted(one.regions), "members": sorted(one.members)}
