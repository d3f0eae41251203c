"""Addresses of the administration: versions, incidents, accounts."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from engine import queries
from engine.people import workload
from web import handover
from web.admin import comparisons
from web.admin.calendar import EXAMPLES, calendar_page, moved
from web.admin.limits import limits_page
from web.admin.release import comparison, release_page
from web.admin.trial import trial_of
from web.auth import absences, certificates, users
from web.auth.access import right
from web.auth.person import signed_in_person
from web.auth.rights import regions_there_are, roles_there_are
from web.auth.sessions import proved_recently
from web.calendar_days import PART
from web.context import now
from web.database import read
from web.incidents import groups
from web.numbers import YEARS, number_of
from web.packs import active_packs, pack_of, region_title, role_title
from web.people import name_of, names

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/deployments")
@right("deploy", "approve")
def deployments() -> str:
    """Versions of packs, the newest first."""
    rows = queries.deployments(read())
    people = names(read(), [name for row in rows for name in (row.author, row.approved_by)])
    titles = {row.id: pack_of(read(), row.id).title or row.pack for row in rows}
    return render_template("admin/deployments.html", rows=rows, people=people, titles=titles, who=signed_in_person())


@blueprint.get("/deployments/<deployment_id>")
@right("deploy", "approve")
def deployment(deployment_id: str) -> str:
    """One version: what is different, what was said, for whom it counts, and the way to activate or take it back."""
    return render_template("admin/deployment.html", **release_page(read(), deployment_id, signed_in_person()))


@blueprint.get("/compare")
@right("deploy", "approve")
def compare() -> str:
    """Two versions side by side: the diagrams, and every change in words."""
    old, new = request.args.get("old", ""), request.args.get("new", "")
    return render_template("admin/compare.html", **comparison(read(), old, new, request.args.get("file", "")))


@blueprint.get("/comparisons")
@right("approve")
def comparison_list() -> str:
    """Which cases are run how for a comparison."""
    found = comparisons.rows(read())
    running = [row for row in found if row.ended_at is None]
    ended = [row for row in found if row.ended_at is not None]
    return render_template("admin/comparisons.html", choices=comparisons.choices(read()), running=running, ended=ended)


@blueprint.get("/incidents")
@right("operate")
def incidents() -> str:
    """What a machine could not do, grouped by cause."""
    last = queries.incidents(read(), state="resolved", limit=1_000)
    return render_template("admin/incidents.html", groups=groups(read()), last=last[-1] if last else None)


@blueprint.get("/users")
@right("users")
def user_list() -> str:
    """Accounts of staff."""
    packs = active_packs(read())
    search = request.args.get("q", "").strip()[:100]
    rows = users.accounts(read(), search=search)
    ids = [row.id for row in rows]
    return render_template(
        "admin/users.html",
        rows=rows,
        packs=packs,
        role_title=role_title,
        region_title=region_title,
        search=search,
        loads=workload(read(), ids, now()),
        papers=certificates.of_people(read(), ids, now()),
        absent=absences.of_people(read(), ids, now()),
    )


@blueprint.get("/users/new")
@right("users")
def new_user() -> str:
    """A new account."""
    return render_template("admin/user.html", account=None, **_choices())


@blueprint.get("/users/<user_id>")
@right("users")
def user(user_id: str) -> str:
    """One account with its roles and regions, certificates, absence, and what would be handed over."""
    connection = read()
    held, kept = handover.belongings(connection, user_id)
    tasks = handover.held_by(connection, user_id) if held else ()
    absent = absences.of_people(connection, [user_id], now()).get(user_id)
    return render_template(
        "admin/user.html",
        account=users.account(connection, user_id),
        held=held,
        kept=kept,
        receivers=handover.receivers(connection, tasks, user_id, now()),
        papers=certificates.all_of(connection, user_id, now()),
        kinds=certificates.kinds(connection),
        absent=absent,
        deputy=name_of(absent.deputy_id) if absent else "",
        **_choices(),
    )


def _choices() -> dict[str, object]:
    """Roles and regions that the active packs and the house know."""
    return {"roles": roles_there_are(read()), "regions": regions_there_are(read()), "own": signed_in_person().id}


@blueprint.get("/calendar")
@right("calendar")
def calendars() -> str:
    """The year of the office: changed in a draft, switched on by another administrator."""
    who = signed_in_person()
    year = number_of(request.args, "year", YEARS)
    page = calendar_page(read(), who, year, request.args.get("region", ""), now())
    proved = proved_recently(read(), who.session)
    return render_template("admin/calendar.html", page=page, proved=proved, notice=None)


@blueprint.get("/calendar/effect")
@right("calendar")
def calendar_effect() -> str:
    """What the draft would move, a part at a time: the first lines for the page, all of the part with `all`."""
    trial = trial_of(read(), request.args, now())
    whole = request.args.get("all") == "1"
    moves = [moved(read(), move, now()) for move in (trial.moves if whole else trial.moves[:EXAMPLES])]
    template = "admin/calendar_moves.html" if whole else "admin/calendar_effect.html"
    return render_template(template, trial=trial, moves=moves, at=now(), part=PART)


@blueprint.get("/calendar/progress")
@right("calendar")
def calendar_progress() -> str:
    """How many open deadlines have followed the calendar in force."""
    page = calendar_page(read(), signed_in_person(), None, "", now())
    return render_template("admin/calendar_progress.html", progress=page.progress, number=page.version.number)


@blueprint.get("/limits")
@right("calendar", "deploy")
def limits() -> str:
    """Time limits in force, the profile of each region, and what exceeds its ceiling."""
    page = limits_page(read(), request.args.get("region", ""), request.args.get("pack", ""))
    return render_template("admin/limits.html", page=page, may_choose=signed_in_person().may("calendar"))
