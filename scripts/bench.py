"""Prints the figures of tests/bench, one JSON line each: `python -m scripts.bench [name part …]`.

A module of tests/bench gives `figures()`, which yields (name, value, unit) or mappings with at least these three keys.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "bench"
Figures = Callable[[], Iterable[Mapping[str, Any] | tuple[str, float, str]]]


def modules(parts: list[str]) -> Iterator[tuple[str, Figures]]:
    """The modules whose names hold one of the parts (all without parts), with their `figures`."""
    for path in sorted(FOLDER.glob("*.py")):
        if parts and not any(part in path.stem for part in parts):
            continue
        spec = importlib.util.spec_from_file_location(f"tests.bench.{path.stem}", path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} cannot be loaded: it must be a Python module.")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if hasattr(module, "figures"):
            yield path.stem, module.figures


def line(module: str, figure: Mapping[str, Any] | tuple[str, float, str]) -> str:
    """One figure as JSON: bench, name, value, unit and what else the module says."""
    known = figure if isinstance(figure, Mapping) else dict(zip(("name", "value", "unit"), figure, strict=True))
    return json.dumps({"bench": module, **known}, ensure_ascii=False)


def main() -> None:
    """Runs the modules one after the other and prints each figure as soon as it is known."""
    for module, figures in modules(sys.argv[1:]):
        for figure in figures():
            print(line(module, figure), flush=True)


if __name__ == "__main__":
    main()
