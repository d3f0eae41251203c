"""The bounded XML reader."""

import pytest

from engine import xml
from engine.errors import ProblemsFound

REFUSED = {
    "doctype": (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
    "external doctype": (b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "DOCTYPE"),
    "utf-16 doctype": ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "DOCTYPE"),
    "too large": (b"<a>" + b" " * xml.MAX_BYTES + b"</a>", "larger than"),
    "too many elements": (b"<a>" + b"<b/>" * xml.MAX_ELEMENTS + b"</a>", "more than 20000 elements"),
    "too deep": (b"<a>" * 101 + b"</a>" * 101, "nested more than 100"),
    "too wide": (b"<a " + b" ".join(b'x%d="1"' % n for n in range(65)) + b"/>", "more than 64 attributes"),
    "too many namespaces": (b"<a " + b" ".join(b'xmlns:x%d="u%d"' % (n, n) for n in range(65)) + b"/>", "attributes"),
    "broken": (b"<a><b></a>", "not well-formed"),
    "empty": (b"", "not well-formed"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED)
def test_dangerous_or_broken_files_are_refused_with_the_reason(data, words):
    with pytest.raises(ProblemsFound, match=words) as refused:
        xml.parse(data, "x.bpmn")
    assert refused.value.problems[0].file == "x.bpmn"


def test_an_entity_never_reaches_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;</a>'.encode()
    with pytest.raises(ProblemsFound):
        xml.parse(data, "x.bpmn")


def test_an_ordinary_file_comes_without_comments_and_instructions():
    root = xml.parse(b"<?pi x?><a><!-- c --><b>t</b></a>", "x.bpmn").getroot()
    assert [child.tag for child in root] == ["b"]
