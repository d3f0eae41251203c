"""A supply company with a few cases in the credit record and the invented people of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher

from bpmn.connection.demonstration import PHONE
from bpmn.connection.stories_deferred import DEFERRED
from tests.web.conftest import COMPILED, Browser, Moment, World, settings_for
from web import demo
from web.app import create_app
from web.assets import Assets

#: A Friday afternoon.
NOW: Final = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
OWNER: Final = PHONE
#: Story -> whether its case belongs to the customer who can sign in.
CHOSEN: Final = {"容缺受理": False, "容缺逾期终止": True, "异议复核": False, "核查中要撤回": False}


@dataclass
class Company(World):
    """The house with those cases; `cases` by the title of their story."""

    cases: dict[str, str] = field(default_factory=dict)
    known: dict[str, Browser] = field(default_factory=dict)

    def staff(self, login: str) -> Browser:
        """Signed in once."""
        if login not in self.known:
            browser = self.browser()
            answer = browser.post("/api/session", {"login": login, "password": demo.PASSWORD})
            assert answer.status_code == 200, answer.text
            self.known[login] = browser
        return self.known[login]

    def owner(self) -> Browser:
        if OWNER not in self.known:
            self.known[OWNER] = self.customer(OWNER)
        return self.known[OWNER]


@contextmanager
def company(url: str, home: Path, assets: Assets) -> Iterator[Company]:
    """The house on a database that has all tables and no rows."""
    app = create_app(settings_for(url, home), clock=(clock := Moment(NOW)), assets=assets)
    app.jinja_env.bytecode_cache = COMPILED
    house = app.extensions["yekuo"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.demo_cases.STORIES", _stories())
        patch.setattr("web.auth.passwords._HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        with app.test_request_context(), house.database.transaction() as connection:
            plays = demo.fill(connection, house)
        yield Company(app, clock, {}, {play.script.title: play.number for play in plays})
    with app.app_context():
        house.database.engine.dispose()


def _stories() -> Sequence[object]:
    found = [story for story in DEFERRED if story.title in CHOSEN]
    assert len(found) == len(CHOSEN)
    return [replace(story, count=1, owned=CHOSEN[story.title]) for story in found]
