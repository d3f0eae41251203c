"""Chinese identifiers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import FORMATS
from forms.sample import account, credit_code, id_card, mobile

MAKERS = {"id_card": id_card, "credit_code": credit_code, "mobile": mobile, "account": account}


@given(st.sampled_from(sorted(MAKERS)), st.integers(0, 10_000))
def test_right_numbers_fit(name: str, seed: int) -> None:
    assert FORMATS[name].fits(MAKERS[name](random.Random(seed)))


@given(st.sampled_from(["id_card", "credit_code"]), st.integers(0, 10_000), st.integers(0, 17))
def test_one_wrong_sign_is_always_found(name: str, seed: int, place: int) -> None:
    right = MAKERS[name](random.Random(seed))
    wrong = "0123456789"[(ord(right[place]) + 1) % 10]
    changed = right[:place] + wrong + right[place + 1 :]
    assert changed == right or not FORMATS[name].fits(changed)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("id_card", "11010519491331002X"),
        ("id_card", "11010519490229002X"),
        ("id_card", "1101051949123100"),
        ("credit_code", "91330108MA27XI5M0X"),
        ("mobile", "12800006021"),
        ("mobile", "+8613800006021"),
        ("account", "6228 4800 1234"),
    ],
)
def test_wrong_numbers_do_not_fit(name: str, text: str) -> None:
    assert not FORMATS[name].fits(text)
