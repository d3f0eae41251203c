"""What is told of tables and graphs whose parts do not fit together: kinds, values, aggregations, names, circles."""

from __future__ import annotations

from html import escape

import pytest

from engine.dmn import DmnError, check, load
from engine.dmn.itemtypes import Allowed
from engine.feel import FeelError, Run, unary_tests
from tests.engine.dmn.bombs import BOMBS

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def file(*parts: str) -> bytes:
    return f'<definitions xmlns="{SPACE}">{"".join(parts)}</definitions>'.encode()


def table(
    rows: list[tuple[str, ...]], policy: str = "UNIQUE", kind: str = "number", outputs: str = '<output name="n"/>'
) -> str:
    """A table over `x` of a kind: rows of one cell and its outputs."""
    rules = "".join(
        f"<rule><inputEntry><text>{escape(cell)}</text></inputEntry>"
        + "".join(f"<outputEntry><text>{escape(text)}</text></outputEntry>" for text in results)
        + "</rule>"
        for cell, *results in rows
    )
    column = f'<input><inputExpression typeRef="{kind}"><text>x</text></inputExpression></input>'
    inner = f"<decisionTable hitPolicy={policy!r}>{column}{outputs}{rules}</decisionTable>".replace("'", '"')
    return f'<decision id="d" name="d"><variable name="d"/>{inner}</decision>'


def told(data: bytes) -> list[tuple[str, str, str]]:
    found = check(data)
    assert all(one.message_en and one.advice_en for one in found)
    return [(one.code, one.message, one.message_en) for one in found if one.code != "gap"]


def decision(name: str, text: str, inner: str = "", id: str = "") -> str:
    logic = f"<literalExpression><text>{text}</text></literalExpression>" if text else ""
    return f'<decision id="{id or name}" name="{name}"><variable name="{name}"/>{inner}{logic}</decision>'


def knowledge(name: str, text: str, inner: str = "") -> str:
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/><encapsulatedLogic>'
        f'<formalParameter name="p"/><literalExpression><text>{text}</text></literalExpression></encapsulatedLogic>'
        f"{inner}</businessKnowledgeModel>"
    )


