"""The words that a column of a decision table knows: what a picker may offer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.dmn.document import Node, read

#: A FEEL string literal; cells that compute their texts offer none.
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Question:
    """An input column: the expression that is asked, what people call it, its type, and the texts that it knows."""

    name: str
    label: str
    type: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """What a decision and the columns of its table are called."""

    title: str
    #: Label of an input -> the expression that is asked.
    inputs: Mapping[str, str]
    #: Name of an output, as results have it -> its label.
    outputs: Mapping[str, str]

    @classmethod
    def of(cls, decision: Node) -> Labels:
        """The labels that stand in a decision of a file; one that has no table has no columns."""
        table = decision.first("decisionTable") or Node("", {})
        columns = list(table.all("input"))
        inputs = dict(zip(column_labels(columns), map(_asked, columns), strict=True))
        outputs = {node.get("name"): node.get("label") or node.get("name") for node in table.all("output")}
        return cls(decision.get("name") or decision.get("id"), inputs, outputs)


def column_labels(columns: Sequence[Node]) -> list[str]:
    """What input columns are called, each differently: by label or expression; those of one label by both."""
    plain = [column.get("label") or _asked(column) for column in columns]
    found: list[str] = []
    for column, name in zip(columns, plain, strict=True):
        text = _asked(column)
        own = f"{name} ({text})" if plain.count(name) > 1 and name != text else name
        earlier = sum(one == own or one.startswith(f"{own} [") for one in found)
        found.append(f"{own} [{earlier + 1}]" if earlier else own)
    return found


def _asked(column: Node) -> str:
    return (column.first("inputExpression") or Node("", {})).text_of("text").strip()


def questions(data: bytes, decision: str) -> tuple[Question, ...]:
    """The input columns of a decision table in their order; none for other kinds of decisions."""
    return tuple(question for table in _tables(read(data), decision) for question in _questions(table))


def _questions(table: Node) -> Iterator[Question]:
    for column in table.all("input"):
        inner = column.first("inputExpression") or Node("", {})
        name = inner.text_of("text").strip()
        allowed = (column.first("inputValues") or Node("", {})).text_of("text")
        known = dict.fromkeys([*_LITERAL.findall(allowed), *_literals(table, name)])
        yield Question(name, column.get("label") or name, inner.get("typeRef"), tuple(known))


def words(data: bytes, decision: str, column: str) -> tuple[str, ...]:
    """The string literals of an input column (named by its expression) of a decision table, each once, in order.

    Raises `DmnError` for a file that cannot be read; an unknown decision or column gives none.
    """
    found = (word for table in _tables(read(data), decision) for word in _literals(table, column))
    return tuple(dict.fromkeys(found))


def _tables(root: Node, decision: str) -> Iterator[Node]:
    for node in root.all("decision"):
        table = node.first("decisionTable")
        if table is not None and decision in (node.get("id"), node.get("name")):
            yield table


def _literals(table: Node, column: str) -> Iterator[str]:
    inputs = [(node.first("inputExpression") or Node("", {})).text_of("text").strip() for node in table.all("input")]
    if column not in inputs:
        return
    place = inputs.index(column)
    for rule in table.all("rule"):
        for entry in list(rule.all("inputEntry"))[place : place + 1]:
            yield from _LITERAL.findall(entry.text_of("text"))


def titles(data: bytes) -> dict[str, str]:
    """Id and name of every decision and decision service of a file, whether or not it could be evaluated."""
    return {
        node.get("id"): node.get("name") or node.get("id") for node in read(data).all("decision", "decisionService")
    }
