"""The shape of the house, kept by tests: sizes, one commit site, one reader of the environment, imports at the top.

Directions of imports are contracts of import-linter (pyproject.toml), run by `make check` and by the last test here.
"""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "forms", "bpmn", "web")
FILE_LINES, TEST_LINES, FUNCTION_LINES, MEDIAN_LINES = 400, 500, 25, 8
ISLAND_LINES = 150
VAGUE = re.compile(r"(Service|Manager|Helper|Util|Utils|Misc)$|(^|_)(service|manager|helpers?|utils?|misc)($|_)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"))


def sources(*folders: str) -> list[Path]:
    """All Python files of the folders, sorted."""
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts
    )


def named(path: Path) -> str:
    """The path as it is said in a message."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[Function]:
    """Every function of a file, methods and inner functions too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def calls(path: Path, *names: str) -> list[str]:
    """The places where a method with one of these names is called."""
    found = (
        node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return [f"{named(path)}:{node.lineno}" for node in found if node.func.attr in names]  # type: ignore[attr-defined]


def test_no_file_is_longer_than_a_sitting() -> None:
    limits = [(path, FILE_LINES) for path in sources(*PACKAGES, "migrations", "scripts")]
    limits += [(path, TEST_LINES) for path in sources("tests")]
    sizes = [(named(path), len(path.read_text("utf-8").splitlines()), limit) for path, limit in limits]

    assert [entry for entry in sizes if entry[1] > entry[2]] == []


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{named(path)}:{function.lineno} {function.name} ({length(function)})"
        for path in sources(*PACKAGES, "scripts")
        for function in functions(path)
        if length(function) > FUNCTION_LINES
    ]

    assert long == []


@pytest.mark.parametrize("package", PACKAGES)
def test_the_median_function_is_short(package: str) -> None:
    lengths = [length(function) for path in sources(package) for function in functions(path)]

    assert statistics.median(lengths or [0]) <= MEDIAN_LINES


def test_imports_stand_at_the_top() -> None:
    inner = {
        f"{named(path)}:{node.lineno}"
        for path in sources(*PACKAGES, "scripts", "tests")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert inner == set()


def test_only_the_database_commits() -> None:
    committing = [place for path in sources(*PACKAGES) for place in calls(path, "commit")]

    assert {place.split(":")[0] for place in committing} <= {"web/database.py"}


def test_only_the_configuration_reads_the_environment() -> None:
    reading = re.compile(r"\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b")
    readers = {named(path) for path in sources(*PACKAGES) if reading.search(path.read_text("utf-8"))}

    assert readers <= {"web/config.py"}


def test_the_settings_are_few_and_frozen() -> None:
    [settings] = [node for node in tree(ROOT / "web/config.py").body if getattr(node, "name", "") == "Settings"]
    assert isinstance(settings, ast.ClassDef)
    fields = [node for node in settings.body if isinstance(node, ast.AnnAssign)]
    [decorator] = settings.decorator_list

    assert len(fields) <= 25
    assert "frozen=True" in ast.unparse(decorator)


def test_nobody_below_the_web_reads_the_clock() -> None:
    reading = [
        place
        for path in sources("engine", "forms", "bpmn")
        for place in calls(path, "now", "utcnow", "today", "time_ns")
    ]

    assert reading == []


def test_nobody_below_the_web_speaks_of_the_web() -> None:
    words = re.compile(r"^\s*(from|import) (flask|werkzeug|markupsafe)\b", re.MULTILINE)

    assert [named(path) for path in sources("engine", "forms", "bpmn") if words.search(path.read_text("utf-8"))] == []


def test_names_say_what_a_thing_is() -> None:
    classes = [
        f"{named(path)} {node.name}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    files = [named(path) for path in sources(*PACKAGES) if VAGUE.search(path.stem)]

    assert classes + files == []


def test_doors_are_narrow() -> None:
    doors = (
        "engine/__init__.py",
        "engine/queries/__init__.py",
        "engine/queries.py",
        "engine/feel/__init__.py",
        "engine/dmn/__init__.py",
    )
    for door in (ROOT / door for door in doors if (ROOT / door).exists()):
        listed = [
            node.value for node in tree(door).body if isinstance(node, ast.Assign) and "__all__" in ast.unparse(node)
        ]
        assert all(len(ast.literal_eval(names)) <= 20 for names in listed), f"{named(door)} offers more than 20 names"


def test_tests_are_no_package() -> None:
    assert [named(path) for path in (ROOT / "tests").rglob("__init__.py")] == []


def test_islands_are_small() -> None:
    islands = (ROOT / "web/frontend/src").rglob("*.ts")
    sizes = {named(path): len(path.read_text("utf-8").splitlines()) for path in islands}

    assert {name: lines for name, lines in sizes.items() if lines > ISLAND_LINES} == {}


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
