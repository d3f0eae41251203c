"""feelin, the FEEL of the browser, in QuickJS: bundled at bench time into build/bench, run inside this process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import quickjs

from hatch_build import system_node, wheel_node

ROOT = Path(__file__).resolve().parents[2]
BUNDLER = Path(__file__).parent / "feelin" / "bundle.mjs"
BUNDLE = ROOT / "build" / "bench" / "feelin.js"
#: QuickJS knows no Intl; feelin's dates ask it for the names of the zone and the language.
_INTL = """globalThis.Intl = { DateTimeFormat: function () {
    const options = { timeZone: "UTC", locale: "en", numberingSystem: "latn" };
    return { resolvedOptions: () => options, formatToParts: () => [] };
} };"""


class Feelin:
    """One QuickJS context with feelin in it."""

    def __init__(self) -> None:
        node = system_node() or wheel_node()
        assert node is not None, "no Node to bundle feelin with: run `make install`"
        subprocess.run([str(node / "node"), str(BUNDLER), str(BUNDLE)], cwd=ROOT, check=True)
        self._context = quickjs.Context()
        self._context.eval(_INTL + BUNDLE.read_text(encoding="utf-8"))
        #: source, variables as JSON -> value as JSON; `read` reads the source every time, as feelin itself does
        self.read: Callable[[str, str], str] = self._context.eval("feelin.read")
        #: the same with the closure of the source kept
        self.cached: Callable[[str, str], str] = self._context.eval("feelin.cached")

        self.hold: Callable[[str], None] = self._context.eval("feelin.hold")
        #: source -> value as JSON, over variables kept with `hold`
        self.bare: Callable[[str], str] = self._context.eval("feelin.bare")

    def keep(self, variables: Mapping[str, Any]) -> None:
        """Hand over variables once, for `bare`."""
        self.hold(json.dumps(variables, default=_plain))

    def value(self, source: str, variables: Mapping[str, Any], cached: bool = True) -> Any:
        """Return the value of an expression over variables of this process: they are handed over as JSON."""
        found = (self.cached if cached else self.read)(source, json.dumps(variables, default=_plain))
        return json.loads(found)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no variable of a process")
