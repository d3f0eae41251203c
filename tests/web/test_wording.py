"""Texts with days say them as seen from now on the screen, and in full on paper."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from functools import partial

from web.wording import Told, lasting, moment_text

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)


def test_a_moment_is_told_from_today_and_lasts_on_paper() -> None:
    told = lasting(partial(moment_text, NOW - timedelta(days=1)), NOW)

    assert (told, told.paper) == ("昨 10:00", "2026-11-27 10:00")
    assert told.__html__() == (
        '<span class="screen-only">昨 10:00</span><span class="paper-only">2026-11-27 10:00</span>'
    )
    assert copy.deepcopy(told).paper == told.paper


def test_a_text_without_days_stands_once() -> None:
    assert Told("剩 < 1 天").__html__() == "剩 &lt; 1 天"
