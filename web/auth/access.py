"""Deny by default: every endpoint declares who may call it, and one guard asks before each request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from flask import Flask, current_app, request
from flask_babel import gettext as _

from web.auth.partners import check_signature
from web.auth.person import Person, person
from web.errors import Forbidden, NotSignedIn

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call an endpoint."""

    #: "public", "signed_in", "staff", "customer", "right" or "partner".
    kind: str
    #: For "right": one of these is needed.
    rights: frozenset[str] = field(default_factory=frozenset)


PUBLIC: Final = Access("public")
#: Where a view keeps its declaration.
ATTRIBUTE: Final = "yekuo_access"


def _declare(view: View, access: Access) -> View:
    setattr(view, ATTRIBUTE, access)
    return view


def public(view: View) -> View:
    """Anybody may call this endpoint."""
    return _declare(view, PUBLIC)


def signed_in(view: View) -> View:
    """Staff and customers may call this endpoint; the object scope decides the rest."""
    return _declare(view, Access("signed_in"))


def staff(view: View) -> View:
    """Every member of staff may call this endpoint; the object scope decides the rest."""
    return _declare(view, Access("staff"))


def customer(view: View) -> View:
    """Customers and their agents may call this endpoint, for their own cases."""
    return _declare(view, Access("customer"))


def partner(view: View) -> View:
    """Only requests signed with a partner's key may call this endpoint."""
    return _declare(view, Access("partner"))


def right(*names: str) -> Callable[[View], View]:
    """Staff with one of these rights may call this endpoint."""
    return lambda view: _declare(view, Access("right", frozenset(names)))


def open_to_all(app: Flask, endpoint: str) -> None:
    """Declare a view of a library that anybody may call."""
    app.extensions.setdefault(ATTRIBUTE, {})[endpoint] = PUBLIC


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The declaration of an endpoint, None if it has none (nobody may call it then)."""
    declared: Access | None = app.extensions.get(ATTRIBUTE, {}).get(endpoint)
    return declared or getattr(app.view_functions.get(endpoint), ATTRIBUTE, None)


def init_app(app: Flask) -> None:
    app.before_request(_guard)


def _guard() -> None:
    if request.endpoint is None:
        return  # no such page; the router answers 404 or 405
    access = access_of(current_app, request.endpoint)
    if access is None:
        raise Forbidden(_("这个地址没有对任何人开放。"), _("请告诉管理员这个地址。"))
    if access.kind == "public":
        return
    if access.kind == "partner":
        check_signature()
        return
    who = person()
    if who is None:
        raise lost() if request.method == "POST" else NotSignedIn(_("请先登录。"), _("登录后会回到这里。"))
    _check(access, who)


def lost() -> NotSignedIn:
    """What is said to somebody whose session ended while a page of theirs was open."""
    return NotSignedIn(_("登录已过期，请重新登录；您填的都还在。"), _("登录后会回到这一页。"))


def _check(access: Access, who: Person) -> None:
    if access.kind in {"staff", "right"} and not who.staff:
        raise Forbidden(_("这里只对工作人员开放。"), _("您的申请在「我的申请」里。"))
    if access.kind == "customer" and who.staff:
        raise Forbidden(_("这里只对客户开放。"), _("代客申请请从工作台进入。"))
    if access.kind == "right" and not access.rights & who.rights:
        raise Forbidden(_("您没有做这件事的权限。"), _("需要时请管理员为您加上相应的角色。"))
    if who.must_change and request.endpoint not in _BEFORE_CHANGE:
        raise Forbidden(_("请先改掉初始密码。"), _("在「修改密码」页面设一个新密码，再继续。"))


#: What somebody with a first-time secret may still do.
_BEFORE_CHANGE: Final = frozenset({"auth.password_page", "session.change_password", "session.close", "session.show"})