def calls(name: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>'


VALUES = '<output name="n"><outputValues><text>"a", "b"</text></outputValues></output>'


#: a type of texts of which two are allowed, and an input of it
KINDS = (
    '<itemDefinition name="k"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="c"><itemComponent name="part"><typeRef>k</typeRef></itemComponent>'
    "</itemDefinition>"
)


def defaulted(text: str, kind: str = "number") -> str:
    values = '<outputValues><text>"a", "b"</text></outputValues>' if kind == "string" else ""
    default = f"<defaultOutputEntry><text>{text}</text></defaultOutputEntry>"
    return f'<output name="n" typeRef="{kind}">{values}{default}</output>'


def test_a_cell_that_cannot_be_read_is_told_with_its_row_and_column_in_both_languages() -> None:
    ((code, chinese, english),) = told(file(table([("1", "1"), ("2", "1"), (">> 3", "1")])))
    assert code == "cell_unreadable"
    assert chinese == "第 3 行“x”：第 2 个字：这里不能出现“>”（>> 3）"
    assert english == "Row 3, 'x': character 2: '>' is not expected here (>> 3)"
    ((_, _, output),) = told(file(table([("1", "1"), ("2", "1 +\n+ )")])))
    assert output.startswith("Row 2, 'n': line 2 of the cell, character 1: ")


@pytest.mark.parametrize(
    ("data", "english"),
    [
        (table([("1", '"c"')], outputs=VALUES), "Row 1, 'n': \"c\" is not among the output values"),
        (
            table([("1", "1"), ("2", 'upper case("a")')], outputs='<output name="n" typeRef="number"/>'),
            "Row 2, 'n': \"A\" is string, the column is for number",
        ),
        (
            table([('contains(?, "a")', "1")]),
            "Row 1, 'x': contains(?, \"a\") has no answer for number, the row will never match",
        ),
        (table([("{a: 1}", "1")]), "Row 1, 'x': {a: 1} has no answer for number, the row will never match"),
        (table([("1", '"a"')], 'COLLECT" aggregation="SUM'), "Row 1, 'n': \"a\" is string, of which SUM makes nothing"),
        (table([("1", "[1]")], 'COLLECT" aggregation="MAX'), "Row 1, 'n': [1] is list, of which MAX makes nothing"),
        (
            table([("1", "1", "2")], 'COLLECT" aggregation="SUM', outputs='<output name="a"/><output name="b"/>'),
            "SUM is defined for one output, here are 2",
        ),
        (
            KINDS + table([("1", '"c"')], outputs='<output name="n" typeRef="k"/>'),
            "Row 1, 'n': \"c\" is not among the output values",
        ),
        (
            table([("1", '"a"')], outputs=defaulted('"c"', "string")),
            "The default of 'n', \"c\", is not among the output values",
        ),
        (
            table([("1", "1")], outputs=defaulted('"c"')),
            "The default of 'n', \"c\", is string, the column is for number",
        ),
        (
            table([("1", '"a"')], "PRIORITY"),
            "Hit policy PRIORITY chooses by the order of the output values, and no output has any",
        ),
        (
            table([("1", '"a"')], "OUTPUT ORDER"),
            "Hit policy OUTPUT ORDER chooses by the order of the output values, and no output has any",
        ),
        (
            table([("&lt; 5".replace("&lt;", "<"), '"b"'), ("< 9", '"a"')], "PRIORITY", outputs=VALUES),
            "Rows of a higher priority take all that row 1 is for, row 2 for example: x = 2.5",
        ),
    ],
)
def test_what_does_not_fit_its_column_or_policy_is_told_with_its_row(data: str, english: str) -> None:
    assert [one[2] for one in told(file(data))] == [english]


@pytest.mark.parametrize(
    "data",
    [
        table([("1", '"a"'), ("2", 'lower case("B")')], outputs=VALUES),
        table([('contains(?, "a")', "1"), ('matches(?, "b+")', "2"), ("number(?) > 3", "3")], kind="string"),
        table([('date(?) > @"2024-01-01"', "1"), ('substring(?, 3, 2) = "cd"', "2")], kind="string"),
        table([("? + 1 > 3", "1"), ("modulo(?, 2) = 0", "2"), ("limit > ?", "3")], "RULE ORDER"),
        table([("?.year = 2024", "1")], kind="date"),
        table([("1", "1"), ("2", "2.5")], 'COLLECT" aggregation="SUM'),
        table([("1", '"a"'), ("2", '"b"')], 'COLLECT" aggregation="MIN'),
        table([("1", '"a"'), ("2", "[1]")], 'COLLECT" aggregation="COUNT'),
        table([("< 5", '"a"'), ("< 9", '"b"')], "PRIORITY", outputs=VALUES),
        table([("1", "1"), ("2", "for i in 1..100000 return for j in 1..100000 return 1")]),
    ],
)
def test_what_fits_is_not_told(data: str) -> None:
    assert told(file(data)) == []


LISTS = '<itemDefinition name="l" isCollection="true"><typeRef>number</typeRef></itemDefinition>'


def test_a_list_of_the_wrong_items_is_told_without_contradiction() -> None:
    ((_, chinese, english),) = told(file(LISTS, table([("1", '["a"]')], outputs='<output name="n" typeRef="l"/>')))
    assert english == "Row 1, 'n': [\"a\"] is list, the column is for its declared type"
    assert chinese == '第 1 行“n”：["a"] 是列表，这一列应是所声明的类型'


TYPES = (
    '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'
    '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>'
)
SERVICE = '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#z"/></decisionService>'


@pytest.mark.parametrize(
    ("data", "english"),
    [
        (
            decision("q", "1", id="z1") + decision("q", "2", id="z2"),
            "The name 'q' is used twice; asked by name, the first one answers",
        ),
        (TYPES + decision("z", "1"), "The type 'a' is defined by itself; inside it is taken as any type"),
        (decision("z", ""), "The decision has no logic, it is always null"),
        (SERVICE + decision("z", "s()", calls("s")), "The decision service invokes itself"),
        (
            knowledge("b", "if p = 0 then 1 else p * b(p - 1)") + decision("z", "b(5)", calls("b")),
            "'b' is used but not connected, so that it is always null",
        ),
        (decision("y", "1") + decision("z", "y + 1"), "'y' is used but not connected, so that it is always null"),
    ],
)
def test_graphs_that_say_a_thing_twice_in_circles_or_not_at_all_are_told(data: str, english: str) -> None:
    assert [one[2] for one in told(file(data))] == [english]


def test_knowledge_that_requires_itself_may_call_itself() -> None:
    data = file(knowledge("b", "if p = 0 then 1 else p * b(p - 1)", calls("b")) + decision("z", "b(5)", calls("b")))
    assert told(data) == [] and load(data).evaluate("z", {}) == 120


def test_what_cannot_be_read_still_refuses_to_load() -> None:
    with pytest.raises(DmnError, match="第 1 行“x”"):
        load(file(table([(">> 3", "1")])))


def asking(asked: str, kind: str, rows: list[str], policy: str = "UNIQUE") -> bytes:
    """A table that asks for an input, or a part of it, whose own type allows the texts a and b."""
    rules = "".join(
        f"<rule><inputEntry><text>{escape(cell)}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
        for cell in rows
    )
    column = f'<input><inputExpression typeRef="{kind}"><text>{asked}</text></inputExpression></input>'
    inner = f'<decisionTable hitPolicy="{policy}">{column}<output name="n"/>{rules}</decisionTable>'
    inputs = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{of}"/></inputData>'
        for name, of in (("x", "k"), ("y", "c"), ("flag", "boolean"))
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in ("x", "y", "flag")
    )
    return file(KINDS, inputs, f'<decision id="d" name="d"><variable name="d"/>{needs}{inner}</decision>')


