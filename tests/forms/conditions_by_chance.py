"""Conditions of forms made by chance: fields of every kind, right and wrong uses of them."""

from __future__ import annotations

from random import Random
from typing import Any

from engine.feel.portable.shapes import BOOLEAN, NUMBER, STRING, WHOLE, Shape

ROW = Shape("context", None, {"n": WHOLE, "f": NUMBER, "t": STRING})
#: The fields that the conditions ask for; `kept` and `more.part` are variables of the process.
SHAPES = {
    "whole": WHOLE, "other": WHOLE, "amount": NUMBER, "rate": NUMBER, "txt": STRING, "kind": STRING, "ok": BOOLEAN,
    "agreed": BOOLEAN, "d1": Shape("date text"), "d2": Shape("date text"), "at": Shape("date and time text"),
    "clock": Shape("time text"), "xs": Shape("list", STRING), "ys": Shape("list", STRING),
    "ns": Shape("list", WHOLE), "rows": Shape("list", ROW), "group": Shape("context", None, {"a": WHOLE, "t": STRING}),
}  # fmt: skip
_DAYS = ["2026-03-31", "2024-02-29", "2026-01-31", "2025-12-31", "2026-03-01"]
_TEXTS = ["", "a", "b", "ab", "7", "A b", "电力", "😀", "\uff08", "ß"]
_FRACTIONS: list[Any] = [0, 0.1, 0.29, 1.1, 5, 6, 6.6, 100.005, -0.5]

#: Letter -> expressions of that kind, in which {letters} are replaced again.
_WAYS = {
    "B": [
        "ok", "agreed", "true", "false", "null", "not({B})", "({B})", "{B} and {B}", "{B} or {B}", "{B} = {B}",
        "{N} {c} {N}", "{F} {c} {F}", "{F} {c} {N}", "{T} = {T}", "{T} != {T}", "{T} {c} {q}", "{T} {c} {T}",
        "{D} {c} {D}", "{D} - {D} {c} {P}", "{A} {c} {A}", "{C} {c} {C}", "{x} = null", "{x} != null",
        "{x} {c} {x}", "{N} in ({k}, {k})", "{T} in ({q}, {q})", "{F} between 1 and 10", "not({T} in ({q}, null))",
        "contains({T}, {T})", "starts with({T}, {T})", "ends with({T}, {q})", 'matches({T}, "^[0-9]+$")',
        "list contains({L}, {T})", "list contains(ns, {N})", "count({L}) {c} {k}", "is defined({x})",
        "some x in {L} satisfies x = {T}", "every x in {L} satisfies x != {T}", "some r in rows satisfies r.n = {N}",
        "every r in rows satisfies r.t = {T}", "some r in rows satisfies r.n != null and r.n {c} {k}",
        "every r in rows satisfies r.f = null or r.f {c} {k}", "some r in rows satisfies r.t in ({q}, {q})",
        "some r in rows satisfies not(r.t = null) and contains(r.t, {q})", "some r in rows satisfies r.f {c} {k}",
        "every x in ns satisfies if x = null then {B} else x {c} -{k}", "every x in ns satisfies not(x in ({k}, {k}))",
        "some x in {L} satisfies ys != null and list contains(ys, x)", "every r in rows satisfies r.n != null or {B}",
        "some r in rows satisfies (r.n = null or r.f = null) or r.n {c} r.f",
        "some x in {L}, y in {L} satisfies x = y", "all({B}, {B})",
        "any([{B}, {B}])", "if {B} then {B} else {B}", "even({N})", "odd({N})", "{W} = {W}", "group = null",
        "rows = null", "{x} in ({k}, {q})",
        "kept in ({k}, {k})", 'clock {c} "10:00"', 'clock {c} clock', "d1 {c} d2", 'd1 {c} "2026-01-01"',
        "at {c} at", "more.part = {q}",
        "kept {c} {k}", "kept = null", "every x in ns satisfies x {c} {k}", "{B} /* so */", "{T} {c} {N}",
    ],
    "N": [
        "whole", "other", "{k}", "{N} + {N}", "{N} - {N}", "count({L})", "string length({T})", "sum(ns)", "ns[1]",
        "ns[-1]", "rows[1].n", "group.a", "floor({F})", "ceiling({F})", "abs({N})", "max({N}, {N})", "min(ns)",
        "date(d1).year", "date(d2).month", "date(d1).weekday", "{N} * {N}", "modulo({N}, {k})", "sum(rows.n)",
        "if {B} then {N} else {N}", "count(rows)", "count(rows.n)", "date and time(at).hour", "time(clock).minute",
        '@"2026-03-31T10:00:00".hour', 'time("10:20:00").minute',
        "-{N}",
    ],
    "F": ["amount", "rate", "rows[1].f", "max({F}, {F})", "min(rows.f)", "{F} + {F}", "{F} * {F}", "abs({F})", "6.6"],
    "T": [
        "txt", "kind", "{q}", "xs[1]", "xs[-1]", "rows[1].t", "group.t", "upper case({T})", "lower case({T})",
        "{T} + {T}", "substring before({T}, {T})", "substring after({T}, {q})", "string({N})", "string({B})",
        'replace({T}, "a", "b")', "string join({L}, {q})", "if {B} then {T} else {T}", "string({F})", "{W}",
    ],
    "D": ["date(d1)", "date(d2)", 'date("2026-03-31")', "date(d1) + {P}", "date(d2) - {M}", "date({T})",
          '@"2026-01-31"'],
    "A": ["date and time(at)", 'date and time("2026-03-31T10:00:00")', "date and time(at) + {P}"],
    "C": ["time(clock)", 'time("10:00:00")'],
    "P": ['duration("P30D")', 'duration("P1D")', "{M}", "{D} - {D}", '@"PT24H"'],
    "M": ['duration("P1M")', 'duration("P1Y")', 'duration("P2M")'],
    "L": ["xs", "ys", '["a", {T}]', "rows.t", "[]", "split({T}, {q})"],
    "W": ["string(ok)", "d1"],
    "x": ["{N}", "{F}", "{T}", "{D}", "{B}", "{L}", "nix", "null", "rows", "group.nix"],
    "q": ['"a"', '""', '"b"', '"7"', '"A b"', '"电力"'],
    "k": ["0", "1", "2", "5", "6", "100"],
    "c": ["=", "!=", "<", "<=", ">", ">="],
}  # fmt: skip


