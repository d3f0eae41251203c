"""Decisions of real files: hit policies, graphs, boxed expressions, imports, explanations."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.dmn import Decisions, DmnError, check, load
from engine.feel import FeelError, Function

MODELS = Path(__file__).parent / "models"


def decisions(name: str, **imports: str) -> Decisions:
    files = {key: (MODELS / file).read_bytes() for key, file in imports.items()}
    return load((MODELS / f"{name}.dmn").read_bytes(), files)


POLICIES = decisions("policies")


@pytest.mark.parametrize(
    ("decision", "age", "expected"),
    [
        ("unique", 17, "child"),
        ("unique", 60, "senior"),
        ("unique_overlapping", 70, None),
        ("unique_overlapping", 20, "adult"),
        ("unique_overlapping", 1, None),
        ("any_same", 70, "adult"),
        ("any_different", 70, None),
        ("first", 70, "adult"),
        ("priority", 70, "pensioner"),
        ("rule_order", 70, ["adult", "senior", "pensioner"]),
        ("output_order", 70, ["pensioner", "senior", "adult"]),
        ("collect", 61, ["adult", "senior"]),
        ("collect", 1, []),
        ("rule_order", 1, []),
        ("collect_sum", 70, Decimal("17.5")),
        ("collect_min", 70, Decimal("2.5")),
        ("collect_max", 70, Decimal(10)),
        ("collect_count", 70, Decimal(3)),
        ("collect_count", 1, Decimal(0)),
        ("collect_sum", 1, None),
        ("defaulted", 50, "nobody"),
        ("several_outputs", 30, {"who": "adult", "fee": Decimal(15)}),
        ("several_outputs", 200, {"who": "unknown", "fee": Decimal(0)}),
        ("unique", None, None),
        ("unique", "old", None),
    ],
)
def test_each_hit_policy_answers_as_the_standard_says(decision: str, age: Any, expected: Any) -> None:
    assert POLICIES.evaluate(decision, {"age": age}) == expected


def test_a_table_that_cannot_answer_says_why() -> None:
    POLICIES.evaluate("unique_overlapping", {"age": 70})
    assert [(w.element, "唯一命中" in w.message) for w in POLICIES.warnings] == [("uo", True)]
    POLICIES.evaluate("unique", {"age": 20})
    assert POLICIES.warnings == []


CONNECTION = decisions("connection")
CUSTOMER = {"class": "HV1", "contract capacity": 630}


def test_a_graph_evaluates_what_it_requires() -> None:
    offer = CONNECTION.evaluate("offer", {"customer": CUSTOMER, "is urgent": True})
    assert offer == {"scheme": "高压单电源", "total": Decimal(6930)}
    assert CONNECTION.evaluate("twenty", {}) == Decimal(2432902008176640000)


def test_a_decision_service_is_called_from_inside_and_from_outside() -> None:
    assert CONNECTION.evaluate("quoted", {}) == Decimal(1100)
    assert CONNECTION.evaluate("quote", {"customer": CUSTOMER, "is urgent": False})["total"] == Decimal(6300)


def test_a_single_value_fits_where_a_list_is_declared() -> None:
    assert CONNECTION.evaluate("steps", {"customer": {"class": "RES", "contract capacity": 8}}) == ["勘查"]


def test_an_input_outside_the_allowed_values_is_null_with_a_warning() -> None:
    assert CONNECTION.evaluate("supply", {"customer": {"class": "X", "contract capacity": 8}}) is None
    assert CONNECTION.warnings[0].element == "customer"


def test_host_functions_are_visible_everywhere() -> None:
    found = CONNECTION.evaluate("hosted", {"due": Function("due", ("key",), lambda key: f"due {key}")})
    assert found == "due plan"


def test_names_of_host_functions_with_blanks_are_announced_when_loading() -> None:
    source = (MODELS / "connection.dmn").read_bytes().replace(b'due("plan")', b'add working days("plan")')
    host = Function("add working days", ("key",), lambda key: 5)
    assert load(source, names=("add working days",)).evaluate("hosted", {"add working days": host}) == "5"


def test_a_result_variable_of_the_caller_does_not_replace_a_decision() -> None:
    found = CONNECTION.evaluate("offer", {"customer": CUSTOMER, "is urgent": True, "supply": {"voltage": 1}})
    assert found["scheme"] == "高压单电源"


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("relation", [{"name": "甲", "kva": Decimal(100)}, {"name": "乙", "kva": Decimal(315)}]),
        ("large", [{"name": "乙", "kva": Decimal(315)}]),
        ("names", ["甲0", "乙1"]),
        ("some_large", True),
        ("all_large", False),
        ("choice", "高压"),
        ("parts", [Decimal(1), "高压"]),
        ("functions", [Decimal(5), None, None]),
    ],
)
def test_boxed_expressions(decision: str, expected: Any) -> None:
    assert decisions("boxed").evaluate(decision, {}) == expected


def test_an_imported_model_is_used_under_its_name() -> None:
    assert decisions("bill", rates="rates.dmn").evaluate("bill", {"base price": 5}) == Decimal(20)


def test_a_missing_import_is_named() -> None:
    with pytest.raises(DmnError, match="缺少导入的模型“rates”"):
        decisions("bill")


def test_an_explanation_names_inputs_and_rules() -> None:
    found = CONNECTION.explain("supply", {"customer": CUSTOMER})
    assert found.decision == "supply"
    assert found.inputs == {"customer.class": "HV1", "customer.contract capacity": Decimal(630)}
    assert [(rule.number, rule.id) for rule in found.rules] == [(2, "supply_table_2")]
    assert found.rules[0].cells == {"customer.class": '"HV1"', "customer.contract capacity": "< 4000"}
    assert found.rules[0].outputs == found.outputs
    assert found.outputs == {"voltage": Decimal(10), "scheme": "高压单电源"}


def test_an_explanation_holds_the_tables_before_it() -> None:
    found = CONNECTION.explain("offer", {"customer": CUSTOMER, "is urgent": False})
    assert found.rules == ()
    assert [part.decision for part in found.parts] == ["supply_table"]
    collected = POLICIES.explain("collect", {"age": 61}).rules
    assert [(rule.number, rule.id, *rule.outputs.values()) for rule in collected] == [
        (1, "c_1", "adult"),
        (2, "c_2", "senior"),
    ]


def test_names_list_ids_and_names() -> None:
    assert {"supply", "offer", "quote"} <= set(CONNECTION.names)
    assert CONNECTION.inputs == ["customer", "is urgent"]


def test_an_unknown_decision_lists_the_known_ones() -> None:
    with pytest.raises(DmnError, match="unique"):
        POLICIES.evaluate("nothing", {})


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    with pytest.raises(DmnError) as caught:
        decisions("broken")
    elements = [problem.element for problem in caught.value.problems]
    assert {"one", "two", "three", "four", "five", "gone"} <= {element.split("[")[0] for element in elements} | {"two"}
    assert all(problem.message and problem.advice for problem in caught.value.problems)
    assert len(elements) >= 6


def test_endless_recursion_of_a_knowledge_model_is_stopped() -> None:
    source = (MODELS / "connection.dmn").read_bytes().replace(b"factorial(n - 1)", b"factorial(n + 1)")
    endless = load(source.replace(b"n &lt;= 1", b"n &lt;= 0"))
    with pytest.raises(FeelError):
        endless.evaluate("twenty", {})


SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def literal(name: str, text: str, *needs: str) -> str:
    required = "".join(
        f'<informationRequirement><requiredDecision href="#{n}"/></informationRequirement>' for n in needs
    )
    inner = f"{required}<literalExpression><text>{text}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}"><variable name="{name}"/>{inner}</decision>'


def file(*parts: str) -> bytes:
    return f'<definitions xmlns="{SPACE}">{"".join(parts)}</definitions>'.encode()


def test_a_chain_of_decisions_may_be_as_long_as_a_file_holds() -> None:
    links = [literal(f"d{place}", f"d{place - 1} + 1", f"d{place - 1}") for place in range(1, 2000)]
    chain = file(literal("d0", "1"), *links)
    assert check(chain) == []
    assert load(chain).evaluate("d1999", {}) == 2000
    assert load(chain).explain("d1999", {}).outputs == 2000


def test_decisions_on_a_circle_are_named_and_those_beside_it_are_not() -> None:
    found = check(file(literal("a", "b", "b"), literal("b", "c", "c"), literal("c", "a", "a"), literal("d", "a", "a")))
    assert [one.element for one in found if one.code == "circular"] == ["a", "b", "c"]
    assert [one.element for one in check(file(literal("a", "a", "a")))] == ["a"]


def test_a_type_behind_too_many_others_is_named() -> None:
    aliases = [
        f'<itemDefinition name="t{place}"><typeRef>t{place + 1}</typeRef></itemDefinition>' for place in range(2000)
    ]
    found = check(file(*aliases, literal("a", "1")))
    assert found[0].code == "type_too_long" and found[0].message_en


def test_knowledge_that_calls_itself_too_deep_ends_in_an_error() -> None:
    knowledge = "".join(
        f'<businessKnowledgeModel id="b{n}" name="b{n}"><variable name="b{n}"/><encapsulatedLogic>'
        f'<formalParameter name="p"/><literalExpression><text>b{n - 1}(p)</text></literalExpression>'
        "</encapsulatedLogic>"
        f'<knowledgeRequirement><requiredKnowledge href="#b{n - 1}"/></knowledgeRequirement></businessKnowledgeModel>'
        for n in range(1, 500)
    )
    first = knowledge.replace("b0(p)", "p").replace(
        '<knowledgeRequirement><requiredKnowledge href="#b0"/></knowledgeRequirement>', ""
    )
    asked = literal("z", "b499(1)").replace(
        "<literal", '<knowledgeRequirement><requiredKnowledge href="#b499"/></knowledgeRequirement><literal', 1
    )
    with pytest.raises(FeelError):
        load(file(first, asked)).evaluate("z", {})


VERSIONS = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
)


@pytest.mark.parametrize("space", VERSIONS)
def test_files_of_every_version_are_read(space: str) -> None:
    source = (MODELS / "policies.dmn").read_bytes()
    older = source.replace(b"https://www.omg.org/spec/DMN/20230324/MODEL/", space.encode())
    assert load(older).evaluate("unique", {"age": 20}) == "adult"


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ('hitPolicy="FIRST"', 'hitPolicy="LAST"', "命中策略"),
        ('aggregation="SUM"', 'aggregation="MEAN"', "汇总方式"),
        ('<output name="fee"', '<output name="who"', "输出列"),
        ("<outputEntry><text>5</text></outputEntry>", "", "格数"),
        (
            '<inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"child"',
            '<outputEntry><text>"child"',
            "格数",
        ),
    ],
)
def test_a_table_that_is_no_table_is_refused(wrong: str, right: str, words: str) -> None:
    source = (MODELS / "policies.dmn").read_text(encoding="utf-8")
    assert wrong in source
    with pytest.raises(DmnError, match=words):
        load(source.replace(wrong, right).encode())


def test_a_file_that_nobody_changed_is_not_compiled_again() -> None:
    data = (MODELS / "policies.dmn").read_bytes()
    assert load(data, {"beside": b"<no/>"}) is load(bytes(bytearray(data)))
    assert load(data) is not load(data, {}, ("due",))
    assert load(data) is not load(data + b"\n")


def test_what_a_file_imports_is_read_as_it_is_now() -> None:
    bill, rates = ((MODELS / name).read_bytes() for name in ("bill.dmn", "rates.dmn"))
    dearer = rates.replace(b"price: base price * 2", b"price: base price * 3")
    assert dearer != rates
    found = [load(bill, {"rates": one}).evaluate("bill", {"base price": 5}) for one in (rates, dearer, rates)]
    assert found[0] == found[2] != found[1]
