"""Chinese first, English second: every string that a page can say has its English, with the same places."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

WEB = Path(__file__).resolve().parents[2] / "web"
CATALOGUE = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
SKIPPED = {"static", "frontend", "translations", "__pycache__"}
PLACES = re.compile(r"%\((\w+)\)[sd]")
HAN = re.compile(r"[㐀-鿿]")


def said() -> Iterator[tuple[str, str]]:
    """Every marked string of the web with its file."""
    found = extract_from_dir(
        WEB,
        METHODS,
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
        directory_filter=lambda folder: Path(folder).name not in SKIPPED,
    )
    for file, _line, message, _comments, _context in found:
        for text in message if isinstance(message, tuple) else (message,):
            yield text, file


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def sides(english: Catalog) -> dict[str, tuple[str, ...]]:
    """Chinese -> all its English forms."""
    found: dict[str, tuple[str, ...]] = {}
    for message in english:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        found.update({key: tuple(forms) for key in ids if key})
    return found


def test_every_string_has_its_english(sides: dict[str, tuple[str, ...]]) -> None:
    missing = sorted({f"{file}: {text}" for text, file in said() if not all(sides.get(text, ("",)))})

    assert not missing, "Add these to web/translations/en:\n" + "\n".join(missing)


def test_every_counted_string_has_its_plural(english: Catalog) -> None:
    """Without one `ngettext` falls back to Chinese."""
    counted = extract_from_dir(
        WEB, METHODS, keywords={"ngettext": (1, 2)}, directory_filter=lambda folder: Path(folder).name not in SKIPPED
    )
    single = {
        str(ids) for _file, _line, ids, *_rest in counted
        if len(getattr(english.get(ids[0] if isinstance(ids, tuple) else ids), "string", ())) != 2
    }  # fmt: skip

    assert not single


#: What is counted; a number before one of these words needs `ngettext`, or words that fit one as well as many.
NOUNS = (
    "characters|changes|cases|customers|dates|days|deadlines|documents|entries|errors|files|hours|incidents|items|members|minutes"
    "|notices|orders|people|places|problems|rows|steps|tasks|times|uses|versions|warnings"
)


def test_no_english_counts_one_as_many(english: Catalog) -> None:
    one = [message.string for message in english if isinstance(message.string, str)]
    wrong = [text for text in one if re.search(rf"%\(\w+\)[ds] (?:\w+ )?(?:{NOUNS})\b", text)]
    said_by_script = json.loads((WEB / "frontend" / "src" / "english.json").read_text("utf-8"))
    wrong += [text for text in said_by_script.values() if re.search(rf"\{{n\}} (?:\w+ )?(?:{NOUNS})\b", text)]

    # A pack holds many files, whatever the number.
    assert set(wrong) <= {"A pack has at most %(count)d files."}


def test_both_sides_name_the_same_places(sides: dict[str, tuple[str, ...]]) -> None:
    wrong = [
        chinese
        for chinese, forms in sides.items()
        if any(set(PLACES.findall(form)) != set(PLACES.findall(chinese)) for form in forms)
    ]

    assert not wrong


def test_english_is_english(sides: dict[str, tuple[str, ...]]) -> None:
    assert not [forms for forms in sides.values() if any(HAN.search(form) for form in forms)]


def test_templates_say_nothing_past_the_catalogue() -> None:
    """Chinese in a template stands inside _( … ) or in a comment; names of languages and figures excepted."""
    loose = []
    for path in (WEB / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
        text = re.sub(r"(?:_|ngettext)\((?:\s*'(?:[^'\\]|\\.)*',?)+", "", text)
        loose += [
            f"{path.name}: {line.strip()}" for line in text.splitlines() if HAN.search(line) and "'中文'" not in line
        ]

    assert not loose, "\n".join(loose)


#: They speak on the terminal, in both languages at once, or to people whose language nobody knows; one reads Chinese.
BOTH = {"demo.py", "demo_cases.py", "cli.py", "channels.py", "wording.py", "incidents.py", "holiday_notice.py"}


def spoken(path: Path) -> Iterator[str]:
    """Chinese texts of a source file that no gettext call marks, its comments and docstrings left out."""
    tree = ast.parse(path.read_text("utf-8"))
    marked = {
        id(part)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and ast.unparse(node.func) in {"_", "gettext", "ngettext"})
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in marked else None
        if isinstance(text, str) and HAN.search(text):
            yield text


def test_no_sentence_of_the_code_is_left_in_chinese(sides: dict[str, tuple[str, ...]]) -> None:
    """A text that is marked only where it is said has its English too."""
    left = [
        f"{path.relative_to(WEB)}: {text}"
        for path in sorted(WEB.rglob("*.py"))
        if path.name not in BOTH
        for text in spoken(path)
        if text not in sides and text not in {"（选填）", "等"}
    ]

    assert not left
