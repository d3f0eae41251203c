"""Checks of decision tables name the rows and give an input as example."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import DmnProblem, check, load

MODELS = Path(__file__).parent / "models"
FLAWED = check((MODELS / "flawed.dmn").read_bytes())


def messages(element: str) -> list[str]:
    return [problem.message for problem in FLAWED if problem.element.startswith(element)]


def test_overlapping_rules_are_named_with_an_example() -> None:
    assert messages("overlap_table_2") == ['第 1 行和第 2 行同时符合，例如：kva = 50，class = "LV"']


def test_each_finding_about_a_table_is_told_in_both_languages() -> None:
    found = {problem.message: problem for problem in FLAWED}
    overlap = found['第 1 行和第 2 行同时符合，例如：kva = 50，class = "LV"']
    assert overlap.message_en == 'Rows 1 and 2 both match, for example: kva = 50, class = "LV"'
    assert overlap.told == f"{overlap.message} ({overlap.message_en})"
    assert found['没有规则处理：kva = 25，class = "HV"'].message_en == 'No rule is for: kva = 25, class = "HV"'
    wrong = found['第 1 行“kva”："a" 是文字，这一列应是数字']
    assert wrong.message_en == "Row 1, 'kva': \"a\" is string, the column is for number"
    assert found["没有声明变量“kvar”"].message_en == "nothing declares the variable 'kvar'"
    for problem in FLAWED:
        assert problem.message_en, problem
        assert not any("一" <= letter <= "鿿" for letter in problem.message_en + problem.advice_en)


def test_gaps_are_named_with_an_example() -> None:
    gaps = [message for message in messages("overlap_table") if message.startswith("没有规则处理")]
    assert '没有规则处理：kva = 25，class = "HV"' in gaps
    assert any(message.startswith('没有规则处理：kva = 201，class = "HV"') for message in gaps)


def test_a_rule_behind_others_is_unreachable() -> None:
    (found,) = messages("unreachable_table")
    assert found.startswith("第 3 行总被前面的行抢先，例如第 2 行：kva = 501")


def test_wrong_types_are_named_with_row_and_column() -> None:
    found = messages("types_table")
    assert '第 1 行“kva”："a" 是文字，这一列应是数字' in found
    assert '第 2 行“x”："b" 是文字，这一列应是数字' in found


def test_unknown_variables_are_named() -> None:
    assert messages("unknown") == ["没有声明变量“kvar”"]


def test_a_complete_table_has_no_problem() -> None:
    assert messages("complete") == []


def test_unreadable_files_are_problems_not_errors() -> None:
    assert [problem.element for problem in check(b"<x")] == ["definitions"]
    assert {p.element for p in check((MODELS / "broken.dmn").read_bytes())} >= {"one", "three", "four"}


ENTRY = "<inputEntry><text>{}</text></inputEntry>"
ROW = f"<rule>{ENTRY}{ENTRY}<outputEntry><text>{{}}</text></outputEntry></rule>"
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
<decision id="d" name="d"><variable name="d"/><decisionTable id="t" hitPolicy="{}">
<input><inputExpression typeRef="number"><text>a</text></inputExpression></input>
<input><inputExpression typeRef="string"><text>b</text></inputExpression></input>
<output name="n"/>{}</decisionTable></decision></definitions>"""
number = st.integers(0, 6)
cells = st.one_of(
    st.just("-"),
    number.map(str),
    st.integers(1, 6).map(lambda n: f"&lt; {n}"),
    number.map(lambda n: f">= {n}"),
    st.tuples(number, number).map(lambda pair: f"[{min(pair)}..{max(pair)}]"),
    st.tuples(number, number).map(lambda pair: f"{pair[0]}, {pair[1]}"),
    number.map(lambda n: f"not({n})"),
)
words = st.sampled_from(["-", '"x"', '"y"', '"x", "y"', 'not("x")'])
INPUTS = [{"a": a / 2, "b": b} for a in range(15) for b in ("x", "y", "z")]


def problems(policy: str, rows: list[tuple[str, str]]) -> tuple[bytes, list[DmnProblem]]:
    text = "".join(ROW.format(a, b, place) for place, (a, b) in enumerate(rows, 1))
    source = TABLE.format(policy, text).encode()
    return source, check(source)


@given(st.lists(st.tuples(cells, words), min_size=1, max_size=6))
def test_overlaps_and_gaps_are_reported_exactly_when_an_input_shows_them(rows: list[tuple[str, str]]) -> None:
    source, found = problems("RULE ORDER", rows)
    decisions = load(source)
    counts = [len(decisions.evaluate("d", given)) for given in INPUTS]
    _, found = problems("UNIQUE", rows)
    assert any("同时符合" in problem.message for problem in found) == (max(counts) > 1)
    assert any("没有规则处理" in problem.message for problem in found) == (min(counts) == 0)


@given(st.lists(st.tuples(cells, words), min_size=1, max_size=6))
def test_a_rule_is_unreachable_exactly_when_no_input_gives_it(rows: list[tuple[str, str]]) -> None:
    source, found = problems("FIRST", rows)
    decisions = load(source)
    given_rows = {decisions.evaluate("d", given) for given in INPUTS} - {None}
    reported = {place for place in range(1, len(rows) + 1) if any(f"第 {place} 行总被" in p.message for p in found)}
    assert reported == set(range(1, len(rows) + 1)) - given_rows


@given(st.lists(st.tuples(cells, words), min_size=1, max_size=8))
def test_looking_up_rules_agrees_with_evaluating_each_cell(rows: list[tuple[str, str]]) -> None:
    whole = load(problems("RULE ORDER", rows)[0])
    alone = [load(problems("RULE ORDER", [row])[0].replace(b"-</text>", b"? = ? or true</text>")) for row in rows]
    for given_input in INPUTS:
        single = [place for place, one in enumerate(alone, 1) if one.evaluate("d", given_input)]
        assert whole.evaluate("d", given_input) == single


CALLS = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="x" name="x"><literalExpression id="e"><text>{}</text></literalExpression></decision></definitions>"""


def test_a_function_that_nothing_declares_is_named_even_where_variables_are_the_callers() -> None:
    assert [found.message for found in check(CALLS.format('__import__("os")').encode())] == ["没有声明变量“__import__”"]
    assert check(CALLS.format("kva + sum(devices) + host(kva)").encode(), names=["host"]) == []
    assert check(CALLS.format("{f: function(a) a + 1, b: f(kva)}.b").encode()) == []
