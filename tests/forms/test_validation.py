"""What the server takes of a submitted form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from forms import Clean, Form, FormErrors
from forms.form import UNCOMPUTED

Data = dict[str, Any]


def errors(form: Form, data: Data, context: Data, **more: Any) -> dict[str, list[str]]:
    with pytest.raises(FormErrors) as caught:
        form.validate(data, context=context, **more)
    return caught.value.errors


def simple(component: Data, **more: Any) -> Form:
    return Form.load({"id": "x", "components": [{"id": "c", "key": "k", "label": "栏", **component, **more}]})


def take(form: Form, value: object, **context: Any) -> Any:
    return form.validate({"k": value}, context=context).values["k"]


def refuse(form: Form, value: object, **context: Any) -> str:
    return errors(form, {"k": value}, context)["k"][0]


def test_right_answers_become_clean_values(application: Form, answers: Data, context: Data) -> None:
    clean = application.validate(answers, context=context, today=date(2026, 11, 20))
    assert clean.values["site"] == {"region": "binjiang", "kva": Decimal(630)}
    assert clean.values["devices"][1] == {"name": "电炉", "kw": Decimal(250), "reason": "热处理"}
    assert clean.values["total_kw"] == Decimal("287.5")
    assert clean.documents == ("0" * 32, "1" * 32)


def test_sensitive_values_are_kept_apart(application: Form, answers: Data, context: Data) -> None:
    clean = application.validate(answers, context=context)
    assert clean.sensitive == {
        "applicant_name": ("name", "临江恒达精密制造有限公司"),
        "id_no": ("id_no", "11010519491231002X"),
    }
    assert "id_no" not in clean.values and "11010519491231002X" not in repr(clean)


def test_unknown_hidden_readonly_and_disabled_values_are_dropped(
    application: Form, answers: Data, context: Data
) -> None:
    sent = {**answers, "admin": True, "existing_account": "bad", "manager": "我自己", "grid_note": "x", "total_kw": 1}
    clean = application.validate(sent, context=context)
    assert not {"admin", "existing_account", "manager", "grid_note", "secret"} & set(clean.values)
    assert clean.values["total_kw"] == Decimal("287.5")


def test_every_problem_is_told_at_once_with_its_place(application: Form, context: Data) -> None:
    sent = {"business_type": "other", "devices": [{"name": "", "kw": 0}, {"name": "炉", "kw": 300}], "truth": False}
    found = errors(application, sent, context)
    assert found["business_type"] == ["这个选项已不在列表里，请重新选择"]
    assert found["devices.0.name"] == ["请填写"]
    assert found["devices.0.kw"] == ["不能小于 0.1"]
    assert found["devices.1.reason"] == ["请填写"]
    assert found["site.kva"] == ["请填写"]
    assert found["papers"] == ["请上传材料"]
    assert found["truth"] == ["请勾选后再提交"]


def test_messages_are_also_given_by_component_id_as_form_js_takes_them(application: Form, context: Data) -> None:
    with pytest.raises(FormErrors) as caught:
        application.validate({"devices": [{"name": "a", "kw": 1}, {"name": "", "kw": 1}]}, context=context)
    assert caught.value.by_id["f_device"] == {"1": ["请填写"]}
    assert caught.value.by_id["f_truth"] == ["请勾选后再提交"]


def test_a_draft_may_be_incomplete_but_not_wrong(application: Form, context: Data) -> None:
    assert application.validate({}, context=context, partial=True).values["business_type"] is None
    assert "site.kva" in errors(application, {"site": {"kva": -1}}, context, partial=True)


def test_conditions_follow_the_answers(application: Form, answers: Data, context: Data) -> None:
    sent = {**answers, "business_type": "increase"}
    assert errors(application, sent, context) == {"existing_account": ["请填写"]}
    sent["existing_account"] = "123"
    assert errors(application, sent, context) == {"existing_account": ["户号是 10 位数字"]}
    sent |= {"existing_account": "3301080001", "site": {"region": "binjiang", "kva": 10}}
    assert errors(application, sent, context) == {"site.kva": ["不能小于 20"]}


def test_options_may_come_from_variables(application: Form, answers: Data, context: Data) -> None:
    sent = {**answers, "site": {"region": "kaifa", "kva": 10}}
    assert list(errors(application, sent, context)) == ["site.region"]
    context["regions"].append({"label": "开发区", "value": "kaifa"})
    assert application.validate(sent, context=context).values["site"]["region"] == "kaifa"


def test_past_dates_are_refused_against_the_given_day(application: Form, answers: Data, context: Data) -> None:
    sent = {**answers, "expected_date": "2026-11-19"}
    found = errors(application, sent, context, today=date(2026, 11, 20))
    assert found == {"expected_date": ["不能早于今天（2026-11-20）"]}


def test_an_unchanged_reference_to_a_sealed_value_is_kept(application: Form, answers: Data, context: Data) -> None:
    known = {**context, "id_no": {"sealed": "abc"}}
    clean = application.validate({**answers, "id_no": {"sealed": "abc"}}, context=known)
    assert clean.values["id_no"] == {"sealed": "abc"} and "id_no" not in clean.sensitive


def test_a_reference_to_a_foreign_sealed_value_is_refused(application: Form, answers: Data, context: Data) -> None:
    assert "id_no" in errors(application, {**answers, "id_no": {"sealed": "of somebody else"}}, context)


def test_a_wrong_check_digit_is_told(application: Form, answers: Data, context: Data) -> None:
    found = errors(application, {**answers, "id_no": "110105194912310021"}, context)
    assert found == {"id_no": ["身份证号不对，共 18 位，请对照证件逐位核对"]}


def test_values_of_the_server_survive_beside_the_form() -> None:
    form = Form.load(
        {"id": "x", "components": [{"id": "g", "type": "group", "path": "plan", "components": [
            {"id": "a", "type": "textfield", "key": "note"},
            {"id": "b", "type": "textfield", "key": "basis", "readonly": True}]}]}
    )  # fmt: skip
    clean = form.validate({"plan": {"note": "n", "basis": "forged"}}, context={"plan": {"basis": "表 6", "kept": 1}})
    assert clean.values["plan"] == {"note": "n", "basis": "表 6", "kept": 1}


def test_null_clears_and_a_key_that_is_left_out_keeps() -> None:
    row = {"id": "d", "type": "number", "key": "kw"}
    form = Form.load({"id": "x", "components": [
        {"id": "a", "type": "number", "key": "n", "defaultValue": 5},
        {"id": "g", "type": "group", "path": "g", "components": [{"id": "b", "type": "textfield", "key": "note"}]},
        {"id": "l", "type": "dynamiclist", "path": "rows", "components": [row]}]})  # fmt: skip
    known = {"n": 7, "g": {"note": "old", "kept": 1}, "rows": [{"kw": 2, "id": 9}]}
    assert form.validate({}, context=known).values == known
    assert form.validate({}, context={}).values == {"n": 5, "g": {"note": ""}, "rows": []}
    assert form.validate({}, context={"n": None}).values["n"] is None
    cleared = form.validate({"n": None, "g": None, "rows": None}, context=known).values
    assert cleared == {"n": None, "g": {"note": "", "kept": 1}, "rows": []}
    assert [row.text for row in form.summary(cleared)] == ["—", "—"]


def test_a_sealed_value_that_is_cleared_is_gone() -> None:
    form = simple({"type": "textfield", "properties": {"sensitive": "phone"}})
    known = {"k": {"sealed": "abc"}}
    assert form.validate({}, context=known).values == known
    assert form.validate({"k": None}, context=known) == Clean({"k": ""})


def test_fixed_columns_of_rows_stay_with_their_row() -> None:
    row = [
        {"id": "a", "type": "textfield", "key": "type", "readonly": True},
        {"id": "b", "type": "radio", "key": "state", "values": [{"label": "合格", "value": "ok"}]},
    ]
    form = Form.load({"id": "x", "components": [{"id": "l", "type": "dynamiclist", "path": "docs", "components": row}]})
    known = {"docs": [{"type": "A", "id": 1}, {"type": "B", "id": 2}]}
    clean = form.validate({"docs": [{"type": "B", "state": "ok"}, {"type": "forged", "state": "ok"}]}, context=known)
    assert clean.values["docs"] == [{"type": "B", "id": 2, "state": "ok"}, {"state": "ok"}]


def test_lists_have_a_limit() -> None:
    form = Form.load({"id": "x", "components": [{"id": "l", "type": "dynamiclist", "path": "rows", "components": []}]})
    assert "最多 500 行" in errors(form, {"rows": [{}] * 501}, {})["rows"][0]


@pytest.mark.parametrize(("value", "kept"), [("7", Decimal(7)), (1.5, Decimal("1.5")), (0, Decimal(0)), ("", None)])
def test_numbers_are_exact(value: object, kept: object) -> None:
    assert take(simple({"type": "number"}), value) == kept


@pytest.mark.parametrize("value", ["NaN", "Infinity", True, [1], {"a": 1}, "1e99999", "一百"])
def test_other_things_are_no_numbers(value: object) -> None:
    assert refuse(simple({"type": "number"}), value) == "请填数字，例如 100"


def test_number_rules() -> None:
    assert refuse(simple({"type": "number"}, decimalDigits=0), 1.5) == "请填整数"
    assert refuse(simple({"type": "number"}, increment="0.5"), 1.2) == "只能填 0.5 的倍数"
    assert take(simple({"type": "number"}, increment="0.5"), 1.5) == Decimal("1.5")
    assert refuse(simple({"type": "number", "validate": {"max": "=limit"}}), 11, limit=10) == "不能大于 10"
    assert take(simple({"type": "number"}, serializeToString=True), 3) == "3"


def test_text_rules() -> None:
    assert refuse(simple({"type": "textfield", "validate": {"minLength": 3}}), " ab ") == "至少填 3 个字"
    assert refuse(simple({"type": "textfield", "validate": {"maxLength": 2}}), "abc") == "最多 2 个字，请删短"
    assert refuse(simple({"type": "textfield", "validate": {"maxLength": 1}}), "𠮷") == "最多 1 个字，请删短"
    assert refuse(simple({"type": "textfield"}), "a\x00b") == "含有看不见的控制字符，请重新输入"
    assert refuse(simple({"type": "textfield"}), "a\ud800b") == "含有看不见的控制字符，请重新输入"
    assert refuse(simple({"type": "textfield"}), ["a"]) == "请填写文字"
    assert take(simple({"type": "textfield"}), "a\nb") == "a b"
    assert take(simple({"type": "textarea"}), "a\nb") == "a\nb"
    assert "邮箱" in refuse(simple({"type": "textfield", "validate": {"validationType": "email"}}), "a@")
    assert take(simple({"type": "textfield", "validate": {"pattern": "\\d"}}), "a1b") == "a1b"


def test_choices_keep_the_values_of_their_options() -> None:
    options = [{"label": "一", "value": 1}, {"label": "是", "value": True}]
    assert take(simple({"type": "select"}, values=options), 1) == 1
    assert refuse(simple({"type": "select"}, values=options), "1")
    assert take(simple({"type": "taglist"}, values=options), [True, True, 1]) == [True, 1]
    assert refuse(simple({"type": "checklist"}, values=options), "1") == "请从列表中选择"
    assert take(simple({"type": "select"}, valuesExpression="=for n in 1..3 return n"), 2) == 2


def test_moments_are_iso_texts() -> None:
    assert take(simple({"type": "datetime", "subtype": "date"}), "2026-11-20") == "2026-11-20"
    assert take(simple({"type": "datetime", "subtype": "time"}), "08:30") == "08:30"
    assert take(simple({"type": "datetime", "subtype": "datetime"}), "2026-11-20T08:30") == "2026-11-20T08:30"
    assert refuse(simple({"type": "datetime", "subtype": "date"}), "2026-02-30") == "请写成 2026-11-20 的样子"
    assert refuse(simple({"type": "datetime", "subtype": "datetime"}), "2026-11-20")


def test_documents_are_ids() -> None:
    assert refuse(simple({"type": "filepicker"}), "files::abc") == "材料还没有传完，请等上传完成后再提交"
    assert refuse(simple({"type": "filepicker"}), ["0" * 32, "1" * 32]) == "只收一份材料，请删去多余的"
    assert take(simple({"type": "filepicker"}), "0" * 32) == ["0" * 32]


def test_a_required_tick_must_be_set() -> None:
    form = simple({"type": "checkbox", "validate": {"required": True}})
    assert refuse(form, False) == "请勾选后再提交" and take(form, True) is True
    assert refuse(form, "yes") == "请勾选或取消勾选"


def test_a_refusal_that_cannot_be_computed_lets_nothing_through_and_says_so() -> None:
    endless = "=if count(for i in 1..1000000 return i) > k then null else null"
    form = simple({"type": "number", "properties": {"refusal": endless}})
    assert form.problems() == []
    with pytest.raises(FormErrors) as refused:
        form.validate({"k": 3}, context={})
    assert refused.value.errors == {"k": [UNCOMPUTED]}
    assert form.validate({"k": 3}, context={}, partial=True).values == {"k": 3}


def test_a_refusal_says_its_sentence_of_the_whole_answer_but_not_of_a_draft() -> None:
    form = simple({"type": "number", "properties": {"refusal": '=if k > most then "最多 " + string(most) else null'}})
    assert take(form, 3, most=3) == Decimal(3)
    assert refuse(form, 4, most=3) == "最多 3"
    assert form.validate({"k": 4}, context={"most": 3}, partial=True).values == {"k": Decimal(4)}


def test_a_hidden_component_refuses_nothing() -> None:
    form = simple({"type": "textfield", "conditional": {"hide": "=off"}, "properties": {"refusal": '="nein"'}})
    assert form.validate({"k": "v"}, context={"off": True}).values == {}
    assert refuse(form, "v", off=False) == "nein"


@pytest.mark.parametrize(
    ("condition", "data", "hidden"),
    [
        ("=x > 3", {"x": 5}, True),
        ("=x > 3", {"x": 1}, False),
        ("=x > 3", {}, True),
        ("=not(agent)", {"agent": True}, False),
        ("=not(agent)", {"agent": False}, True),
        ("=not(agent)", {}, False),
        ('=kind in ("a", "b")', {}, False),
        ('=not(list contains(l, "q"))', {"l": []}, True),
        ('=not(list contains(l, "q"))', {}, False),
        ("=z = null", {}, True),
        ("=not(a) and not(b)", {"a": False, "b": False}, True),
    ],
)
def test_conditions_answer_as_the_browser_does(condition: str, data: Data, hidden: bool) -> None:
    form = simple({"type": "textfield", "conditional": {"hide": condition}})
    assert ("k" not in form.validate({"k": "v"}, context=data).values) is hidden


def test_a_condition_on_a_hidden_component_sees_nothing() -> None:
    form = Form.load({"id": "x", "components": [
        {"id": "a", "type": "textfield", "key": "a", "conditional": {"hide": "=true"}},
        {"id": "b", "type": "textfield", "key": "b", "conditional": {"hide": "=a = \"show\""}}]})  # fmt: skip
    assert form.validate({"a": "show", "b": "1"}, context={}).values == {"b": "1"}


def test_readonly_may_depend_on_data() -> None:
    form = simple({"type": "textfield", "readonly": "=locked"})
    assert form.validate({"k": "new"}, context={"k": "old", "locked": False}).values == {"k": "new"}
    assert form.validate({"k": "new"}, context={"k": "old", "locked": True}).values == {}
