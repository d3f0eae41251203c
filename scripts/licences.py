"""Writes docs/licences.md from the locks and the installed packages: `python -m scripts.licences [--check]`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
#: The tables are those of one Python, so that the page is the same wherever it is written.
PYTHON = {"python_version": "3.11", "python_full_version": "3.11.2", "platform_python_implementation": "CPython"}
CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
HEAD = """# Licences

Yekuo is under the Apache License 2.0 (`LICENSE`). This page lists what it stands on; `make licences` writes it from the
lock files, `make check` compares.

**Under the LGPL** are {lgpl}.
They are not part of Yekuo: they are installed as separate packages, unmodified and unpatched, used by import and by
subclassing, and may be replaced by another version that fits. Nothing of them is copied.

**The bpmn.io mark**: the licence of bpmn-js, dmn-js and form-js asks that the mark which links to bpmn.io stays visible
and uncovered in every diagram and form. Yekuo keeps it.

The texts of the licences of the bundled front end are in `web/static/dist/third-party.txt`, inside the wheel as well;
those of the Python packages lie in their own `*.dist-info` folders.
"""


@dataclass(frozen=True, order=True)
class Package:
    """One row of a table."""

    name: str
    version: str
    licence: str


def locked(file: str) -> Iterator[tuple[str, str]]:
    """Name and version of each package that a lock asks for on the Python of the page."""
    for line in (ROOT / "requirements" / file).read_text("utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            wanted = Requirement(line.rstrip(" \\"))
            if wanted.marker is None or wanted.marker.evaluate(PYTHON):
                yield wanted.name, next(iter(wanted.specifier)).version


def licence_of(found: PackageMetadata) -> str:
    """The licence as the package says it: expression, else classifiers, else the first line of the free text."""
    if "License-Expression" in found:
        return found["License-Expression"]
    names = [text.split(" :: ")[-1] for text in found.get_all("Classifier") or [] if text.startswith("License ::")]
    known = sorted({CLASSIFIERS.get(name, name) for name in names if name not in {"OSI Approved", "DFSG approved"}})
    return " OR ".join(known) or next(iter(found["License"].splitlines()), "not stated")


def python_packages() -> list[Package]:
    """What the run-time lock installs."""
    rows = ((name, version, metadata(name)) for name, version in locked("run.txt"))
    return sorted(Package(name, version, licence_of(found)) for name, version, found in rows)


def front_end_packages() -> list[Package]:
    """What the front end is bundled from, without build tools."""
    entries = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"].items()
    bundled = ((path, entry) for path, entry in entries if path and not entry.get("dev"))
    rows = {(path.rsplit("node_modules/")[-1], entry["version"], path) for path, entry in bundled}
    return sorted({Package(name, version, npm_licence(path)) for name, version, path in rows})


def npm_licence(path: str) -> str:
    """The licence that the installed package states, or what its licence file is headed with."""
    folder = ROOT / path
    stated = json.loads((folder / "package.json").read_text("utf-8")).get("license")
    if isinstance(stated, str) and not stated.startswith("SEE LICENSE"):
        return stated
    text = next((file.read_text("utf-8") for file in sorted(folder.glob("LICEN[CS]E*"))), "")
    if "bpmn.io" in text:
        return "bpmn.io (MIT, the mark stays)"
    return "MIT" if re.search(r"MIT License|Permission is hereby granted", text) else "not stated"


def table(title: str, packages: Iterable[Package]) -> str:
    """A heading and a table of packages."""
    rows = "\n".join(f"| {package.name} | {package.version} | {package.licence} |" for package in packages)
    return f"\n## {title}\n\n| package | version | licence |\n| --- | --- | --- |\n{rows}\n"


def page() -> str:
    """The whole text of docs/licences.md."""
    installed = python_packages()
    lgpl = ", ".join(f"{package.name} {package.version}" for package in installed if "LGPL" in package.licence)
    tools = sorted({name for file in ("test.txt", "build.txt", "node.txt") for name, _ in locked(file)})
    only = [name for name in tools if name not in {package.name for package in installed}]
    closing = (
        f"\n## Only for building and testing\n\nNot shipped: {', '.join(only)}; @sparticuz/chromium, Noto Sans SC.\n"
    )
    tables = table("Python, at run time", installed) + table("Bundled into the front end", front_end_packages())
    return HEAD.format(lgpl=lgpl) + tables + closing


def main() -> None:
    """Writes the page, or with --check compares it and fails when it is not of the present locks."""
    text = page()
    if "--check" in sys.argv:
        if text != PAGE.read_text("utf-8"):
            sys.exit("docs/licences.md is not of the present locks: run `make licences` and commit it.")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
