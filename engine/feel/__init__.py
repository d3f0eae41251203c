"""FEEL, the expression language of DMN 1.5: conditions, timers, assignments, forms and decisions are written in it.

Expressions are read into closures over plain values; no Python object can be reached from one.
"""

from engine.feel.builtins.catalogue import functions
from engine.feel.codec import from_json, to_json
from engine.feel.derived import Derived
from engine.feel.domain import to_feel
from engine.feel.errors import FeelError
from engine.feel.expression import Expression, Types, compile, unary_tests
from engine.feel.lines import Line, line
from engine.feel.scope import Run
from engine.feel.text import to_text
from engine.feel.tokens import KEYWORDS
from engine.feel.types import SIMPLE, Type
from engine.feel.values import Function, Range, YearMonthDuration

__all__ = [
    "KEYWORDS",
    "SIMPLE",
    "Derived",
    "Expression",
    "FeelError",
    "Function",
    "Line",
    "Range",
    "Run",
    "Type",
    "Types",
    "YearMonthDuration",
    "compile",
    "from_json",
    "functions",
    "line",
    "to_feel",
    "to_json",
    "to_text",
    "unary_tests",
]
