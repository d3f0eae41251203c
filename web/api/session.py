"""Signing in and out: staff by password, customers by a one-time code."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Row, select, update
from werkzeug.wrappers import Response

from web.api import account_replies, replies, schemas
from web.api.room import Room, form_posted
from web.auth import codes, csrf, passwords, sessions, throttle
from web.auth.access import public, signed_in, staff
from web.auth.models import user
from web.auth.person import person, signed_in_person
from web.auth.views import safe_next
from web.database import command, read
from web.errors import Invalid, Missing, NotSignedIn

blueprint = Room("session", __name__, url_prefix="/api/session", description=__doc__)


@blueprint.get("")
@blueprint.response(200, account_replies.SessionReply)
@public
def show() -> dict[str, Any]:
    """Who is signed in, and the token that commands of this browser carry."""
    who = person()
    if who is None:
        return {"signed_in": False, "csrf_token": csrf.token()}
    return {
        "signed_in": True,
        "csrf_token": csrf.token(),
        "id": who.id,
        "kind": who.kind,
        "name": who.name,
        "roles": sorted(who.roles),
        "regions": sorted(who.regions),
        "rights": sorted(who.rights),
        "must_change": who.must_change,
    }


@blueprint.post("")
@blueprint.few
@blueprint.arguments(schemas.SignIn, location="json_or_form")
@blueprint.response(200, replies.Done)
@public
def open(body: dict[str, Any]) -> Response | tuple[str, int] | dict[str, Any]:
    """Sign in with login and password; a page's form is answered by going on or by the form with the reason."""
    login = body["login"].strip().lower()
    throttle.count((throttle.LOGIN_ACCOUNT, login), (throttle.LOGIN_ADDRESS, throttle.address()))
    found = _account(login)
    if not passwords.verify(found.password if found else "", body["password"]) or found is None:
        return _refused(login)
    throttle.forgive(throttle.LOGIN_ACCOUNT, login)
    with command() as connection:
        if passwords.needs_rehash(found.password):
            fresh = passwords.hash_password(body["password"])
            connection.execute(update(user).where(user.c.id == found.id).values(password=fresh))
        sessions.open_session(connection, found.id)
    return _onward("/password" if found.must_change else safe_next(body["next"]))


@blueprint.post("/sign-out")
@blueprint.response(200, replies.Done)
@public
def close() -> Response | dict[str, Any]:
    """End the session of this browser."""
    with command() as connection:
        sessions.close_session(connection)
    return _onward("/login")


@blueprint.get("/list")
@blueprint.response(200, account_replies.OpenedSession(many=True))
@signed_in
def listing() -> list[dict[str, Any]]:
    """Where the caller is signed in, the latest first."""
    who = signed_in_person()
    return [asdict(found) for found in sessions.opened(read(), who.id, who.session)]


@blueprint.post("/list/<opened_id>/sign-out")
@blueprint.response(200, replies.Done)
@signed_in
def close_one(opened_id: str) -> dict[str, Any]:
    """End one session of the caller."""
    who = signed_in_person()
    with command() as connection:
        known = sessions.close_one(connection, who.id, opened_id)
    if not known:
        raise Missing(_("没有这次登录，可能已经退出。"), _("重新载入列表。"))
    return {"ok": True, "message": _("已退出那一处")}


@blueprint.post("/sign-out-others")
@blueprint.response(200, replies.Done)
@signed_in
def close_others() -> dict[str, Any]:
    """End every session of the caller but this one."""
    who = signed_in_person()
    with command() as connection:
        sessions.close_all(connection, who.id, but=who.session)
    return {"ok": True, "message": _("其他地方已全部退出")}


@blueprint.post("/password")
@blueprint.few
@blueprint.arguments(schemas.Password, location="json_or_form")
@blueprint.response(200, replies.Done)
@staff
def change_password(body: dict[str, Any]) -> Response | dict[str, Any]:
    """Set a new password; every other session of this person ends."""
    who = signed_in_person()
    _check_password(who.id, body["current"])
    passwords.check_strength(body["password"], who.login)
    with command() as connection:
        values = {"password": passwords.hash_password(body["password"]), "must_change": False}
        connection.execute(update(user).where(user.c.id == who.id).values(values))
        sessions.close_all(connection, who.id)
        sessions.open_session(connection, who.id)
    return _onward(safe_next(body["next"]))


