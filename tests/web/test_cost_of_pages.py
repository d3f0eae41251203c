"""What a page costs in statements: few, and no more of them with more cases, teams, certificates and absences."""

from __future__ import annotations

from typing import Final

from sqlalchemy import event

from tests.web.conftest import Browser, World
from tests.web.staffed import away, certify, handed_in, staffed
from tests.web.test_pages import busy_case

#: Session and account; whom the person stands in for; roles, regions, teams and certificates; the packs in use.
PERSON: Final = 4
#: A person, their tasks with limits and names, four counts with the audiences that they need, and the task beside them.
INBOX: Final = 38
#: A case with one task, one deadline, sealed fields, diagram, outlook and what is expected next.
CASE: Final = 72


def statements(world: World, browser: Browser, path: str) -> list[str]:
    """What the database is asked for one page that has been seen before."""
    asked: list[str] = []
    with world.app.app_context():
        engine = world.house.database.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append(" ".join(statement.split()))

    assert browser.get(path).status_code == 200
    event.listen(engine, "before_cursor_execute", note)
    browser.get(path)
    event.remove(engine, "before_cursor_execute", note)
    return asked


def who_asks(asked: list[str]) -> list[str]:
    """The statements about accounts and packs."""
    tables = ("FROM user", 'FROM "user"', "FROM user_role", "FROM deployment")
    return [statement for statement in asked if any(table in statement for table in tables)]


def test_who_asks_is_known_after_four_statements_whatever_they_hold(world: World) -> None:
    staffed(world)
    plain = who_asks(statements(world, world.signed_in("desk"), "/inbox"))
    certify(world, "desk", "2027-06-30")
    away(world.signed_in("desk2"), world.ids["desk"], "2026-11-18", "2026-11-19")

    rich = who_asks(statements(world, world.signed_in("desk"), "/inbox"))

    assert len(plain) == PERSON, plain
    assert len(rich) == PERSON, rich


def test_the_inbox_costs_the_same_with_one_case_and_with_nine(world: World) -> None:
    desk = world.signed_in("desk")
    handed_in(world)
    one = statements(world, desk, "/inbox?tab=groups")
    for _round in range(8):
        handed_in(world)

    nine = statements(world, desk, "/inbox?tab=groups")

    assert len(one) <= INBOX, one
    assert len(nine) == len(one), nine


def test_a_page_of_a_case_stays_within_its_bound(world: World) -> None:
    case = busy_case(world)
    lead = world.signed_in("lead")

    asked = statements(world, lead, f"/cases/{case}")
    for _round in range(8):
        handed_in(world)

    assert len(asked) <= CASE, asked
    assert len(statements(world, lead, f"/cases/{case}")) == len(asked)
