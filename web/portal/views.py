"""Pages of customers. They only read; every change is posted to the API by the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import queries
from engine.errors import StateUnreadable
from forms import Form
from web.api import drafts, ratings
from web.api import progress as open_progress
from web.auth.access import customer, public, signed_in
from web.auth.person import Person, person, signed_in_person
from web.context import now
from web.database import read
from web.errors import Missing, TooMany
from web.papers import of_case as papers_of
from web.portal import credit, own, stages
from web.portal.asks import Ask, missing_titles
from web.portal.journey import Journey, journey

blueprint = Blueprint("portal", __name__)
#: The form in which the supply plan is drafted.
PLAN = "plan_draft"
#: What a summary says where nothing was filled in.
NOTHING = ("", "—")
#: Things to do that stand as cards on the start page; the others are marked in the list.
CARDS = 3
#: Messages with a page that shows more than their form.
PAGES = {
    "MSG_DOCUMENTS_SUPPLIED": "portal/supply.html",
    "MSG_CUSTOMER_CONFIRMED": "portal/confirm.html",
    "MSG_WITHDRAW": "portal/withdraw.html",
}


@dataclass(frozen=True)
class Element:
    """One element of a supply plan: its name, and what was decided, line by line."""

    title: str
    lines: list[tuple[str, str]]


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"portal_links": _links(app), "titles": _titles()})


def _titles() -> dict[str, str]:
    return {stage: stages.title_of(stage) for stage in stages.STAGES}


def _links(app: Flask) -> list[dict[str, Any]]:
    here = request.endpoint
    places = (
        ("portal.home", _("我要办电")),
        ("portal.progress", _("查进度")),
        ("capacity.tool", _("容量计算")),
        ("insight.sunshine", _("阳光业扩")),
    )
    known = [(name, label) for name, label in places if name in app.view_functions]
    return [{"label": label, "href": url_for(name), "current": name == here} for name, label in known]


@blueprint.get("/")
@public
def home() -> str | Response:
    """What the customer has to do, then their applications; staff go on to their work."""
    who = person()
    if who is not None and who.staff:
        return redirect(url_for("workbench.home"))
    journeys = own.cases(read(), who) if who else ()
    asks = _by_urgency(journeys)
    return render_template("portal/home.html", journeys=journeys, asks=asks[:CARDS], more=len(asks) - CARDS)


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    """Sign in with a one-time code."""
    onward = request.args.get("next", "/")
    onward = onward if onward.startswith("/") and not onward.startswith("//") else "/"
    return redirect(onward) if person() else render_template("portal/sign_in.html", onward=onward)


@blueprint.get("/my/apply")
@public
def apply() -> str | Response:
    """The application in steps; its draft belongs to the person, so signing in comes first."""
    who = person()
    if who is None:
        return redirect(url_for("portal.sign_in", next=url_for("portal.apply")))
    found = own.application(read(), who)
    draft = drafts.of_form(read(), found.entry.process_id, who.id)
    if draft is None and request.args.get("step", 1, int) > 1 and (sent := own.just_sent(read(), who, now())):
        # Back from the application that was handed in: its form is empty again, and sending that would be another one.
        return redirect(url_for("portal.case", number=sent))
    return render_template("portal/apply.html", application=found, draft=draft)


@blueprint.get("/my/<number>")
@signed_in
def case(number: str) -> str:
    """One application: what is happening, when, who."""
    found = _own(number)
    entry = credit.entered(read(), number) if found.terminated else None
    return render_template("portal/case.html", journey=found, documents=papers_of(read(), number), entry=entry)


@blueprint.get("/my/<number>/documents")
@customer
def papers(number: str) -> str:
    """The papers of an application."""
    return render_template("portal/papers.html", journey=_own(number), documents=papers_of(read(), number))


@blueprint.get("/my/<number>/steps/<message>")
@customer
def step(number: str, message: str) -> str:
    """One thing the customer is asked or may do now, with its form."""
    found = _own(number)
    ask = next((one for one in found.asks if one.message == message), None)
    if ask is None:
        return render_template("portal/done.html", journey=found, missed=own.missed(read(), number, message))
    try:
        filling = own.filling(read(), _reader(), number, ask)
    except StateUnreadable:
        return render_template("portal/stopped.html", journey=found, ask=ask)
    variables = filling.variables
    template = PAGES.get(message, "portal/step.html")
    plan = _plan(ask.deployment_id, variables) if message == "MSG_CUSTOMER_CONFIRMED" else []
    known = {paper.id: {"name": paper.name, "size": paper.size} for paper in papers_of(read(), number)}
    return render_template(
        template, journey=found, ask=ask, schema=filling.document, data=filling.shown,
        missing=missing_titles(variables), known=known, plan=plan, variables=variables,
        valid_until=_day(variables.get("plan_valid_until")), sure=request.args.get("sure") == "yes",
    )  # fmt: skip


@blueprint.get("/progress")
@public
def progress() -> str:
    """Progress without signing in."""
    return _progress()


@blueprint.post("/progress")
@public
def find_progress() -> Response:
    """The progress of a number and four digits. They are posted, so that neither gets into an address or a log."""
    asked = {name: request.form.get(name, "").strip() for name in ("number", "last_four")}
    try:
        found = open_progress.case_of(**asked)
    except (Missing, TooMany) as refusal:
        wait = {"Retry-After": str(refusal.wait)} if isinstance(refusal, TooMany) else {}
        return Response(_progress(asked, refusal=refusal), refusal.status, wait, mimetype="text/html")
    shown = journey(read(), open_progress.entry_of(found), now(), public=True)
    answer = Response(_progress(asked, journey=shown), mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _progress(asked: Mapping[str, str] | None = None, **more: Any) -> str:
    return render_template("portal/progress.html", asked=asked or {}, **more)


@blueprint.get("/my/<number>/rating")
@customer
def rating(number: str) -> str:
    """What the customer thinks once the case has ended."""
    found = _own(number)
    rated = ratings.rating_of(read(), number)
    form = None if found.running or rated else ratings.filling_of(read(), number, _reader()).document
    return render_template("portal/rating.html", journey=found, rated=rated, form=form)


def _reader() -> Person:
    return signed_in_person()


def _own(number: str) -> Journey:
    return own.case(read(), _reader(), number)


def _plan(deployment_id: str, variables: Mapping[str, Any]) -> list[Element]:
    """The eight elements of the plan as the form of its draft names them; lists are left to the letter."""
    document = queries.form(read(), deployment_id, PLAN)
    own = [part for part in document["components"] if part.get("path") == "plan"]
    form = Form.load({**document, "components": [_without_lists(part) for part in own]})
    found: list[Element] = []
    for row in form.summary({**variables, "plan": variables.get("plan") or {}}):
        if row.kind == "heading":
            found.append(Element(row.label.lstrip("0123456789 "), []))
        elif found and row.text not in NOTHING:
            found[-1].lines.append((row.label, row.text))
    return [element for element in found if element.lines]


def _day(value: object) -> date | None:
    """A day that a process keeps, as a date or as ISO text; None for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _without_lists(part: Mapping[str, Any]) -> dict[str, Any]:
    inner = [_without_lists(one) for one in part.get("components", []) if one.get("type") != "dynamiclist"]
    return {**part, "components": inner} if "components" in part else dict(part)


def _by_urgency(journeys: tuple[Journey, ...]) -> list[tuple[Journey, Ask]]:
    """Everything the reader has to do, the first to be due first."""
    open_asks = [(one, ask) for one in journeys for ask in one.to_do]
    return sorted(open_asks, key=lambda pair: (pair[1].due_at is None, pair[1].due_at or now()))
