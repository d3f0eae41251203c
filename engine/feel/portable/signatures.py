"""The functions that browser and server are known to answer alike, with the shapes that they take and give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from engine.feel.portable.shapes import BOOLEAN, COMPUTED, NUMBER, STRING, WHOLE, Shape

#: functions that answer otherwise and have advice of their own -> the word for it
NAMED: Final[Mapping[str, str]] = {
    "number": "number_of_text",
    "years and months duration": "part_of_duration",
    **dict.fromkeys(("day of week", "month of year"), "name_of_day"),
    **dict.fromkeys(("substring", "sublist", "remove", "insert before"), "position"),
    **dict.fromkeys(("median", "mode", "stddev"), "statistics"),
    **dict.fromkeys(("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after"), "range"),
    **dict.fromkeys(("finishes", "finished by", "includes", "during", "starts", "started by", "coincides"), "range"),
}
#: function -> families of its parameters, shape of its answer
SIGNATURES: Final[Mapping[str, tuple[tuple[str, ...], Shape]]] = {
    "not": (("boolean",), BOOLEAN),
    "is defined": (("",), BOOLEAN),
    "count": (("list",), WHOLE),
    "list contains": (("list", ""), BOOLEAN),
    "string length": (("string",), WHOLE),
    **dict.fromkeys(("contains", "starts with", "ends with"), (("string", "string"), BOOLEAN)),
    **dict.fromkeys(("upper case", "lower case"), (("string",), STRING)),
    **dict.fromkeys(("substring before", "substring after"), (("string", "string"), STRING)),
    "matches": (("string", "string"), BOOLEAN),
    "replace": (("string", "string", "string"), STRING),
    "split": (("string", "string"), Shape("list", STRING)),
    "string join": (("list", "string"), STRING),
    **dict.fromkeys(("even", "odd"), (("whole",), BOOLEAN)),
    "modulo": (("whole", "whole"), WHOLE),
    "abs": (("number",), NUMBER),
    **dict.fromkeys(("floor", "ceiling"), (("number",), WHOLE)),
    "today": ((), Shape("date")),
    "now": ((), Shape("date and time")),
}
#: functions of several numbers or of one list of them -> shape of the answer for whole and for other numbers
OF_NUMBERS: Final[Mapping[str, tuple[Shape, Shape]]] = {
    "sum": (WHOLE, COMPUTED),
    "mean": (COMPUTED, COMPUTED),
    "min": (WHOLE, NUMBER),
    "max": (WHOLE, NUMBER),
}
#: functions that read a pattern; what stands in it must mean itself
PATTERNED: Final[Mapping[str, re.Pattern[str]]] = {
    **dict.fromkeys(("split", "replace"), re.compile(r"[^\\^$.|?*+()\[\]{}]+")),
    "matches": re.compile(r"\^?(?:[^\\^$.|?*+()\[\]{}]|\[[0-9a-zA-Z-]+\][*+]?|\[[0-9a-zA-Z-]+\]\{\d+\})+\$?"),
}
#: what makes a moment -> the texts that it reads; fields of times have no seconds, without which it is no time here
MOMENTS: Final[Mapping[str, frozenset[str]]] = {
    "date": frozenset({"date text", "date"}),
    "time": frozenset({"time spelled", "time"}),
    "date and time": frozenset({"date and time spelled", "date and time"}),
}
#: parts that browser and server read alike
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "date": frozenset({"year", "month", "day", "weekday"}),
    "date and time": frozenset({"year", "month", "day", "weekday", "hour", "minute"}),
    "time": frozenset({"hour", "minute"}),
}
