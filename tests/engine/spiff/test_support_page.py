"""docs/bpmn.md says what the tables of the engine say."""

from __future__ import annotations

import re
from pathlib import Path

from engine import generations
from engine.spiff import repeat, runtime, specs, support, timers, unhonoured
from engine.timers import MOST_FIRINGS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "bpmn.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the text of a section by the English part of its title."""
    (found,) = (part for part in PAGE.split("\n## ")[1:] if part.splitlines()[0].endswith(title))
    return found


def words(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def first_column(text: str) -> list[str]:
    return [word for line in text.splitlines() if line.startswith("| `") for word in words(line.split("|")[1])]


def test_every_supported_element_is_named_once():
    assert sorted(first_column(section("Elements"))) == sorted(support.NODES) == sorted(specs.BY_KIND)


def test_every_refused_element_is_named():
    assert sorted(first_column(section("Refused elements"))) == sorted(support.REFUSED)


def test_the_kinds_of_events_are_those_of_each_place():
    rows = (line.split("|")[1:3] for line in section("Events").splitlines() if line.startswith("| `"))
    told = {words(place)[0]: frozenset(kinds.strip().split(", ")) for place, kinds in rows}
    assert told == dict(support.EVENT_KINDS)


def test_every_extension_that_is_read_is_named():
    text = section("Extensions")
    attributes = text.split("属性 attributes:")[1].split("\n\n")[0]
    # Words that only carry code are read in order to be refused.
    told = support.READ_ATTRIBUTES - {"class", "delegateExpression", "expression", "resource"}
    assert sorted(words(attributes)) == sorted(told)
    assert sorted(words(text.split("元素 elements:")[1].split("\n\n")[0])) == sorted(support.READ)


def test_everything_of_the_standard_that_is_not_done_is_named():
    text = section("What the standard has and is not done")
    told = {word for line in text.splitlines() if line.startswith("| ") for word in words(line.split("|")[1])}
    known = {name for _, name in unhonoured._FIXED} | set(unhonoured._CORRELATION)
    assert known <= told
    assert all(f"`{fixed.value}`" in text for fixed in unhonoured._FIXED.values() if fixed.value != "1")


def test_the_limits_are_those_of_the_engine():
    numbers = [int(number.replace(" ", "")) for number in re.findall(r"\| ([\d ]+\d) \|", section("Limits"))]
    limits = [runtime.STEP_LIMIT, runtime.TOKEN_LIMIT, runtime.ITEM_LIMIT, repeat.MOST_ITEMS, runtime.CALL_LIMIT]
    assert numbers == [*limits, timers.MOST_MISSED, timers.MOST_AT_ONCE, generations.MOST, MOST_FIRINGS]
