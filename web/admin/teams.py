"""Pages of teams: their members and districts."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.auth import teams, users
from web.auth.access import right
from web.auth.person import ADMIN, ANALYST
from web.database import read
from web.packs import active_packs, region_title, role_title
from web.people import names
from web.wording import listed

blueprint = Blueprint("teams", __name__, url_prefix="/admin/teams")


@blueprint.get("")
@right("users")
def listing() -> str:
    """All teams."""
    packs, found = active_packs(read()), teams.teams(read())
    people = names(read(), [member for one in found for member in one.members])
    members = {one.id: listed(sorted(people[member] for member in one.members)) for one in found}
    return render_template(
        "admin/teams.html", rows=found, members=members, region_title=lambda region: region_title(packs, region)
    )


@blueprint.get("/new")
@right("users")
def new() -> str:
    """A new team."""
    return render_template("admin/team.html", team=None, **_choices(""))


@blueprint.get("/<team_id>")
@right("users")
def one(team_id: str) -> str:
    """One team."""
    return render_template("admin/team.html", team=teams.team_of(read(), team_id), **_choices(team_id))


def _choices(team_id: str) -> dict[str, object]:
    """Regions and people to choose from; people with their roles, those of the house left out."""
    packs = active_packs(read())
    staff = [one for one in users.accounts(read(), limit=users.MOST) if one.state != "left"]
    able = [one for one in staff if one.roles - {ADMIN, ANALYST}]
    titles = {one.id: listed(role_title(packs, role) for role in sorted(one.roles)) for one in able}
    regions = {region: region_title(packs, region) for pack in packs for region in pack.regions}
    return {"people": able, "roles": titles, "regions": regions, "region_title": lambda key: region_title(packs, key)}
