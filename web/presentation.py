"""What every template may use: assets, icons, words for moments and figures, language and look of the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from flask import Flask, has_request_context, request
from flask_babel import Babel, gettext
from markupsafe import Markup

from web import wording
from web.assets import Assets

THEMES = ("light", "dark")
DENSITIES = ("roomy", "compact")
#: What the switch of the page writes into the cookie -> the locale of the catalogue.
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
MARK = "mark.svg"


@dataclass(frozen=True)
class Look:
    """The reader's choices, from cookies that only the browser writes; an empty theme follows the system."""

    theme: str = ""
    density: str = "roomy"
    locale: str = "zh"


def look() -> Look:
    """The look asked for by this request; unknown values fall back to the default."""
    if not has_request_context():
        return Look()
    theme, density = request.cookies.get("theme", ""), request.cookies.get("density", "")
    return Look(
        theme=theme if theme in THEMES else "",
        density=density if density in DENSITIES else "roomy",
        locale=_language(request.cookies.get("locale", "")),
    )


def _language(chosen: str) -> str:
    if chosen in LOCALES:
        return chosen
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh")
    return "en" if best == "en" else "zh"


def install(app: Flask, now: Callable[[], datetime], assets: Assets | None = None) -> None:
    """Give the app Babel, the filters and the globals named in templates/base.html."""
    built = assets or Assets()
    Babel(
        app,
        default_locale=LOCALES["zh"],
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: LOCALES[look().locale],
    )
    app.jinja_env.globals.update(
        icon=built.icon,
        scripts=built.scripts,
        styles=built.styles,
        early=built.early,
        now=now,
        today=lambda: wording.local(now()).date().isoformat(),
        mark_url=_mark(built),
        paper_head=_paper_head(now),
    )
    app.jinja_env.filters.update(_filters(now))
    app.context_processor(lambda: {"look": look()})


def _mark(assets: Assets) -> str:
    return assets.base + MARK


def _paper_head(now: Callable[[], datetime]) -> Callable[[str, str, str], str]:
    """The head of a printed page, as a string of a style: system, what about, by whom and when it was printed."""

    def head(system: str, about: str, name: str) -> str:
        printed = gettext("打印：%(name)s %(moment)s", name=name, moment=wording.full_moment(now()))
        text = " · ".join((system, " ".join(str(about).split()), printed))
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    return head


def _filters(now: Callable[[], datetime]) -> dict[str, Callable[..., object]]:
    def long_day(value: datetime | date) -> str:
        return wording.long_day(value, now())

    def time_tag(value: datetime) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), wording.moment_text(value, now()))

    return {
        "day": lambda value: wording.lasting(partial(wording.day_text, value), now()),
        "moment": lambda value: wording.lasting(partial(wording.moment_text, value), now()),
        "long_day": long_day,
        "time_tag": time_tag,
        "clock": wording.clock_text,
        "number": wording.number_text,
        "money": wording.money_text,
        "size": wording.size_text,
        "days": wording.days_text,
        "working_days": wording.working_days,
        "listed": wording.listed,
    }
