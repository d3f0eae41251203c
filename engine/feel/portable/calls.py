"""Functions that browser and server answer alike, and what is refused of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from engine.feel.nodes import Call, Constant, Name, Node
from engine.feel.portable.look import Look
from engine.feel.portable.shapes import BOOLEAN, COMPUTED, STRING, TEXT, UNKNOWN, WHOLE, Shape, same_family
from engine.feel.portable.signatures import MOMENTS, NAMED, OF_NUMBERS, PATTERNED, SIGNATURES


def call(look: Look, node: Call) -> Shape:
    """Functions that both sides answer alike."""
    name = _name(node)
    if name in NAMED:
        look.words.add(NAMED[name])
    if name == "not" and len(node.arguments) != 1:
        look.words.add("several_negated")
    if name in PATTERNED:
        _pattern(look, name, node.arguments[1:])
    special = _SPECIAL.get(name)
    if special is not None and node.names is None:
        return special(look, node)
    if name in SIGNATURES and node.names is None and len(node.arguments) <= len(SIGNATURES[name][0]):
        return _known(look, name, node.arguments)
    if name not in NAMED and name != "not":
        look.words.add("other_function")
    for argument in node.arguments:
        look.shape(argument)
    return UNKNOWN


def _known(look: Look, name: str, arguments: Sequence[Node]) -> Shape:
    """The answer of a function with one form."""
    parameters, answer = SIGNATURES[name]
    found = [
        look.expect(argument, Shape(wanted), _UNFIT.get(wanted, "mixed_kinds")) if wanted else look.shape(argument)
        for argument, wanted in zip(
            arguments, ("number" if one == "whole" else one for one in parameters), strict=False
        )
    ]
    if answer.family == "number" or "whole" in parameters:
        return _counted(look, name, parameters, found, answer)
    if name == "list contains":
        _contained(look, found)
    return answer


def _counted(look: Look, name: str, parameters: Sequence[str], found: Sequence[Shape], answer: Shape) -> Shape:
    """A function of numbers: of computed ones it gives computed ones."""
    if "whole" in parameters and any(shape.kind in ("number", "computed") for shape in found):
        look.words.add("fraction")
    if COMPUTED in found:
        return COMPUTED
    return WHOLE if name == "abs" and WHOLE in found else answer


def _contained(look: Look, found: Sequence[Shape]) -> None:
    """What is looked for is of the kind of the list's items."""
    item, sought = found[0].of_item(), found[-1]
    if COMPUTED in (item, sought):
        look.words.add("fraction")
    if sought.kind in ("list", "context", "range") or item.kind in ("list", "range"):
        look.words.add("list_equality")
    elif not same_family(item, sought):
        look.words.add("mixed_kinds")


def _pattern(look: Look, name: str, patterns: Sequence[Node]) -> None:
    """A pattern, and what takes its place, is a fixed text that means itself."""
    texts = [node.value if isinstance(node, Constant) else None for node in patterns]
    if not all(isinstance(text, str) and PATTERNED[name].fullmatch(text) for text in texts):
        look.words.add("pattern")


def _name(node: Call) -> str:
    """The name of the function that is called; empty where it is worked out."""
    return node.function.name if isinstance(node.function, Name) else ""


def _moment(look: Look, node: Call) -> Shape:
    """A moment read from a text that spells one."""
    name = _name(node)
    made = Shape(name)
    found = [look.shape(argument) for argument in node.arguments]
    if name == "date" and len(found) == 3 and all(isinstance(part, Constant) for part in node.arguments):
        return made
    if len(found) != 1:
        look.words.add("other_function")
    elif found[0].family == "":
        look.learn(node.arguments[0], TEXT)
    elif found[0].kind not in MOMENTS[name] | {"text", "null"}:
        look.words.add("moment_of_text")
    return made


def _duration(look: Look, node: Call) -> Shape:
    """A duration that is spelled out."""
    only = node.arguments[0] if len(node.arguments) == 1 else None
    text = only.value if isinstance(only, Constant) else None
    if not isinstance(text, str):
        look.words.add("other_function")
        return UNKNOWN
    months = re.fullmatch(r"-?P(\d+Y)?(\d+M)?", text)
    return Shape("years and months duration" if months else "days and time duration")


def _string(look: Look, node: Call) -> Shape:
    """The text of what both sides write alike."""
    for argument in node.arguments:
        found = look.shape(argument)
        if found.kind in ("number", "computed"):
            look.words.add("fraction")
        elif found.family not in ("number", "string", "boolean", "null", ""):
            look.words.add("other_function")
    return STRING


def _of_numbers(look: Look, node: Call) -> Shape:
    """Sums, means, the least and the greatest of numbers."""
    found = [look.shape(argument) for argument in node.arguments]
    numbers = [found[0].of_item()] if len(found) == 1 and found[0].kind in ("list", "") else found
    whole, other = OF_NUMBERS[_name(node)]
    if any(shape.family not in ("number", "null", "") for shape in numbers):
        look.words.add("statistics")
    if COMPUTED in numbers:
        return COMPUTED
    return whole if all(shape.kind in ("whole", "null") for shape in numbers) else other


def _truths(look: Look, node: Call) -> Shape:
    """`all` and `any` of truth values."""
    found = [look.shape(argument) for argument in node.arguments]
    truths = [found[0].of_item()] if len(found) == 1 and found[0].kind in ("list", "") else found
    if any(shape.family not in ("boolean", "null", "") for shape in truths):
        look.words.add("no_boolean")
    return BOOLEAN


_UNFIT: Final[Mapping[str, str]] = {"list": "no_list", "boolean": "no_boolean"}
_SPECIAL: Final[Mapping[str, Callable[[Look, Call], Shape]]] = {
    **dict.fromkeys(MOMENTS, _moment),
    **dict.fromkeys(OF_NUMBERS, _of_numbers),
    **dict.fromkeys(("all", "any"), _truths),
    "duration": _duration,
    "string": _string,
}
