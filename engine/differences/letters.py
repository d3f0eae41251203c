"""What is different between two letters: paragraphs by their text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from engine import xml
from engine.differences.change import Change
from engine.errors import ProblemsFound

_BODY: Final = "word/document.xml"
_LARGEST: Final = 2 * 1024 * 1024


def compare(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """The changed paragraphs of one letter, numbered from 1; a letter that cannot be read is changed as a whole."""
    before, after = _paragraphs(old, file), _paragraphs(new, file)
    if before is None or after is None:
        yield Change(file, "letters", "changed", "", file, "letter")
        return
    told = False
    for tag, left, right, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            told = True
            texts = "\n".join(before[left:right]), "\n".join(after[start:end])
            yield Change(file, "letters", "changed", "", file, "letter", str(start + 1), *texts)
    if not told:
        yield Change(file, "letters", "changed", "", file, "letter", "look")


def _paragraphs(data: bytes, file: str) -> list[str] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_BODY) as stream:
            root = xml.plain(stream.read(_LARGEST + 1), file)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ProblemsFound):
        return None
    paragraphs = (node for node in root.walk() if node.name == "p")
    return ["".join(inner.text for inner in node.walk() if inner.name == "t") for node in paragraphs]
