"""Runs test cases in the layout of the DMN TCK: `python tests/conformance/tck.py FOLDER [-v]`.

A folder holds test folders (directly or one level down) with one or more `*.dmn` and `*-test-*.xml`.
The last line counts test cases: one passes when all its results do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.dmn import Decisions, DmnError, load
from engine.feel import FeelError, Function, Run, compile, to_text

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_MOMENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
_HOST = {
    "now": Function("now", (), lambda: _MOMENT),
    "today": Function("today", (), lambda: _MOMENT.date()),
}
#: results are compared as the TCK does: numbers to 8 digits after the point
_PRECISION = Decimal("0.00000001")


@dataclass(frozen=True)
class Case:
    """One test case and why it failed; None when it passed."""

    name: str
    failure: str | None


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _children(element: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str) and _local(child) in names]


def value_of(element: etree._Element) -> Any:
    """Return the value that an input or an expected result spells."""
    for child in _children(element, "value", "list", "component"):
        kind = _local(child)
        if kind == "value":
            return _simple(child)
        if kind == "list":
            if child.get(_XSI + "nil") == "true":
                return None
            return [value_of(item) for item in _children(child, "item")]
        return {c.get("name"): value_of(c) for c in _children(element, "component")}
    return None


def _simple(element: etree._Element) -> Any:
    if element.get(_XSI + "nil") == "true":
        return None
    kind = (element.get(_XSI + "type") or "xsd:string").rpartition(":")[2]
    text = element.text or ""
    if kind in ("decimal", "double", "integer", "int", "float", "long"):
        return Decimal(text)
    if kind == "boolean":
        return text.strip() == "true"
    if kind in ("date", "time", "dateTime", "duration"):
        return compile('@"' + text.strip() + '"').evaluate({})
    return text


def same(found: Any, expected: Any) -> bool:
    """Say whether a result is the expected one."""
    if isinstance(expected, Decimal) and isinstance(found, Decimal):
        return abs(found - expected) < _PRECISION
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict) and isinstance(found, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in expected)
    if isinstance(expected, (date, time)) and type(found) is type(expected):
        return to_text(found, Run()) == to_text(expected, Run())
    return type(found) is type(expected) and bool(found == expected)


def run_file(path: Path) -> Iterator[Case]:
    """Run one test file and yield its cases."""
    root = etree.parse(path).getroot()
    folder = path.parent
    name = (_children(root, "modelName")[0].text or "").strip()
    data = (folder / name).read_bytes()
    imports = {other.name: other.read_bytes() for other in folder.glob("*.dmn") if other.name != name}
    try:
        decisions: Decisions | None = load(data, imports, tuple(_HOST))
        reason = ""
    except DmnError as error:
        decisions, reason = None, str(error)
    for case in _children(root, "testCase"):
        failure = _failure(decisions, case, reason)
        yield Case(f"{folder.parent.name}/{folder.name}/{path.stem}/{case.get('id')}", failure)


def _failure(decisions: Decisions | None, case: etree._Element, reason: str) -> str | None:
    inputs = {node.get("name"): value_of(node) for node in _children(case, "inputNode")}
    for result in _children(case, "resultNode"):
        expected = value_of(_children(result, "expected")[0])
        if decisions is None:
            if expected is not None:
                return f"not loaded: {reason}"
            continue
        called = case.get("invocableName") if case.get("type") == "decisionService" else None
        try:
            found = decisions.evaluate(called or result.get("name"), {**_HOST, **inputs})
        except (DmnError, FeelError) as error:
            found = None
            if expected is not None:
                return f"{result.get('name')}: {error}"
        if called and isinstance(found, dict) and result.get("name") in found:
            found = found[result.get("name")]
        if not same(found, expected):
            return f"{result.get('name')}: {found!r} instead of {expected!r}"
    return None


def cases(folder: Path) -> Iterator[Case]:
    """Run all test files below a folder."""
    for path in sorted(folder.rglob("*.xml")):
        if etree.parse(path).getroot().tag.endswith("testCases"):
            yield from run_file(path)


def main(arguments: list[str]) -> int:
    """Run a folder, print failures with -v and the counts; the exit status is 1 when a case failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="print the reason of each failure")
    options = parser.parse_args(arguments)
    found = list(cases(options.folder))
    failed = [case for case in found if case.failure is not None]
    for case in failed:
        print(f"{case.name}  {case.failure}" if options.verbose else case.name)
    print(f"{len(found) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
