"""What failed is told in a sentence that says what to do, in the language of whoever reads it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from engine.errors import LimitReached
from engine.generations import MOST, TooManyGenerations
from engine.spiff import MOST_AT_ONCE, MOST_MISSED, NoTimeBetween, TooFarBehind
from tests.web.conftest import World
from web.incidents import cause_of


@pytest.mark.parametrize("error", [TooFarBehind("remind", MOST_MISSED), TooManyGenerations("again", MOST)])
@pytest.mark.parametrize(("locale", "words"), [("zh", ("重试", "跳过")), ("en", ("retry", "skip"))])
def test_a_limit_says_what_retry_and_skip_do(
    small_world: World, locale: str, words: tuple[str, ...], error: LimitReached
) -> None:
    row = SimpleNamespace(error=type(error).__name__, message=str(error))
    with small_world.app.test_request_context(), force_locale(locale):
        told = cause_of(row)
    assert all(word in told for word in words)


@pytest.mark.parametrize(("locale", "words"), [("zh", ("一段时间", "重试")), ("en", ("some time", "retry"))])
def test_a_loop_of_timers_without_time_says_what_helps(small_world: World, locale: str, words: tuple[str, ...]) -> None:
    error = NoTimeBetween("wait", MOST_AT_ONCE)
    row = SimpleNamespace(error=type(error).__name__, message=str(error))
    with small_world.app.test_request_context(), force_locale(locale):
        told = cause_of(row)
    assert all(word in told for word in words)
