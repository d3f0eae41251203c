"""The worked examples of docs/deadlines.md come out as written."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.calendar import Calendar, DayKind
from engine.holidays import built_in
from engine.ledger import Limit, Segments, at_percent, due, opened, paused, resumed

DOCUMENT = Path(__file__).parents[3] / "docs" / "deadlines.md"
KINDS = {"休": DayKind("rest"), "班": DayKind("work"), "上午": DayKind("work", "am")}
PAUSE = re.compile(r"停 (\S+)/(\S+)")
CHANGE = re.compile(r"(\d{4}-\d\d-\d\d) (休|班|上午)")


def rows() -> list[tuple[str, ...]]:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if re.match(r"\| \d", line)]
    return [row[:6] for row in cells]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=built_in().tz)


def limit_of(text: str) -> Limit:
    if text.startswith("PT"):
        return Limit("example", clock=timedelta(minutes=int(text[2:-1])))
    return Limit("example", Decimal(text.removesuffix(" wd")))


def calendar_of(conditions: str) -> Calendar:
    changes = {date.fromisoformat(day): KINDS[word] for day, word in CHANGE.findall(conditions)}
    return built_in().overlay(changes, "example")


def segments_of(start: datetime, conditions: str) -> Segments:
    segments = opened(start)
    for since, until in PAUSE.findall(conditions):
        segments = resumed(paused(segments, "t", "等客户", now=at(since)), "t", now=at(until))
    return segments


def test_there_are_ten_examples() -> None:
    assert [row[0] for row in rows()] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"example {row[0]}")
def test_each_example_is_right(row: tuple[str, ...]) -> None:
    _, start, limit, point, conditions, result = row
    calendar, segments = calendar_of(conditions), segments_of(at(start), conditions)
    moment, _, provisional = result.partition(" ")
    percent = Decimal(point.removesuffix(" %"))
    assert at_percent(limit_of(limit), segments, calendar, percent) == at(moment)
    assert due(limit_of(limit), segments, calendar).provisional is (provisional == "暂定")


def test_without_its_overlay_the_seventh_example_ends_a_day_earlier() -> None:
    _, start, limit, *_ = rows()[6]
    assert due(limit_of(limit), opened(at(start)), built_in()).moment == at("2026-06-01T18:00")
