"""Whatever is sent, the form answers with clean data or with messages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Form, FormErrors
from tests.forms.conftest import document

FORM = Form.load(document("application"))
KEYS = sorted({".".join(map(str, part.path)) for top in FORM.components for part in top.walk() if part.path})
PARTS = [*{part for key in KEYS for part in key.split(".")}, "name", "kw", "reason", "sealed", "this", "_this_"]
CONTEXT = {"regions": [{"label": "滨江区", "value": "binjiang"}], "id_no": {"sealed": "s1"}}

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["new", "increase", "binjiang", "2026-12-30", "0" * 32, "11010519491231002X", "sms"])
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=6),
    max_leaves=25,
)
submissions = st.dictionaries(st.sampled_from(PARTS), anything, max_size=12)


@given(submissions, st.booleans())
def test_anything_gives_clean_data_or_messages(sent: dict[str, Any], partial: bool) -> None:
    try:
        clean = FORM.validate(sent, context=CONTEXT, partial=partial, today=date(2026, 11, 20))
    except FormErrors:
        return
    roots = {part.path[0] for top in FORM.components for part in top.walk() if part.path}
    assert set(clean.values) <= roots | {"id_no"} and "manager" not in clean.values


@given(submissions)
def test_clean_data_are_clean_again(sent: dict[str, Any]) -> None:
    try:
        first = FORM.validate(sent, context=CONTEXT, partial=True)
    except FormErrors:
        return
    again = FORM.validate({**sent, **first.values}, context=CONTEXT, partial=True)
    assert again.values == first.values and again.sensitive == first.sensitive


@given(anything)
def test_a_summary_can_be_made_of_anything(data: Any) -> None:
    rows = FORM.summary(data if isinstance(data, dict) else {"devices": data, "papers": data, "site": data})
    assert all(isinstance(row.text, str) for row in rows)


def test_deep_nesting_is_refused_with_a_message() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    with pytest.raises(FormErrors) as caught:
        FORM.validate({"applicant_name": deep}, context=CONTEXT)
    assert caught.value.errors == {"applicant_name": ["内容不对，请重新填写"]}
