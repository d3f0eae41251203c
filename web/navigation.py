"""What stands around every staff page: who is here, where one can go, how many wait."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from web import almanac
from web.asked import counts_of
from web.auth.person import ADMIN, ANALYST, Person, person
from web.context import now, settings
from web.database import read
from web.packs import active_packs, role_title


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the side bar."""

    label: str
    href: str
    icon: str
    count: int = 0
    alarm: bool = False
    current: bool = False
    #: Also in the bottom bar of a phone.
    phone: bool = False
    #: The letter that goes here after `g`.
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    items: tuple[Item, ...] = field(default_factory=tuple)

    def __getitem__(self, key: str) -> object:
        """Templates say group["items"], because group.items would be a method of a dict."""
        return getattr(self, key)


@dataclass(frozen=True, slots=True)
class Face:
    """The person in the corner of the page."""

    #: By which the device knows whose drafts it keeps.
    key: str
    name: str
    role: str
    initial: str
    sign_out: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    name: str
    company: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a room of the house begins, and who sees its door; the table below is the whole navigation."""

    endpoint: str
    label: str
    icon: str
    #: Rights of which one is needed; none means all staff.
    rights: tuple[str, ...] = ()
    group: str = ""
    phone: bool = False
    #: The letter that goes here after `g`.
    key: str = ""


def _places() -> tuple[Place, ...]:
    admin, design = _("管理"), _("流程设计")
    return (
        Place("workbench.inbox", _("待办"), "inbox", phone=True, key="i"),
        Place("workbench.cases", _("案件"), "folder", phone=True, key="c"),
        Place("workbench.notices", _("通知"), "bell", phone=True, key="n"),
        Place("insight.board", _("督办看板"), "layout-dashboard", ("insight",), key="b"),
        Place("people.listing", _("人员负荷"), "users-group", ("assign", "insight")),
        Place("credit.listing", _("信用记录"), "id", ("credit",)),
        Place("studio.packs", _("流程包"), "packages", ("studio", "approve"), design),
        Place("admin.deployments", _("版本与启用"), "versions", ("deploy", "approve"), admin),
        Place("admin.comparison_list", _("办理方式试点"), "a-b", ("approve",), admin),
        Place("admin.incidents", _("异常"), "alert-triangle", ("operate",), admin),
        Place("admin.calendars", _("日历"), "calendar", ("calendar",), admin),
        Place("admin.limits", _("时限规则"), "clock-hour-4", ("calendar", "deploy"), admin),
        Place("admin.user_list", _("用户与角色"), "users", ("users",), admin),
        Place("teams.listing", _("班组"), "sitemap", ("users",), admin),
    )


def init_app(app: Flask) -> None:
    def context() -> dict[str, object]:
        who = person()
        return {
            "system": System(_("业扩"), settings().site),
            "person": _face(who) if who else None,
            "navigation": _navigation(app, who) if who and who.staff else (),
        }

    app.context_processor(context)


def _navigation(app: Flask, who: Person) -> tuple[Group, ...]:
    titles = dict.fromkeys(place.group for place in _places())
    shown = [place for place in _places() if place.endpoint in app.view_functions and _sees(who, place)]
    counts = _counts(who)
    return tuple(
        Group(title, tuple(_item(place, counts) for place in shown if place.group == title))
        for title in titles
        if any(place.group == title for place in shown)
    )


def _sees(who: Person, place: Place) -> bool:
    if place.endpoint == "workbench.cases" and who.roles <= {ANALYST}:
        return False
    return not place.rights or any(who.may(right) for right in place.rights)


def _counts(who: Person) -> dict[str, int]:
    counts = counts_of(read(), who.actor(), now())
    missing = who.may("calendar") and almanac.guessed_from(read(), now()) is not None
    return {"workbench.inbox": counts.mine, "admin.calendars": int(missing)}


#: Counts that mean trouble.
_ALARMS = frozenset({"admin.calendars"})


def _item(place: Place, counts: dict[str, int]) -> Item:
    here = request.endpoint or ""
    current = here == place.endpoint or _SAME_ROOM.get(here) == place.endpoint
    alarm = place.endpoint in _ALARMS
    count = counts.get(place.endpoint, 0)
    return Item(place.label, url_for(place.endpoint), place.icon, count, alarm, current, place.phone, place.key)


#: Pages that light up another page's line.
_SAME_ROOM = {
    "workbench.task": "workbench.inbox",
    "workbench.case": "workbench.cases",
    "studio.workspace": "studio.packs",
    "studio.edit": "studio.packs",
    "admin.deployment": "admin.deployments",
    "admin.compare": "admin.deployments",
    "admin.user": "admin.user_list",
    "people.person": "people.listing",
    "teams.one": "teams.listing",
    "teams.new": "teams.listing",
}


def _face(who: Person) -> Face:
    packs = active_packs(read())
    language = str(get_locale() or "zh")[:2]
    house = {ADMIN: _("管理员"), ANALYST: _("流程分析员")}
    role = next((house.get(role) or role_title(packs, role, language) for role in sorted(who.roles)), _("客户"))
    name = who.name or _("客户")
    own: tuple[tuple[str, str], ...] = (
        (_("离岗代理"), url_for("people.absence")),
        (_("修改密码"), url_for("auth.password_page")),
    )
    if who.may("assign") or who.may("insight"):
        # The side bar, where it stands as well, is not there on a phone.
        own = ((_("人员负荷"), url_for("people.listing")), *own)
    links = own if who.staff else ()
    return Face(
        who.id,
        name,
        " · ".join(part for part in (role, who.department) if part),
        name[:1],
        url_for("session.close"),
        links,
    )