@pytest.mark.parametrize("kind", ["", "string", "k"])
@pytest.mark.parametrize("asked", ["x", "y.part"])
def test_the_type_of_an_input_says_which_values_come_whatever_the_column_says(asked: str, kind: str) -> None:
    def found(rows: list[str], policy: str = "UNIQUE") -> list[tuple[str, str]]:
        return [(one.code, one.message_en) for one in check(asking(asked, kind, rows, policy))]

    assert found(['"a"', '"b"']) == []
    assert found(['"a"']) == [("gap", f'No rule is for: {asked} = "b"')]
    assert [code for code, _ in found(['"a"', '"b"', '"c"'])] == ["row_matches_nothing"]
    assert [code for code, _ in found(['"a"', 'not("a")', "-"], "FIRST")] == ["row_taken"]
    (overlap,) = found(["-", 'not("a")'])
    assert overlap == ("overlap", f'Rows 1 and 2 both match, for example: {asked} = "b"')


def test_a_column_of_another_kind_than_its_input_is_told() -> None:
    told = [one.message_en for one in check(asking("flag", "number", ["-"]))]
    assert told == ["The column 'flag' is for number, and the input that it asks for is boolean: it always reads null"]
    # A list of one is read as its item, so that a column may be of the kind of the items.
    listed = asking("x", "string", ['"a"', 'not("a")']).replace(b'name="x" typeRef="k"', b'name="x" typeRef="many"')
    many = b'<itemDefinition name="many" isCollection="true"><typeRef>string</typeRef></itemDefinition>'
    assert check(listed.replace(b"<inputData", many + b"<inputData", 1)) == []


def test_the_kind_of_an_input_counts_for_a_column_without_one() -> None:
    assert [one.message_en for one in check(asking("flag", "", ["true"]))] == ["No rule is for: flag = false"]
    assert '"a" is string, the column is for boolean' in check(asking("flag", "", ['"a"']))[0].message_en


def test_a_call_of_a_knowledge_model_costs_its_work() -> None:
    doubling = [knowledge("b0", "p")]
    doubling += [knowledge(f"b{n}", f"b{n - 1}(p) + b{n - 1}(p)", calls(f"b{n - 1}")) for n in range(1, 12)]
    assert load(file(*doubling[:9], decision("z", "b8(1)", calls("b8")))).evaluate("z", {}) == 256
    with pytest.raises(FeelError, match="too many steps"):
        load(file(*doubling, decision("z", "b11(1)", calls("b11")))).evaluate("z", {})


def test_open_cells_cost_their_work() -> None:
    cells = "<inputEntry><text>? * 2 &lt; 30</text></inputEntry>" * 10
    row = f"<rule>{cells}<outputEntry><text>1</text></outputEntry></rule>"
    columns = "<input><inputExpression><text>p</text></inputExpression></input>" * 10
    table = f'<decisionTable hitPolicy="COLLECT">{columns}<output name="n"/>{row * 200}</decisionTable>'
    model = knowledge("b", "p").replace("<literalExpression><text>p</text></literalExpression>", table)
    dear = decision("y", "[b(1), b(2), b(3), b(4)]", calls("b"))
    asked = load(file(model, decision("z", "count(b(1))", calls("b")), dear))
    assert asked.evaluate("z", {}) == 200
    with pytest.raises(FeelError, match="too many steps"):
        asked.evaluate("y", {})


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_asks_for_too_much_ends_in_an_error(name: str) -> None:
    with pytest.raises(FeelError, match="too many steps"):
        load(BOMBS[name]).evaluate("z", {})


@pytest.mark.parametrize(
    "rows", [[("-", "null"), ("-", '"b"'), ("-", '"a"')], [("-", '"b"'), ("-", '"a"'), ("-", "null")]]
)
def test_a_result_that_is_no_output_value_comes_last(rows: list[tuple[str, ...]]) -> None:
    assert load(file(table(rows, "PRIORITY", outputs=VALUES))).evaluate("d", {"x": 1}) == "a"
    assert load(file(table(rows, "OUTPUT ORDER", outputs=VALUES))).evaluate("d", {"x": 1}) == ["a", "b", None]


def test_allowed_values_cost_what_they_are_long() -> None:
    tests = unary_tests('"a", "b", "' + "c" * 800 + '"')
    run, own = Run(), Run()
    assert Allowed(tests)("a", run)
    tests.evaluate({"?": "a"}, own)
    assert own.steps - run.steps == 10 + len(tests.source) // 8
