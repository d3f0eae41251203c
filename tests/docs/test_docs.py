"""The documents name what exists, and what they name exists: settings, commands, tables, classes, checks, links."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.request import Request

import click
import pytest
from flask import Flask

import bpmn.connection
import engine
import forms
from engine import dmn, feel, metadata, seals
from engine.findings import Catalogue
from scripts import checks_page
from tests.test_architecture import ROOT, tree
from web.app import create_app
from web.auth.partners import check_signature
from web.cli import main
from web.config import Settings
from web.errors import NotSignedIn

ADMINISTRATION = ("docs/administration.md", "docs/administration.zh.md")
READMES = ("README.md", "README.zh.md")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("engine/**/README.md"))
)
REFUSED = sorted(path.name for path in (ROOT / "tests/engine/core/refused").iterdir())


def text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def settings_read() -> dict[str, str | None]:
    """Name of each setting that web/config.py reads, with its default where it is a plain word."""
    found: dict[str, str | None] = {}
    for node in ast.walk(tree(ROOT / "web/config.py")):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        first, *rest = node.args
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.isupper():
            default = rest[0].value if rest and isinstance(rest[0], ast.Constant) else None
            found[f"YEKUO_{first.value}"] = str(default) if default is not None else None
    return found


def commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


@pytest.mark.parametrize("page", ADMINISTRATION)
def test_every_setting_is_explained_with_its_default(page: str) -> None:
    rows = dict(re.findall(r"^\| `(YEKUO_[A-Z_]+)` \| ([^|]*) \|", text(page), re.MULTILINE))
    read = settings_read()

    assert len(read) >= len(inspect.signature(Settings).parameters)
    assert rows.keys() == read.keys()
    told = {name: default for name, default in read.items() if default and name not in _GIVEN_OTHERWISE}
    assert {name: rows[name] for name in told} == {name: f"`{default}`" for name, default in told.items()}


#: The second word of these calls is the id of a generated key, not a default.
_GIVEN_OTHERWISE = {"YEKUO_SEAL_KEYS"}


def test_settings_named_anywhere_exist() -> None:
    known = {*settings_read(), "YEKUO_CORPORA"}
    named = {name for page in PAGES for name in re.findall(r"YEKUO_[A-Z_]+", text(page))}

    assert named <= known


@pytest.mark.parametrize("page", ADMINISTRATION)
def test_every_command_is_explained_with_its_options(page: str) -> None:
    lines = {words: line for line in text(page).splitlines() for words in re.findall(r"^\| `(yekuo[ a-z]+)", line)}
    known = {name.strip(): line for name, line in lines.items()}
    for words, command in commands(main, "yekuo"):
        assert words in known, f"{page} does not explain `{words}`"
        options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
        assert [option for option in options if option not in known[words]] == []


@pytest.mark.parametrize("page", ADMINISTRATION)
def test_every_word_of_the_makefile_is_explained(page: str) -> None:
    words = re.findall(r"^([a-z]+):.*##", text("Makefile"), re.MULTILINE)

    assert len(words) > 8
    assert [word for word in (*words, "help") if f"`make {word}`" not in text(page)] == []


@pytest.mark.parametrize("page", PAGES)
def test_words_of_the_makefile_that_are_named_exist(page: str) -> None:
    named = set(re.findall(r"`make ([a-z]+)", text(page)))

    assert [word for word in named if not re.search(rf"^{word}:", text("Makefile"), re.MULTILINE)] == []


def test_every_table_has_a_line_in_the_glossary_and_nothing_else_has() -> None:
    section = text("docs/glossary.md").split("## 表 · Tables")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)

    assert sorted(rows) == sorted(metadata.tables)


DOORS = (
    engine,
    feel,
    dmn,
    seals,
    forms,
    bpmn.connection,
    *map(import_module, ("engine.documents", "engine.calendars")),
)


@pytest.mark.parametrize("door", [*DOORS, import_module("engine.deadlines")], ids=lambda door: door.__name__)
def test_every_class_at_a_door_has_a_line_in_the_glossary(door: object) -> None:
    names = [name for name in getattr(door, "__all__", ()) if inspect.isclass(getattr(door, name))]

    assert names
    assert [name for name in names if f"`{name}`" not in text("docs/glossary.md")] == []


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal_is_explained(name: str) -> None:
    assert f"`{name}`" in text("docs/checks.md")


#: Codes of findings: every catalogue with the packages that tell them.
TOLD = {"engine": ("engine",), "engine.checks": ("engine/checks",), "engine.spiff": ("engine/spiff",),
        "engine.dmn": ("engine/dmn",), "forms": ("forms",)}  # fmt: skip


def test_the_page_of_checks_is_written_from_what_the_checks_say() -> None:
    assert text("docs/checks.md") == checks_page.page(), "run python -m scripts.checks_page"


@pytest.mark.parametrize("package", TOLD)
def test_each_finding_is_said_in_both_languages_with_the_same_values(package: str) -> None:
    catalogue = Catalogue(package)
    pairs = [(code, entry[word]) for code, entry in catalogue.entries.items() for word in ("fact", "advice")]
    pairs += [(code, entry["cure"]) for code, entry in catalogue.entries.items() if "cure" in entry]
    pairs += [("reasons", pair) for pair in catalogue.reasons.values()]
    for code, (chinese, english) in pairs:
        named = [set(re.findall(r"\{(\w+)", said.replace("{{", ""))) for said in (chinese, english)]
        bare = re.sub(r"\{\w+(!r)?\}", "", chinese)
        assert re.search("[一-鿿]", bare) or bare.strip("：（） ") == "", code
        assert not re.search("[一-鿿]", english.replace("受理", "")), code
        assert named[0] == named[1], code


@pytest.mark.parametrize("package", TOLD)
def test_each_finding_is_told_by_some_check(package: str) -> None:
    sources = [path for room in TOLD[package] for path in (ROOT / room).rglob("*.py")]
    words = {node.value for path in sources for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)}
    composed = {"incoming_unconfirmed", "outgoing_unconfirmed"} if package == "engine.spiff" else set()

    assert {*Catalogue(package).entries, *Catalogue(package).reasons} - words == composed


def links(page: str) -> Iterator[str]:
    """Goals of links and pictures of a page, outside of code."""
    prose = re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)\)", prose)


def anchors(page: Path) -> set[str]:
    """What links into a page may name: headings as GitHub writes them, and anchors set by hand."""
    lines = page.read_text("utf-8")
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", lines, flags=re.DOTALL), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', lines))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        goal, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / goal).resolve() if goal else ROOT / page
        assert target.exists(), f"{page} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page} links to {link}"


@pytest.mark.parametrize("page", READMES)
def test_the_readme_shows_every_picture(page: str) -> None:
    shown = {link for link in links(page) if link.endswith(".png")}
    taken = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/pictures").glob("*.png")}

    assert shown == taken
    assert all((ROOT / name).stat().st_size <= 150_000 for name in shown)


@pytest.mark.parametrize("page", READMES)
def test_the_readme_has_a_line_for_each_room(page: str) -> None:
    listed = set(re.findall(r"^([a-z]+)/ ", text(page), re.MULTILINE))
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()

    assert listed == {name.split("/")[0] for name in kept if "/" in name and not name.startswith(".")}


def test_files_that_the_architecture_names_exist() -> None:
    rooms = "engine|forms|bpmn|web|tests|migrations|scripts"
    for page in ("docs/architecture.md", "docs/checks.md", *READMES, *sorted(set(PAGES) & decisions())):
        for name in re.findall(rf"`((?:{rooms})/[\w./-]+)`", text(page)):
            assert (ROOT / name).exists(), f"{page} names {name}"


def decisions() -> set[str]:
    """The pages of decisions."""
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/decisions").glob("*.md")}


def test_every_decision_is_listed_and_says_what_was_given_up() -> None:
    listed = {f"docs/decisions/{link}" for link in links("docs/decisions/README.md")}

    assert listed == decisions() - {"docs/decisions/README.md"}
    assert [page for page in listed if "**Given up.**" not in text(page) or "**中文。**" not in text(page)] == []


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """A house that knows one partner."""
    return create_app(
        Settings(
            home=tmp_path,
            database_url=f"sqlite:///{tmp_path / 'yekuo.sqlite'}",
            secret_keys=("k" * 40,),
            seal_keys={"k1": bytes(range(32))},
            index_key=bytes(range(32, 64)),
            partner_keys={"cashier": b"s" * 32},
        )
    )


def test_the_example_of_a_partner_is_believed_and_a_changed_one_is_not(app: Flask) -> None:
    [example] = [
        block for block in re.findall(r"```python\n(.*?)```", text("docs/api.md"), re.DOTALL) if "signed(" in block
    ]
    names: dict[str, Any] = {}
    exec(compile(example, "docs/api.md", "exec"), names)  # the example itself is what is tested
    request: Request = names["signed"]("http://localhost", "cashier", "s" * 32, {"message": "MSG_PAYMENT_RECEIVED"})

    def believed(body: bytes) -> bool:
        with app.test_request_context(request.selector, method="POST", data=body, headers=dict(request.header_items())):
            try:
                check_signature()
            except NotSignedIn:
                return False
            return True

    assert isinstance(request.data, bytes)
    assert believed(request.data)
    assert not believed(request.data + b" ")
