"""Our FEEL and the browser's (feelin) agree on expressions made by chance, but for classes that the docs explain."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.feel import FeelError, compile
from tests.engine.feel.differential.classes import CLASSES, CRASH, class_of
from tests.engine.feel.differential.generate import CONTEXT, Generator
from tests.engine.feel.differential.wide import Wide
from tests.node import answers, program

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
PAGE = ROOT / "docs" / "feel-differences.md"
#: expressions of one run of feelin
BATCH = 20_000

pytestmark = pytest.mark.deep


@pytest.fixture
def node() -> str:
    """A Node that can run feelin; without it there is nothing to compare with."""
    return program()


def plain(value: Any) -> Any:
    """Return a FEEL value as the browser holds it."""
    if isinstance(value, Decimal):
        return float(value)
    return [plain(item) for item in value] if isinstance(value, list) else value


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, (int, float)) and not isinstance(theirs, bool):
        return abs(ours - theirs) <= 1e-9 * max(1.0, abs(ours))
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(alike, ours, theirs))
    return type(ours) is type(theirs) and bool(ours == theirs)


def answer(source: str) -> Any:
    try:
        return plain(compile(source, tuple(CONTEXT)).evaluate(CONTEXT))
    except FeelError as error:
        return f"refused: {error}"


def differences(sources: list[str], node: str, folder: Path) -> list[tuple[str, Any, Any]]:
    """Return the expressions to which feelin gives another answer, with both answers."""
    theirs = answers(node, HERE / "feelin.mjs", {"context": CONTEXT, "sources": sources}, folder)
    pairs = zip(sources, theirs, strict=True)
    both = [(source, answer(source), other.get("value", CRASH)) for source, other in pairs]
    return [found for found in both if not alike(found[1], found[2])]


@pytest.mark.parametrize("seed", range(5))
def test_everyday_expressions_have_the_same_value(seed: int, node: str, tmp_path: Path) -> None:
    generator = Generator(Random(seed))
    found = differences([generator.any() for _ in range(BATCH)], node, tmp_path)
    assert {class_of(*case) for case in found} <= {"Null stays null"}
    assert len(found) <= BATCH // 1000


@pytest.mark.parametrize("seed", range(4))
def test_every_difference_belongs_to_a_class(seed: int, node: str, tmp_path: Path) -> None:
    generator = Wide(Random(seed))
    found = differences([generator.anything() for _ in range(BATCH)], node, tmp_path)
    assert [case for case in found if class_of(*case) is None] == []


def test_the_page_names_clause_and_examples_of_every_class(node: str, tmp_path: Path) -> None:
    sections = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert list(sections) == list(CLASSES)
    for title, text in sections.items():
        assert re.search(r"^Clause: .*(10\.3|FORX)", text, re.MULTILINE), title
        rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", text.replace("\\|", "∣"), re.MULTILINE)
        sources = [row[0].replace("∣", "|") for row in rows]
        assert len(sources) == 3, title
        found = differences(sources, node, tmp_path)
        assert [(source, _written(ours), _written(theirs)) for source, ours, theirs in found] == [
            (source, ours, theirs) for source, (_, ours, theirs) in zip(sources, rows, strict=True)
        ]
        assert [class_of(*case) for case in found] == [title] * 3


def _written(value: Any) -> str:
    """The value as the page writes it."""
    if value == CRASH:
        return value
    whole = isinstance(value, float) and value == int(value)
    return json.dumps(_whole(value) if isinstance(value, list) else int(value) if whole else value, ensure_ascii=False)


def _whole(values: list[Any]) -> list[Any]:
    return [int(value) if isinstance(value, float) and value == int(value) else value for value in values]
