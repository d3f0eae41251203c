"""Pages of signing in; the commands they post to are in `web.api.session`."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.auth.access import public, staff
from web.auth.person import person

blueprint = Blueprint("auth", __name__)


@blueprint.get("/login")
@public
def login_page() -> str | Response:
    """Sign-in of staff; whoever is signed in already goes on."""
    onward = safe_next(request.args.get("next"))
    if person() is not None:
        return redirect(onward)
    return render_template("auth/login.html", onward=onward, error=None, login="")


@blueprint.get("/password")
@staff
def password_page() -> str:
    return render_template("auth/password.html", errors={}, onward=safe_next(request.args.get("next")))


def safe_next(target: str | None) -> str:
    """A path of this site to go on to, never another site."""
    parts = urlsplit(target or "")
    good = (
        bool(target) and not parts.scheme and not parts.netloc and parts.path.startswith("/") and "\\" not in parts.path
    )
    home = url_for("workbench.home")
    return (target or home) if good and not (target or "").startswith("//") else home
