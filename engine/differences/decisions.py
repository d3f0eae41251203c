"""What is different between two decision files: columns, rows and cells of tables, and other logic as text."""

from __future__ import annotations

from collections.abc import Iterator

from engine import xml
from engine.differences.change import Change, Effect, Facts, compared
from engine.time_limits import DECISION
from engine.xml import Plain


def compare(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """The changes of one file; those of the table of limits have the effect "limits"."""
    before, after = _read(old, file), _read(new, file)
    effect: Effect = "limits" if any(facts.id == DECISION for facts in after.values()) else "decisions"
    yield from compared(file, effect, before, after)


def _read(data: bytes, file: str) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for node in xml.plain(data, file).walk():
        if node.name in ("decision", "businessKnowledgeModel", "decisionService", "inputData", "itemDefinition"):
            id = node.attributes.get("id") or node.attributes.get("name", "")
            found[id] = Facts(id, node.attributes.get("name", id), node.name, dict(_logic(node)))
            table = node.first("decisionTable")
            found |= {facts.id: facts for facts in _table(table)} if table is not None else {}
    return found


def _logic(node: Plain) -> Iterator[tuple[str, str]]:
    """Everything of an element but its table's columns and rows."""
    for inner in node.walk():
        if inner.name in ("rule", "input", "output", "DMNDI"):
            continue
        if inner.name == "decisionTable":
            # UNIQUE is what a table without the attribute has; dmn-js leaves it out. DMN 1.5, 8.2.8.
            policy = inner.attributes.get("hitPolicy", "UNIQUE")
            yield "hitPolicy", f"{policy} {inner.attributes.get('aggregation', '')}".strip()
        elif inner.name in ("requiredDecision", "requiredInput", "requiredKnowledge"):
            href = inner.attributes.get("href", "")
            yield f"{inner.name} {href}", href
        elif inner.name in ("literalExpression", "contextEntry", "formalParameter", "variable"):
            yield inner.name, " ".join(text for text in _texts(inner) if text)


def _texts(node: Plain) -> Iterator[str]:
    for inner in node.walk():
        yield from (inner.text, *(value for key, value in inner.attributes.items() if key != "id"))


def _table(table: Plain) -> Iterator[Facts]:
    columns = [node for node in table.children if node.name in ("input", "output")]
    titles = [_title(node) for node in columns]
    for place, node in enumerate(columns):
        fields = dict(_column(node))
        yield Facts(node.attributes.get("id", f"column {place}"), titles[place], node.name, fields)
    for number, rule in enumerate((node for node in table.children if node.name == "rule"), 1):
        cells = [node for node in rule.children if node.name in ("inputEntry", "outputEntry")]
        fields = {title: _cell(cell) for title, cell in zip(titles, cells, strict=False)}
        about = rule.first("description")
        fields["description"] = about.text if about else ""
        yield Facts(rule.attributes.get("id", f"row {number}"), str(number), "rule", fields)


def _title(node: Plain) -> str:
    inner = node.first("inputExpression")
    return node.attributes.get("label") or (_cell(inner) if inner else "") or node.attributes.get("name", "")


def _column(node: Plain) -> Iterator[tuple[str, str]]:
    yield from ((key, value) for key, value in node.attributes.items() if key != "id")
    for child in node.children:
        yield child.name, " ".join(filter(None, (_cell(child), child.attributes.get("typeRef", ""))))


def _cell(node: Plain) -> str:
    return " ".join(inner.text for inner in node.walk() if inner.text)
