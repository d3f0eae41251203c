"""Office hours of the demonstration's people."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.office_hours import CLOSES, OPENS, ZONE, earlier, later
from bpmn.promises import Promises
from forms import Clean

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
HOURS = st.floats(0.01, 200)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Shanghai; the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        (at(16, 9), 2, at(16, 11)),
        (at(16, 17), 1, at(17, 9)),
        (at(20, 17), 1, at(23, 9)),
        (at(16, 9), 18, at(18, 9)),
        (at(21, 12), 1, at(23, 9, 30)),
        (at(16, 3), 1, at(16, 9, 30)),
    ],
)
def test_work_goes_on_the_next_morning_and_after_the_weekend(
    moment: datetime, hours: float, expected: datetime
) -> None:
    assert later(moment, hours) == expected


@given(MOMENTS, HOURS)
def test_every_moment_of_work_lies_in_office_hours(moment: datetime, hours: float) -> None:
    for found in (later(moment, hours), earlier(moment, hours)):
        local = found.astimezone(ZONE)
        assert local.weekday() < 5 and OPENS <= local.time() <= CLOSES


@given(MOMENTS, HOURS)
def test_counting_back_is_the_reverse_of_counting_on(moment: datetime, hours: float) -> None:
    begun = later(moment, 0.0)
    back = earlier(later(begun, hours), hours)
    # The end of a day and the beginning of the next one are the same moment of work.
    assert abs(later(back, 0.5) - later(begun, 0.5)) < timedelta(seconds=1)


def test_a_night_has_no_office_hours() -> None:
    assert earlier(at(16, 3), 0.0).astimezone(ZONE).time() == CLOSES == time(17, 30)


def test_only_promises_that_a_form_takes_are_kept() -> None:
    promises, uploaded = Promises(), []

    def upload(component: object) -> str:
        uploaded.append(component)
        return "f" * 32

    (taken,), (hidden,) = promises.give({"key": "doc_a"}), promises.give({"key": "doc_b"})
    clean = Clean({"doc_a": [taken], "rows": [{"photo": [taken]}], "text": "x"}, {}, (taken,))
    kept = promises.kept(clean, upload)
    assert taken != hidden and uploaded == [{"key": "doc_a"}]
    assert kept.values == {"doc_a": ["f" * 32], "rows": [{"photo": ["f" * 32]}], "text": "x"}
    assert kept.documents == ("f" * 32,)
