"""Files that could harm are refused before anything is built from them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.dmn import DmnError, check, load

MODELS = Path(__file__).parent / "models"
ROOT = b'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">%s</definitions>'

HARMFUL = {
    "entity": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + ROOT % b"&x;",
    "laughs": b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + ROOT % b"&b;",
    "doctype": b"<!DOCTYPE definitions>" + ROOT % b"",
    "wide": ROOT % (b"<decision/>" * 25_000),
    "deep": ROOT % (b"<context>" * 5000 + b"</context>" * 5000),
    "attributes": ROOT % (b"<decision " + b" ".join(b'a%d="1"' % n for n in range(100)) + b"/>"),
    "large": ROOT % (b" " * (2 * 1024 * 1024)),
    "broken": b"<definitions",
    "empty": b"",
    "other": b"<html/>",
    "bpmn": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
}


@pytest.mark.parametrize("data", HARMFUL.values(), ids=list(HARMFUL))
def test_a_harmful_file_is_refused_soon(data: bytes) -> None:
    # Processor time of this thread: what else the machine does has no part in it.
    begin = time.thread_time()
    with pytest.raises(DmnError) as caught:
        load(data)
    assert time.thread_time() - begin < 5
    assert "passwd" not in str(caught.value)
    assert check(data)


def test_foreign_elements_and_comments_are_skipped() -> None:
    source = (MODELS / "policies.dmn").read_bytes()
    foreign = source.replace(
        b"</definitions>", b'<x:y xmlns:x="urn:x"><decision id="z"/></x:y><!-- c --></definitions>'
    )
    assert load(foreign).names == load(source).names


def test_cut_files_are_refused_or_read_but_never_fail_otherwise() -> None:
    source = (MODELS / "connection.dmn").read_bytes()
    for end in range(0, len(source), 97):
        with pytest.raises(DmnError):
            load(source[:end])


@pytest.mark.parametrize("removed", [b"id=", b"href=", b"name=", b"typeRef=", b"<text>", b"<variable", b"<parameter"])
def test_files_that_lack_something_load_or_list_problems(removed: bytes) -> None:
    for name in ("connection", "policies", "boxed"):
        source = (MODELS / f"{name}.dmn").read_bytes()
        marked = source.replace(removed, removed.replace(b"=", b"x=") if b"=" in removed else b"<xx")
        closing = b"</text>" if removed == b"<text>" else b""
        damaged = marked.replace(closing, b"</xx>") if closing else marked
        if removed in (b"<variable", b"<parameter"):
            damaged = marked
        for problem in check(damaged):
            assert problem.message
            assert problem.advice


@pytest.mark.parametrize("language", ["javascript", "groovy", "juel", "http://www.java.com/java"])
def test_no_other_expression_language_is_run(language: str) -> None:
    source = (MODELS / "policies.dmn").read_bytes()
    foreign = source.replace(b"<inputExpression ", b'<inputExpression expressionLanguage="%s" ' % language.encode(), 1)
    with pytest.raises(DmnError, match="不支持表达式语言"):
        load(foreign)
