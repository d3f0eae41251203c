"""Submitted data as rows for reading."""

from __future__ import annotations

from typing import Any

from forms import Form


def test_rows_show_labels_units_and_options(
    application: Form, answers: dict[str, Any], context: dict[str, Any]
) -> None:
    rows = application.summary({**context, **answers, "id_no": {"sealed": "s1"}})
    shown = [(row.level, row.label, row.text) for row in rows]
    assert (0, "业务类型", "新装") in shown
    assert (0, "用电地点", "") in shown and (1, "区域", "滨江区") in shown and (1, "容量", "630 kVA") in shown
    assert (0, "用电设备 2", "") in shown and (1, "大功率说明", "热处理") in shown
    assert (0, "以上内容属实", "是") in shown and (0, "通知方式", "短信") in shown


def test_hidden_components_and_their_labels_are_left_out(application: Form, answers: dict[str, Any]) -> None:
    labels = [row.label for row in application.summary(answers)]
    assert "原户号" not in labels and labels.count("大功率说明") == 1


def test_sealed_values_and_documents_are_references(application: Form, answers: dict[str, Any]) -> None:
    rows = application.summary({**answers, "id_no": {"sealed": "s1"}})
    sealed = next(row for row in rows if row.kind == "sealed")
    assert (sealed.seal, sealed.sensitive, sealed.text) == ("s1", "id_no", "已加密")
    assert next(row for row in rows if row.kind == "documents").documents == ("0" * 32, "1" * 32)


def test_what_was_not_given_is_a_dash(application: Form) -> None:
    assert all(row.text in ("—", "否", "") for row in application.summary({}))


def test_a_day_is_called_by_its_own_label_and_not_by_its_key() -> None:
    day = {"type": "datetime", "id": "field_earliest", "key": "earliest", "subtype": "date", "dateLabel": "最早送电"}
    rows = Form.load({"id": "plan", "components": [day]}).summary({"earliest": "2026-12-07"})

    assert [(row.label, row.text) for row in rows] == [("最早送电", "2026-12-07")]


def test_an_option_that_an_expression_makes_is_shown_in_its_words() -> None:
    offered = '=for months in terms return {label: string(months) + " 个月", value: "P" + string(months) + "M"}'
    choice = {"type": "select", "id": "field_term", "key": "term", "label": "有效期", "valuesExpression": offered}
    rows = Form.load({"id": "plan", "components": [choice]}).summary({"terms": [12, 3], "term": "P12M"})

    assert [(row.label, row.text) for row in rows] == [("有效期", "12 个月")]


def test_what_a_form_computes_for_itself_is_no_line() -> None:
    helper = {"type": "expression", "id": "field_hv", "key": "hv", "expression": "=true", "computeOn": "change"}

    assert Form.load({"id": "plan", "components": [helper]}).summary({"hv": True}) == []
