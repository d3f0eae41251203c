"""A place in the tokens of one expression: what all parts of the parser share."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel import limits
from engine.feel.errors import FeelError, place
from engine.feel.tokens import CONNECTORS, KEYWORDS, Names, Token, cut, join
from engine.feel.types import SIMPLE, Type

#: tokens that may stand inside a key or parameter name that is not known yet
_NAME_MARKS = frozenset(["-", "+", "*", "/", "**", "'", "."])
#: Chinese punctuation that slips into expressions -> what FEEL wants
_FULL_WIDTH = {
    "（": "(", "）": ")", "，": ",", "：": ":", "；": ",", "。": ".", "＝": "=", "＞": ">", "＜": "<", "！": "!=",
    "＋": "+", "－": "-", "＊": "*", "×": "*", "／": "/", "÷": "/", "≥": ">=", "≤": "<=", "≠": "!=",
    "“": '"', "”": '"', "‘": '"', "’": '"', "【": "[", "】": "]", "｛": "{", "｝": "}",
}  # fmt: skip
_SLIPS = {
    '"': ("文字缺少结束的引号", 'the text lacks its closing "'),
    "'": ("文字请用双引号", 'texts stand in double quotes "'),
    "=": ("相等只写一个 =", "equality is a single ="),
    "&": ("“并且”请写 and", "write and"),
    "|": ("“或者”请写 or", "write or"),
    "!": ("“不”请写 not(...)，不等请写 !=", "write not(...) or !="),
    "%": ("没有 %；取余数请用 modulo(a, b)", "there is no %, use modulo(a, b)"),
    ";": ("分隔请用逗号", "separate with commas"),
}


#: signs of two characters that other languages have -> what FEEL wants
_PAIRS = {"<>": "!=", "=>": ">=", "=<": "<="}
#: what is asked with `is` elsewhere
_VALUES = frozenset({"null", "true", "false"})
#: Chinese words that join conditions -> what FEEL wants
_JOINS = {"和": "and", "且": "and", "并且": "and", "而且": "and", "或": "or", "或者": "or"}


class Cursor:
    """Reads tokens one after the other."""

    __slots__ = ("source", "tokens", "pos", "names", "types", "depth")

    def __init__(self, source: str, names: Names, types: Mapping[str, Type]) -> None:
        self.source = source
        self.tokens: list[Token] = cut(source)
        self.pos = 0
        self.names = names
        self.types = types
        self.depth = 0

    def error(self, message: str, message_en: str, at: int | None = None) -> FeelError:
        """Return an error that points at a place, by default the current token."""
        offset = self.tokens[self.pos][2] if at is None else at
        return FeelError(message, *place(self.source, offset), message_en)

    def unexpected(self) -> FeelError:
        """Return the error for a token that fits nowhere."""
        kind, text, _ = self.tokens[self.pos]
        if kind == "end":
            return self.error("表达式没有写完", "the expression ends too early")
        hint = self.hint()
        if hint is not None:
            return hint
        return self.error(f"这里不能出现“{self.short(text)}”", f"'{self.short(text)}' is not expected here")

    def hint(self) -> FeelError | None:
        """Return a helpful error for a frequent slip, such as full-width punctuation or another language's signs."""
        text = self.tokens[self.pos][1]
        plain = _FULL_WIDTH.get(text)
        if plain is not None:
            return self.error(f"“{text}”是全角符号，请改用半角“{plain}”", f"'{text}' is full-width, write '{plain}'")
        pair = self.tokens[self.pos - 1][1] + text if self.pos else ""
        if pair in _PAIRS:
            return self.error(f"“{pair}”请写 {_PAIRS[pair]}", f"write {_PAIRS[pair]} for '{pair}'")
        found = _SLIPS.get(text)
        return None if found is None else self.error(*found)

    def enter(self) -> None:
        """Go one level deeper; raises FeelError when the expression is nested too deeply."""
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise self.error(
                f"嵌套超过 {limits.DEPTH} 层；请拆成几步",
                f"nested deeper than {limits.DEPTH} levels; split the expression",
            )

    def short(self, text: str) -> str:
        """Return a text of the source, cut to what a message can hold."""
        return text if len(text) <= 40 else text[:40] + "…"

    def at(self, text: str) -> bool:
        """Say whether the current token is `text`."""
        return self.tokens[self.pos][1] == text

    def accept(self, text: str) -> bool:
        """Step over `text` when it is the current token."""
        if self.tokens[self.pos][1] == text:
            self.pos += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Step over `text`; raises FeelError when something else stands there."""
        if self.tokens[self.pos][1] != text:
            if self.tokens[self.pos][0] == "end":
                raise self.error(f"缺少“{text}”", f"'{text}' is missing")
            found = self.short(self.tokens[self.pos][1])
            hint = self.hint()
            if hint is not None:
                raise hint
            raise self.error(f"这里应是“{text}”，却是“{found}”", f"'{text}' expected, '{found}' found")
        self.pos += 1

    def name(self) -> str:
        """Read a name: the longest known one, else all words that follow one another."""
        start = self.pos
        count, known = self.names.match(self.tokens, start)
        if not count:
            count, known = 1, self.tokens[start][1]
        stop = start + count
        while self._continues(stop):
            stop += 1
        if stop > start + count:
            self.refuse_words(start, stop)
        self.pos = stop
        return known if stop == start + count else join(self.tokens[start:stop])

    def refuse_words(self, start: int, stop: int) -> None:
        """Refuse a name that nobody knows where it spells an operator of another language."""
        texts = [token[1] for token in self.tokens[start:stop]]
        if texts[0] == "not":
            raise self.error(*_SLIPS["!"])
        if texts[-1] == "not" and self.tokens[stop][1] in ("in", "between"):
            word = self.tokens[stop][1]
            told = f"“不在其中”请写 not(… {word} …)", f"write not(... {word} ...)"
            raise self.error(*told, self.tokens[stop - 1][2])
        if texts[-1] in _VALUES and "is" in texts[1:]:
            place = start + texts.index("is", 1)
            wanted = "!=" if "not" in texts else "="
            told = f"请写 {wanted} {texts[-1]}，不写 is", f"write {wanted} {texts[-1]} instead of is"
            raise self.error(*told, self.tokens[place][2])
        for place, text in enumerate(texts[1:-1], 1):
            if text in _JOINS and {join(self.tokens[start : start + place]), texts[place + 1]} <= self.names.known:
                told = f"“{text}”请写 {_JOINS[text]}", f"write {_JOINS[text]} for '{text}'"
                raise self.error(*told, self.tokens[start + place][2])

    def _continues(self, at: int) -> bool:
        kind, text, _ = self.tokens[at]
        return kind == "name" and text not in CONNECTORS and text != "?" and self.tokens[at - 1][1] != "?"

    def new_name(self, stops: tuple[str, ...]) -> str:
        """Read a name that is being introduced here: everything up to one of `stops`."""
        start = self.pos
        if self.tokens[start][0] != "name" or self.tokens[start][1] in ("?", "true", "false", "null"):
            raise self.error("这里应是一个名称", "a name is expected here")
        self.pos += 1
        while self.tokens[self.pos][1] not in stops and self._in_name(self.pos):
            self.pos += 1
        name = join(self.tokens[start : self.pos])
        self.names = Names((), self.names)
        self.names.add(name)
        return name

    def _in_name(self, at: int) -> bool:
        kind, text, _ = self.tokens[at]
        return kind in ("name", "number", "other") or text in _NAME_MARKS

    def key_length(self) -> int:
        """Return how many tokens form a key in front of a colon, 0 when there is no such key."""
        at = self.pos
        kind = self.tokens[at][0]
        if kind == "string":
            at += 1
        elif kind == "name":
            at += 1
            while self._in_name(at):
                at += 1
        return at - self.pos if self.tokens[at][1] == ":" else 0

    def type(self) -> Type:
        """Read a type, such as `list<number>` or `years and months duration`."""
        self.enter()
        start = self.pos
        name = self._type_name()
        if self.accept("<"):
            found = self._generic(name)
        else:
            known = self.types.get(name) or SIMPLE.get(name)
            if known is None:
                raise self.error(f"没有名为“{name}”的类型", f"there is no type named '{name}'", self.tokens[start][2])
            found = known
        self.depth -= 1
        return found

    def _type_name(self) -> str:
        start = self.pos
        for length in (5, 4, 3, 2):
            words = " ".join(token[1] for token in self.tokens[start : start + length])
            if words in SIMPLE or words in self.types:
                self.pos = start + length
                return words
        if self.tokens[start][0] != "name":
            raise self.error("这里应是一个类型", "a type is expected here")
        self.pos += 1
        while self.at(".") or (self._continues(self.pos) and self.tokens[self.pos][1] not in KEYWORDS):
            self.pos += 1
        return join(self.tokens[start : self.pos])

    def _generic(self, name: str) -> Type:
        if name in ("list", "range"):
            element = self.type()
            self.expect(">")
            return Type(name, element)
        if name == "context":
            return Type("context", None, self._fields())
        if name == "function":
            parameters = self._parameters()
            self.expect("->")
            return Type("function", self.type(), (), parameters)
        raise self.error(f"“{name}”不能带 <…>", f"'{name}' cannot carry <...>")

    def _fields(self) -> tuple[tuple[str, Type], ...]:
        fields: list[tuple[str, Type]] = []
        while not self.at(">"):
            name = self.new_name((":",))
            self.expect(":")
            fields.append((name, self.type()))
            if not self.accept(","):
                break
        self.expect(">")
        return tuple(fields)

    def _parameters(self) -> tuple[Type, ...]:
        parameters: list[Type] = []
        while not self.at(">"):
            parameters.append(self.type())
            if not self.accept(","):
                break
        self.expect(">")
        return tuple(parameters)
