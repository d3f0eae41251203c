"""The command line: run, clock, migrate, check, deploy, approve, users, demonstration, routes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import click
from flask import Flask
from flask_babel import force_locale
from flask_migrate import upgrade
from sqlalchemy import inspect

from engine import EngineError, queries, versions
from engine.errors import ProblemsFound, summary
from web import __version__, almanac, demo
from web.answers import answer
from web.app import create_app
from web.auth import users
from web.auth.access import access_of
from web.auth.models import user_role
from web.auth.person import ADMIN, EVERYWHERE
from web.clock import Clock
from web.config import Settings, from_environment
from web.context import House
from web.errors import WebError
from web.holders import held
from web.observation import configure_logging
from web.packfiles import read_pack_folder
from web.presentation import LOCALES
from web.server import serve
from web.studio.changes import grouped


class Commands(click.Group):
    """Errors of ours are said in one line, without a traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (WebError, ProblemsFound) as error:
            raise click.ClickException(str(error)) from error
        except EngineError as error:
            raise click.ClickException(_refusal(context.find_root().obj, error)) from error


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="yekuo")
def main() -> None:
    """Yekuo: case handling from editable BPMN files."""


@main.command()
@click.option("--demonstration", is_flag=True, help="Load invented data and show who can sign in.")
def run(demonstration: bool) -> None:
    """Migrate, make the first administrator or the demonstration, and serve the site with its clock."""
    settings = from_environment(demonstration=demonstration)
    app = _app(settings)
    _migrate(app)
    if settings.demonstration:
        _load_demonstration(app)
    else:
        _first_administrator(app)
    click.echo(f"Yekuo {__version__} · {settings.url}")
    serve(app, settings)


@main.command()
def clock() -> None:
    """Only the clock: timers, jobs and notices of an installation whose web processes run elsewhere."""
    app = _app(from_environment())
    stop, ticking = Event(), Clock(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    ticking.start()
    stop.wait()
    ticking.stop()


@main.command()
def migrate() -> None:
    """Bring the tables up to date."""
    _migrate(_app(from_environment()))
    click.echo("The database is up to date.")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--actor", default="cli", show_default=True, help="Login of the author of the draft.")
@click.option("--note", default="", help="What changed.")
def deploy(folder: Path, actor: str, note: str) -> None:
    """Check the pack in FOLDER and store it as a draft; another person approves it."""
    app = _app(from_environment())
    house = _house(app)
    with app.app_context(), house.database.transaction() as connection:
        author = actor if actor == "cli" else users.id_of(connection, actor)
        files, people = read_pack_folder(folder), held(connection)
        made = house.engine.deploy(connection, files, actor=author, now=house.clock(), note=note, held=people)
        told = house.engine.check(files, people)
    if told:
        click.echo(summary(told), err=True)
    click.echo(f"{made.pack} version {made.version} · {made.state} · {made.id}")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path) -> None:
    """Check the pack in FOLDER and store nothing; warnings alone leave the exit code at 0."""
    app = _app(from_environment())
    problems = _house(app).engine.check(read_pack_folder(folder), _held(app))
    if any(problem.severity == "error" for problem in problems):
        raise click.ClickException(summary(problems))
    click.echo(summary(problems) or "没有发现问题。(No problem found.)")


@main.command()
@click.argument("deployment_id")
@click.option("--actor", required=True, help="Login of the account that approves; not the author's.")
def approve(deployment_id: str, actor: str) -> None:
    """Activate the draft DEPLOYMENT_ID."""
    app = _app(from_environment())
    house = _house(app)
    with app.app_context(), house.database.transaction() as connection:
        approver = users.id_of(connection, actor)
        house.engine.approve(connection, deployment_id, actor=approver, now=house.clock())
    click.echo("Active: new cases use it.")


@main.command("versions")
@click.argument("pack", default="")
def list_versions(pack: str) -> None:
    """Versions of PACK, or of all packs, the newest first."""
    app = _app(from_environment())
    with app.app_context(), _house(app).database.snapshot() as connection:
        for row in queries.deployments(connection, pack=pack or None):
            click.echo(f"{row.pack} v{row.version:<4} {row.state:9} {row.id}  {row.created_at:%Y-%m-%d}  {row.note}")


@main.command()
@click.argument("old")
@click.argument("new")
@click.option("--layout", is_flag=True, help="Also what is only drawn differently.")
def diff(old: str, new: str, layout: bool) -> None:
    """What is different in version NEW from version OLD, both by id."""
    app = _app(from_environment())
    with app.test_request_context(), _house(app).database.snapshot() as connection:
        for group in grouped(versions.changes(connection, old, new)):
            if group.folded and not layout:
                click.echo(f"{group.title}: {len(group.lines)}")
                continue
            for line in group.lines:
                click.echo(f"{group.title}  {line.file}  {line.where}  {line.what}")


