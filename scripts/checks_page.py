"""Writes the tables of docs/checks.md from the texts of the findings and their examples."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs/checks.md"
#: In the order in which an author meets them.
CATALOGUES: Final = (
    "engine/checks/findings.toml",
    "forms/findings.toml",
    "engine/dmn/findings.toml",
    "engine/findings.toml",
    "engine/spiff/findings.toml",
)
#: Folders with the smallest pack that fires a finding; `expected.toml` names it.
EXAMPLES: Final = ("tests/engine/core/refused", "tests/engine/core/warned")
_HEADING: Final = re.compile(r"^# --- (.+)$", re.MULTILINE)
_HEAD: Final = """| 代号 code | 提示 finding | 怎么办 what to do | 一键 one click | 例 example |
| --- | --- | --- | --- | --- |"""


def page() -> str:
    """The whole page: its opening as it stands, then every finding."""
    known = examples()
    parts = [PAGE.read_text("utf-8").split("\n## ")[0]]
    for name in CATALOGUES:
        text = (ROOT / name).read_text("utf-8")
        entries = tomllib.loads(text)
        for title, part in sections(text):
            codes = [code for code in re.findall(r"^\[(\w+)\]$", part, re.MULTILINE) if "fact" in entries[code]]
            if codes:
                parts.append(
                    "\n".join([f"## {title}\n\n{_HEAD}", *(row(code, entries[code], known) for code in codes)])
                )
                parts[-1] += "\n"
    return "\n".join(parts)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Each heading of a catalogue with what stands below it."""
    pieces = _HEADING.split(text)[1:]
    yield from zip(pieces[::2], pieces[1::2], strict=True)


def row(code: str, entry: Mapping[str, Any], known: Mapping[str, list[str]]) -> str:
    """A finding as a row of the table."""
    sign = "⚠ " if entry.get("severity") == "warning" else ""
    fact, advice = ("<br>".join(map(plain, entry[word])) for word in ("fact", "advice"))
    cure = "<br>".join(map(plain, entry.get("cure", ())))
    shown = " ".join(f"`{name}`" for name in known.get(code, ()))
    return f"| `{code}` | {sign}{fact} | {advice} | {cure} | {shown} |".replace("  |", " |")


def plain(text: str) -> str:
    """A text with … for its values."""
    told = re.sub(r"\{\w+(?:!r)?\}", "…", text).replace("{{", "{").replace("}}", "}")
    return told.replace("|", "\\|").replace("<…>", "‹…›")


def examples() -> dict[str, list[str]]:
    """Code of a finding -> folders that fire it."""
    found: dict[str, list[str]] = {}
    for folder in sorted(path for base in EXAMPLES for path in (ROOT / base).iterdir()):
        expected = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
        found.setdefault(expected["code"], []).append(folder.name)
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