@blueprint.post("/proof")
@blueprint.few
@blueprint.arguments(schemas.Proof)
@blueprint.response(200, replies.Done)
@staff
def prove(body: dict[str, Any]) -> dict[str, Any]:
    """Prove again who one is, before publishing and similar acts."""
    who = signed_in_person()
    _check_password(who.id, body["password"])
    with command() as connection:
        sessions.prove(connection, who.session)
    return {"ok": True}


@blueprint.post("/code")
@blueprint.few
@blueprint.arguments(schemas.Phone, location="json_or_form")
@blueprint.response(200, replies.Done)
@public
def send_code(body: dict[str, Any]) -> str | dict[str, Any]:
    """Send a one-time code to a phone. The answer is the same whether or not the phone is known.

    A plain form of a browser without script gets the page again, with the phone and a place for the code.
    """
    phone = codes.checked_phone(body["phone"])
    throttle.count((throttle.CODE_PHONE, phone), (throttle.CODE_ADDRESS, throttle.address()))
    with command() as connection:
        codes.send_code(connection, phone)
    sent = _("验证码已发出，5 分钟内有效。")
    if form_posted():
        onward = safe_next(request.form.get("next", "/"))
        return render_template("portal/sign_in.html", onward=onward, phone=phone, sent=sent)
    return {"ok": True, "message": sent}


@blueprint.post("/customer")
@blueprint.few
@blueprint.arguments(schemas.PhoneCode, location="json_or_form")
@blueprint.response(200, replies.Done)
@public
def open_customer(body: dict[str, Any]) -> Response | dict[str, Any]:
    """Sign in a customer with the code sent to the phone."""
    phone = codes.checked_phone(body["phone"])
    throttle.count((throttle.LOGIN_ACCOUNT, phone), (throttle.LOGIN_ADDRESS, throttle.address()))
    with command() as connection:
        good = codes.check_code(connection, phone, body["code"])
        if good:
            sessions.open_session(connection, codes.customer_of(connection, phone))
    if not good:
        wrong = _("验证码不对或已过期。")
        raise Invalid(wrong, _("再发一次验证码，用最新的一条。"), {"code": [wrong]})
    throttle.forgive(throttle.LOGIN_ACCOUNT, phone)
    return _onward(body["next"] if body["next"].startswith("/") and not body["next"].startswith("//") else "/")


@blueprint.post("/preferences")
@blueprint.arguments(schemas.Preferences)
@blueprint.response(200, replies.Done)
@signed_in
def keep_preferences(body: dict[str, Any]) -> dict[str, Any]:
    """Keep saved views and the like; given members replace earlier ones, null removes them."""
    who = signed_in_person()
    merged = {key: value for key, value in {**who.preferences, **body["preferences"]}.items() if value is not None}
    text = json.dumps(merged, ensure_ascii=False)
    if len(text) > 20_000:
        raise Invalid(_("保存的视图太多了。"), _("删掉几个再存。"))
    with command() as connection:
        connection.execute(update(user).where(user.c.id == who.id).values(preferences=text))
    return {"ok": True}


def _account(login: str) -> Row[Any] | None:
    query = select(user).where(user.c.login == login, user.c.kind == "staff", user.c.state != "left")
    return read().execute(query).one_or_none()


def _check_password(user_id: str, plain: str) -> None:
    throttle.count((throttle.LOGIN_ACCOUNT, user_id))
    stored = read().execute(select(user.c.password).where(user.c.id == user_id)).scalar_one()
    if not passwords.verify(stored, plain):
        wrong = _("密码不对。")
        raise Invalid(wrong, _("输入现在登录用的密码。"), {"current": [wrong], "password": [wrong]})
    throttle.forgive(throttle.LOGIN_ACCOUNT, user_id)


def _refused(login: str) -> tuple[str, int]:
    error = NotSignedIn(_("账号或密码不对。"), _("检查大小写；连错 5 次要等 1 分钟。"))
    if request.is_json:
        raise error
    page = render_template("auth/login.html", onward=safe_next(request.form.get("next")), error=error, login=login)
    return page, 401


def _onward(target: str) -> Response | dict[str, Any]:
    """Pages' forms are redirected, scripts are told where to go."""
    if request.is_json or request.headers.get("Accept", "").startswith("application/json"):
        return {"ok": True, "next": target}
    return redirect(target, 303)
