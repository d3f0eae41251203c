"""Numbers are data: a percentage, a limit and a profile are changed, and the next case has them without a restart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import profiles
from engine.models import deadline, instance
from tests.engine.core.house import House, deploy, files_of
from tests.engine.deadlines.conftest import PACK
from tests.engine.deadlines.test_escalation import sweep, told


def edited(path: str, old: str, new: str) -> dict[str, bytes]:
    files = files_of(PACK)
    text = files[path].decode()
    assert text.count(old) >= 1
    return {**files, path: text.replace(old, new, 1).encode()}


def limit_of(house: House, business_key: str, key: str) -> Decimal:
    rows = {row.id: row.business_key for row in house.rows(instance)}
    (row,) = [row for row in house.rows(deadline, key=key) if rows[row.instance_id] == business_key]
    return Decimal(row.rule["days"])


def test_a_percentage_of_the_escalation_changes_with_the_next_version(house: House) -> None:
    house.start("repair")
    files = edited("escalation.dmn", "&gt;= 80", "&gt;= 50")
    files["escalation.dmn"] = files["escalation.dmn"].replace(b"<text>80</text>", b"<text>50</text>", 1)
    deploy(house, files)
    house.start("repair", business_key="P-2")
    sweep(house, "2026-11-17T10:00")
    assert [(element, percent) for element, _step, percent, _late in told(house)] == [("ut_look", "50")]


def test_a_limit_changes_with_the_next_version_for_new_cases(house: House) -> None:
    house.start("repair")
    deploy(house, edited("time_limits.dmn", "<text>1</text>", "<text>3</text>"))
    house.start("repair", business_key="P-2")
    assert (limit_of(house, "P-1", "ut_look"), limit_of(house, "P-2", "ut_look")) == (Decimal(1), Decimal(3))


@pytest.mark.parametrize(("region", "expected"), [("east", "20"), ("", "20"), ("west", "10")])
def test_a_profile_is_in_force_at_once_in_its_region_alone(house: House, region: str, expected: str) -> None:
    deploy(house, edited("time_limits.dmn", "<text>class</text>", "<text>profile</text>"))
    house.start("repair")
    with house.transaction() as connection:
        more = {"known": ("big",), "reason": "试点", "actor": "boss", "now": house.now}
        profiles.choose(connection, region, "big", **more)
        assert profiles.in_force(connection, "east") == ("big" if expected == "20" else "")
    house.start("repair", business_key="P-2")
    assert limit_of(house, "P-1", "case") == 10 and limit_of(house, "P-2", "case") == Decimal(expected)
    with house.transaction() as connection:
        profiles.choose(connection, region, "", **{**more, "reason": "试点结束"})
    house.start("repair", business_key="P-3")
    assert limit_of(house, "P-3", "case") == 10


def test_an_unknown_profile_is_refused_with_those_there_are(house: House) -> None:
    with house.transaction() as connection, pytest.raises(profiles.UnknownProfile, match="Choose one of paper"):
        profiles.choose(connection, "", "pper", known=("paper",), reason="x", actor="boss", now=house.now)
    with house.transaction() as connection:
        assert profiles.choices(connection) == ()