class Conditions:
    """Makes conditions and the data of a form."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def any(self) -> str:
        """A condition, which the form check may refuse."""
        return self._filled("{B}", 5)

    def _filled(self, text: str, depth: int) -> str:
        while "{" in text:
            start = text.index("{")
            ways = _WAYS[text[start + 1]]
            simple = ways if depth > 0 else [way for way in ways if "{" not in way] or ways
            text = text[:start] + self._filled(self.chance.choice(simple), depth - 1) + text[start + 3 :]
        return text

    def data(self) -> dict[str, Any]:
        """Values for the fields, of which any may be missing or null."""
        one = self.chance.choice
        row = {"n": one([0, 4]), "f": one(_FRACTIONS), "t": one(_TEXTS)}
        texts = [one(_TEXTS) for _ in range(self.chance.randrange(3))]
        found = {
            "whole": one([0, 1, 5, 6, 100, -3]), "other": one([0, 2, 6]), "amount": one(_FRACTIONS),
            "rate": one(_FRACTIONS), "txt": one(_TEXTS), "kind": one(_TEXTS), "ok": one([True, False]),
            "agreed": one([True, False]), "d1": one(_DAYS), "d2": one(_DAYS), "at": one(_DAYS) + "T10:30",
            "clock": one(["10:00", "09:30", "23:59"]), "xs": texts, "ys": ["a", "b"][: one([0, 1, 2])],
            "ns": [one([0, 4, 6]) for _ in range(one([0, 1, 2]))], "rows": [row, {"n": None}, {}][: one([0, 1, 2, 3])],
            "group": {"a": one([1, None]), "t": one(_TEXTS)}, "kept": one([0, 5, 7.5]), "more": {"part": one(_TEXTS)},
        }  # fmt: skip
        return {name: None if self.chance.random() < 0.15 else value for name, value in found.items()}