@main.command()
@click.argument("deployment_id")
@click.option("--actor", required=True, help="Login of the account that does it.")
@click.option("--reason", required=True, help="Why; it is kept with the switch.")
def rollback(deployment_id: str, actor: str, reason: str) -> None:
    """Take the version DEPLOYMENT_ID away from new cases; they use the one before it."""
    app = _app(from_environment())
    house = _house(app)
    with app.app_context(), house.database.transaction() as connection:
        who = users.id_of(connection, actor)
        used = house.engine.roll_back(connection, deployment_id, actor=who, now=house.clock(), note=reason)
    click.echo(f"New cases use {used.pack} version {used.version}.")


@main.group()
def user() -> None:
    """Accounts of staff."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, help="May be given several times.")
@click.option("--region", "regions", multiple=True, help="May be given several times; * is everywhere.")
@click.option("--department", default="")
def add_user(login: str, name: str, roles: tuple[str, ...], regions: tuple[str, ...], department: str) -> None:
    """Make an account; its first password is printed once."""
    app = _app(from_environment())
    house = _house(app)
    values = {"login": login, "name": name, "roles": roles, "regions": regions, "department": department}
    with app.test_request_context(), house.database.transaction() as connection:
        user_id = users.create(connection, values, house.clock())
        password = users.reset_password(connection, user_id)
    click.echo(f"{login}  {password}")


@user.command("list")
def list_users() -> None:
    """Accounts with roles and regions."""
    app = _app(from_environment())
    with app.app_context(), _house(app).database.snapshot() as connection:
        for account in users.accounts(connection):
            words = (
                account.login,
                account.name,
                account.state,
                ",".join(sorted(account.roles)),
                ",".join(sorted(account.regions)),
            )
            click.echo("  ".join(words))


@main.command("demo")
def load_demonstration() -> None:
    """Load the demonstration into an empty database."""
    app = _app(from_environment(demonstration=True))
    _migrate(app)
    _load_demonstration(app)


@main.command()
def routes() -> None:
    """Every address with its methods and who may call it."""
    app = _app(from_environment(demonstration=True))
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = access_of(app, rule.endpoint)
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        who = f"{access.kind} {' '.join(sorted(access.rights))}".strip() if access else "nobody"
        click.echo(f"{methods:12} {rule.rule:60} {who}")


def _app(settings: Settings) -> Flask:
    configure_logging(settings.log_level)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = create_app(settings)
    click.get_current_context().find_root().obj = made
    return made


def _refusal(app: Flask, error: EngineError) -> str:
    """The answer that pages give, in both languages; nobody at a terminal has said which is theirs."""
    told = []
    with app.test_request_context():
        for locale in LOCALES.values():
            with force_locale(locale):
                found = answer(error)
                told.append(" ".join(part for part in (found.title, found.detail, found.remedy) if part))
    return f"{told[0]} ({told[1]})"


def _house(app: Flask) -> House:
    found: House = app.extensions["yekuo"]
    return found


def _held(app: Flask) -> Callable[[str, str], bool] | None:
    """Who holds which role in this installation; None where there is none yet, and none is made for the question."""
    database = _house(app).database
    with app.app_context():
        address = database.engine.url
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            return None
        with database.snapshot() as connection:
            return held(connection) if inspect(connection).has_table(user_role.name) else None


def _migrate(app: Flask) -> None:
    """The newest tables, and a calendar where none is in force yet."""
    house = _house(app)
    with app.app_context():
        upgrade()
        with house.database.transaction() as connection:
            almanac.seed(connection, house.clock())


def _first_administrator(app: Flask) -> None:
    """An installation without accounts gets one administrator, whose secret is shown this once."""
    house = _house(app)
    with app.test_request_context(), house.database.transaction() as connection:
        if not users.nobody_yet(connection):
            return
        values = {"login": "admin", "name": "管理员", "roles": [ADMIN], "regions": [EVERYWHERE]}
        password = users.reset_password(connection, users.create(connection, values, house.clock()))
    click.echo(f"First administrator: admin  {password}\nThis is shown once; it must be changed at the first sign-in.")


def _load_demonstration(app: Flask) -> None:
    with app.app_context():
        demo.load(app)


if __name__ == "__main__":
    sys.exit(main())
