"""What an analyst reads when an expression cannot be understood."""

from __future__ import annotations

import re

import pytest

from engine.feel import FeelError, compile, unary_tests


@pytest.mark.parametrize(
    ("source", "line", "column"),
    [
        ("1 +", 1, 4),
        ("(1", 1, 3),
        ("if a then b", 1, 12),
        ("a\n+ )", 2, 3),
        ('"abc', 1, 1),
        ("[1, 2", 1, 6),
        ("{a: }", 1, 5),
        ("a ! b", 1, 3),
        ("for x in xs", 1, 12),
        ("f(a: 1, 2)", 1, 9),
        ("x instance of wonder", 1, 15),
        ("", 1, 1),
        ("1e99999", 1, 1),
        ('"\\q \\u12"', 1, 1),
    ],
)
def test_an_error_has_place_and_words_in_both_languages(source: str, line: int, column: int) -> None:
    with pytest.raises(FeelError) as caught:
        compile(source)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error.message)
    assert error.message_en.isascii() or "'" in error.message_en
    assert f"第 {line} 行第 {column} 列" in str(error)


def test_an_error_names_what_was_found() -> None:
    with pytest.raises(FeelError, match="这里应是“then”，却是“else”"):
        compile("if a else b")


def test_a_cell_reports_its_errors_too() -> None:
    with pytest.raises(FeelError):
        unary_tests("> ")
    with pytest.raises(FeelError):
        unary_tests("1, , 2")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("kva ＞ 100", "改用半角“>”"),
        ("count（items）", "改用半角“(”"),
        ("f(a，b)", "改用半角“,”"),
        ("金额≥3", "改用半角“>=”"),
        ("“高压”", "全角符号"),
        ("a == b", "相等只写一个 ="),
        ("a && b", "请写 and"),
        ("a || b", "请写 or"),
        ("not a", "请写 not"),
        ("a not in (1, 2)", "请写 not(… in …)"),
        ("a not between 1 and 2", "请写 not(… between …)"),
        ("a is null", "请写 = null"),
        ("a b is not null", "请写 != null"),
        ("a <> b", "“<>”请写 !="),
        ("a => b", "“=>”请写 >="),
        ("a = 'x'", "双引号"),
        ("a % 2", "modulo"),
    ],
)
def test_frequent_slips_are_named(source: str, words: str) -> None:
    with pytest.raises(FeelError, match=re.escape(words)):
        compile(source)


def test_a_chinese_word_between_two_known_names_is_no_part_of_a_name() -> None:
    with pytest.raises(FeelError, match="“和”请写 and"):
        compile("高压 和 新装", ("高压", "新装"))
    assert compile("高压 和 新装", ("高压 和 新装",)).evaluate({"高压 和 新装": True}) is True
    assert compile("高压 和 新装", ("新装",)).names == {"高压 和 新装"}
