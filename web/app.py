"""The composition root: here the parts are put together, and nothing is decided."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from bpmn import connection
from engine import Engine, Handlers
from engine.seals import Sealer
from forms import check_files
from web import answers, api, navigation, observation, presentation
from web.admin import teams
from web.admin import views as admin
from web.api.room import JsonProvider
from web.assets import Assets
from web.auth import access, csrf, headers, sessions
from web.auth import views as auth
from web.auth.staffing import PEOPLE
from web.config import Settings
from web.context import Clock, House, wall_clock
from web.database import Database
from web.desk import make_desk
from web.insight import credit
from web.insight import rooms as insight_rooms
from web.insight import sunshine as insight
from web.notify import escalations, staffing
from web.patience import Site
from web.portal import capacity
from web.portal import rooms as portal_rooms
from web.portal import views as portal
from web.seals import make_sealer
from web.studio import views as studio
from web.workbench import staffing as staffing_pages
from web.workbench import views as workbench

#: Largest request body: one attachment of 20 MB with its frame; single endpoints go lower.
BODY_LIMIT: Final = 21 * 1024 * 1024
_ROOT: Final = Path(__file__).resolve().parent
MIGRATIONS: Final = _ROOT.parent / "migrations"


def create_app(settings: Settings, *, clock: Clock = wall_clock, assets: Assets | None = None) -> Flask:
    """The application for these settings; `clock` is real outside tests and rehearsals."""
    app = Site("web", root_path=str(_ROOT))
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        MAX_CONTENT_LENGTH=BODY_LIMIT,
    )
    app.json = JsonProvider(app)
    database = Database()
    database.init_app(app, settings)
    sealer = make_sealer(settings)
    engine = Engine(_handlers(settings, sealer), checks=(check_files,))
    finders, variants = {"connection": connection.find_public}, {"connection": connection.variant_of}
    app.extensions["yekuo"] = House(settings, clock, engine, sealer, database, finders=finders, variants=variants)
    Migrate(app, database.flask, directory=str(MIGRATIONS))
    _trust_proxies(app, settings.proxies)
    _install_guards(app, settings)
    presentation.install(app, clock, assets)
    navigation.init_app(app)
    _open_rooms(app)
    return app


def _open_rooms(app: Flask) -> None:
    staff = (workbench.blueprint, staffing_pages.blueprint, studio.blueprint, admin.blueprint, teams.blueprint)
    for blueprint in (auth.blueprint, *staff, observation.blueprint):
        app.register_blueprint(blueprint)
    portal.init_app(app)
    capacity.init_app(app)
    insight.init_app(app)
    credit.init_app(app)
    api.init_app(app, more=(*insight_rooms.ROOMS, *portal_rooms.ROOMS))
    access.open_to_all(app, "static")


def _handlers(settings: Settings, sealer: Sealer) -> Handlers:
    """What service tasks call: the packs' own handlers and the notices of escalation."""
    handlers = Handlers(PEOPLE)
    connection.install(handlers, make_desk(sealer, settings.documents))
    escalations.install(handlers, sealer, mail=bool(settings.smtp_url))
    staffing.install(handlers, sealer, mail=bool(settings.smtp_url))
    return handlers


def _install_guards(app: Flask, settings: Settings) -> None:
    """In the order in which they ask: measured, signed in, from our pages, allowed."""
    observation.init_app(app)
    answers.init_app(app)
    sessions.init_app(app, secure=settings.secure)
    csrf.init_app(app)
    access.init_app(app)
    headers.init_app(app, secure=settings.secure)


def _trust_proxies(app: Flask, count: int) -> None:
    if count:
        fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        setattr(app, "wsgi_app", fixed)  # noqa: B010  # Flask's documented way; mypy takes wsgi_app for a method
