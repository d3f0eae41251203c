"""Makes expressions by chance of the rarer parts of FEEL: days and durations, ranges, mixed kinds, nulls, texts."""

from __future__ import annotations

from tests.engine.feel.differential.generate import Generator


class Wide(Generator):
    """Expressions whose answer is a number, a text, a truth value, null or a list of these."""

    def anything(self) -> str:
        """Return an expression of a rarer kind, or an everyday one."""
        return self.pick(
            self.of_days, self.of_ranges, self.mixed, self.of_texts, self.of_lists, self.of_contexts, self.any
        )

    def day(self) -> str:
        return self.pick(
            lambda: self.one(*_DAYS),
            lambda: f"{self.one(*_DAYS)} {self.one('+', '-')} {self.span()}",
        )

    def span(self) -> str:
        return self.one('duration("P1D")', 'duration("P30D")', 'duration("P1M")', 'duration("P1Y2M")', '@"-P1D"')

    def of_days(self) -> str:
        return self.pick(
            lambda: f"({self.day()}).{self.one('year', 'month', 'day', 'weekday')}",
            lambda: f"{self.day()} {self.one('<', '>=', '=', '!=')} {self.day()}",
            lambda: f"({self.span()}).{self.one('days', 'months', 'years', 'hours')}",
            lambda: f"({self.day()} - {self.day()}).days",
            lambda: f"{self.one('day of week', 'month of year', 'day of year', 'week of year')}({self.day()})",
            lambda: f"string({self.day()})",
            lambda: f"years and months duration({self.day()}, {self.day()}).{self.one('years', 'months')}",
            lambda: f"{self.day()} in [{self.day()}..{self.day()}]",
        )

    def of_ranges(self) -> str:
        low, high = self.number(0), self.number(0)
        made = f"{self.one('[', '(')}{low}..{high}{self.one(']', ')')}"
        relation = self.one("before", "after", "meets", "overlaps", "includes", "during", "starts", "finishes")
        return self.pick(
            lambda: f"{self.number(1)} in {made}",
            lambda: f"{relation}({made}, {self.one('[1..5]', '(2..7)', '[5..9)')})",
            lambda: f"{self.number(0)} in ({made}, {self.one('3', '< 2', '> 8')})",
            lambda: (
                f"{self.text(0)} in {self.one('[' + chr(34) + 'a' + chr(34) + '..' + chr(34) + 'c' + chr(34) + ']')}"
            ),
        )

    def value(self) -> str:
        return self.pick(
            lambda: self.number(0), lambda: self.text(0), lambda: f"({self.logical(0)})",
            lambda: self.one("null", "nothing"),
            lambda: self.one("xs", "[]", "c", "{}", "missing", "c.missing", "rows[7]", "1 / z", '"1"', "[1]", "[null]"),
        )  # fmt: skip

    def mixed(self) -> str:
        return self.pick(
            lambda: f"{self.value()} {self.one('+', '-', '*', '/', '**')} {self.value()}",
            lambda: f"{self.value()} {self.one('<', '<=', '>', '>=', '=', '!=')} {self.value()}",
            lambda: f"({self.value()} {self.one('and', 'or')} {self.value()})",
            lambda: f"not({self.value()})",
            lambda: f"{self.value()} in ({self.value()}, {self.value()})",
            lambda: f"{self.value()} instance of {self.one('number', 'string', 'boolean', 'list<Any>', 'Any')}",
            lambda: (
                f"{self.one('count', 'sum', 'min', 'max', 'mean', 'all', 'any', 'string', 'number')}({self.value()})"
            ),
            lambda: f"is defined({self.value()})",
            lambda: f"{self.value()} between {self.value()} and {self.value()}",
        )

    def of_texts(self) -> str:
        return self.pick(
            lambda: f"matches({self.text(1)}, {self.one(*_PATTERNS)})",
            lambda: f"replace({self.text(1)}, {self.one(*_PATTERNS)}, {self.one(*_TEXTS)})",
            lambda: f"split({self.text(1)}, {self.one(*_PATTERNS)})",
            lambda: f"substring({self.text(0)}, {self.number(0)}, {self.number(0)})",
            lambda: f"substring after({self.text(1)}, {self.text(0)})",
            lambda: f"string({self.number(1)})",
            lambda: f"number({self.one(*_NUMBERS)})",
        )

    def of_lists(self) -> str:
        items = self.numbers(1)
        return self.pick(
            lambda: f"{self.one('mean', 'median', 'product', 'mode', 'stddev')}({items})",
            lambda: f"index of({items}, {self.number(0)})",
            lambda: f"sublist({items}, {self.number(0)}, {self.one('1', '2')})",
            lambda: f"insert before({items}, {self.number(0)}, 9)",
            lambda: f"remove({items}, {self.number(0)})",
            lambda: f"union({items}, {self.numbers(0)})",
            lambda: f"flatten([{items}, [{self.number(0)}]])",
            lambda: f"({items})[{self.number(0)}]",
            lambda: f"{items} = {self.numbers(0)}",
            lambda: f"round {self.one('up', 'down', 'half up')}({self.number(1)} / 7, {self.one('0', '1', '2')})",
            lambda: f"{self.one('sqrt', 'odd', 'even', 'abs')}({self.number(0)})",
        )

    def of_contexts(self) -> str:
        return self.pick(
            lambda: f"get value(c, {self.one(chr(34) + 'k' + chr(34), 't', 'nothing')})",
            lambda: f'context put(c, "n", {self.number(0)}).{self.one("n", "k")}',
            lambda: "get entries(c)[1].key",
            lambda: f"{{a: {self.value()}, b: a = {self.value()}}}.b",
            lambda: f"(function(x) x {self.one('+', '*')} {self.number(0)})({self.number(0)})",
        )


_DAYS = ('date("2026-01-31")', 'date("2024-02-29")', '@"2026-11-20"', "date(2026, 3, 31)")
_PATTERNS = ('"a"', '"[a-c]"', '"b+"', '"\\\\s"', '"(a|b)"', '"^e"', '" "', '"x*"')
_TEXTS = ('"-"', '"$0"', '"[$1]"', '""')
_NUMBERS = ('"12"', '"-3.5"', '"1 000"', '"x"', '"1e3"', '""', '"1,000.5", ",", "."', '"1.000,5", ".", ","')
