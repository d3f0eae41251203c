"""Names and sizes of the files of a deployment."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from engine.checks.content import FINDINGS
from engine.findings import Problem
from engine.pack import FILE

MAX_FILES: Final = 200
MAX_TOTAL: Final = 50 * 1024 * 1024
#: Largest size per suffix; a suffix that is not listed is refused.
MAX_BYTES: Final[Mapping[str, int]] = {
    ".bpmn": 2 * 1024 * 1024,
    ".dmn": 2 * 1024 * 1024,
    ".form": 1024 * 1024,
    ".json": 1024 * 1024,
    ".toml": 256 * 1024,
    ".docx": 10 * 1024 * 1024,
}


def check_amount(files: Mapping[str, bytes]) -> list[Problem]:
    """Problems of number and size altogether; files of which there are too many are not read."""
    found = []
    if len(files) > MAX_FILES:
        found.append(FINDINGS.problem("", "", "too_many_files", count=len(files), most=MAX_FILES))
    if sum(map(len, files.values())) > MAX_TOTAL:
        found.append(FINDINGS.problem("", "", "too_large_together", limit=MAX_TOTAL // (1024 * 1024)))
    return found


def check_files(files: Mapping[str, bytes]) -> list[Problem]:
    """Problems of names, kinds and sizes of single files."""
    found = [problem for path, data in sorted(files.items()) for problem in check_file(path, data)]
    if not any(path.endswith(".bpmn") for path in files):
        found.append(FINDINGS.problem("", "", "no_diagram"))
    return found


def check_file(path: str, data: bytes) -> Iterator[Problem]:
    """Problems of the name, the kind and the size of one file."""
    if not _is_plain(path):
        yield FINDINGS.problem(path, "", "path_not_plain")
    limit = MAX_BYTES.get(_suffix(path))
    if limit is None or (_suffix(path) == ".toml" and path != FILE):
        yield FINDINGS.problem(path, "", "file_kind", kinds=", ".join(sorted(MAX_BYTES)), file=FILE)
    elif len(data) > limit:
        yield FINDINGS.problem(path, "", "file_too_large", size=len(data), limit=limit)


def _suffix(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return name[name.rfind(".") :].lower() if "." in name else ""


def _is_plain(path: str) -> bool:
    parts = path.split("/")
    printable = not any(unicodedata.category(letter).startswith("C") for letter in path)
    return (
        bool(path)
        and len(path) <= 500
        and printable
        and "\\" not in path
        and all(part not in ("", ".", "..") for part in parts)
    )
