"""Expressions that ask for more than anybody should get: too deep, too long, too many, too large."""

from __future__ import annotations

#: words of the expressions below -> what they stand for
_WORDS = {
    "LONG_TEXT": 'string join(for i in 1..6000 return "aaaaaaaaaa", "")',
    "LONG_LIST": "for i in 1..10000 return i",
    "MIXED": "for i in 1..10000 return modulo(i * 7919, 10007)",
    "ENTRIES": "context(for i in 1..10000 return {key: string(i), value: i})",
}
_BOMBS = {
    "long source": "1+" * 2500 + "1",
    "parentheses": "(" * 2000 + "1" + ")" * 2000,
    "signs": "-" * 4000 + "1",
    "lists": "[" * 2000 + "]" * 2000,
    "range ends": "[1.." * 600 + "1" + "]" * 600,
    "tests": "1 in (" * 600 + "1" + ")" * 600,
    "comparisons": "[<" * 1000 + "1" + "]" * 1000,
    "paths": "a" + ".b" * 2000,
    "calls": "f" + "()" * 2000,
    "chain of equalities": "1" + " = 1" * 1000,
    "chain of inequalities": "1" + "!=1" * 1300,
    "chain of orders": "1" + "<1" * 2000,
    "chain of tests": "1" + " in 1" * 800,
    "chain of types": "1" + " instance of Any" * 250,
    "chain of ranges": "1" + " between 1 and 1" * 250,
    "chains in parentheses": "(" * 40 + "1" + ("=1" * 45 + ")") * 40,
    "calls in parentheses": "(" * 38 + "f" + ("()" * 50 + ")") * 38,
    "filters in parentheses": "(" * 25 + "a" + ("[1]" * 50 + ")") * 25,
    "filters": "a" + "[1]" * 1300,
    "types": "1 instance of " + "list<" * 700 + "Any" + ">" * 700,
    "conditions": "if true then " * 150 + "1" + " else 2" * 150,
    "endless range": "for i in 1..1000000000 return i",
    "product of loops": "for a in 1..10000, b in 1..10000 return 1",
    "some": "some a in 1..100000, b in 1..100000 satisfies false",
    "endless recursion": "{f: function(n) f(n) + f(n), r: f(1)}.r",
    "fibonacci": "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(35)}.r",
    "doubling text": "{a: \"" + "a" * 64 + "\", b: " + "+".join("a" * 30) + ", c: " + "+".join("b" * 30)
    + ", d: " + "+".join("c" * 30) + "}.d",
    "shared lists equal": "{a: LONG_LIST, b: for i in 1..1000 return a, c: b = b}.c",
    "shared lists text": "{a: LONG_LIST, b: for i in 1..1000 return a, c: string(b)}.c",
    "flatten": "{a: LONG_LIST, b: for i in 1..10000 return a, c: flatten(b)}.c",
    "sums": "{a: LONG_LIST, c: for i in 1..10000 return sum(a)}.c",
    "searches": "{a: LONG_LIST, c: for i in 1..10000 return list contains(a, 0)}.c",
    "appending": "for i in 1..10000 return append(partial, 1)",
    "concatenate": "{a: LONG_LIST, b: concatenate(a, a, a)}.b",
    "distinct": "distinct values(for i in 1..10000 return [i])",
    "number": "1e999999999",
    "regex long text": '{s: LONG_TEXT, r: for j in 1..10000 return matches(s, "(a|aa)+$")}.r',
    "split": '{s: string join(for i in 1..6000 return "a,a,a,a,a,", ""), r: for j in 1..1000 return split(s, ",")}.r',
    "power loop": "for i in 1..10000 return (1 + i / 7) ** 999.5",
    "exp loop": "for i in 1..100000 return exp(i / 1000)",
    "log loop": "for i in 1..10000, j in 1..100 return log(i + 0.5)",
    "sqrt loop": "for i in 1..99999 return sqrt(i)",
    "sort": "{a: MIXED, b: for j in 1..100 return sort(a, function(x, y) x < y)}.b",
    "sort costly": "sort(LONG_LIST, function(x, y) count(for k in 1..10000 return k) > x)",
    "median": "{a: MIXED, b: for j in 1..1000 return median(a)}.b",
    "mode": "{a: MIXED, b: for j in 1..1000 return mode(a)}.b",
    "stddev": "{a: LONG_LIST, b: for j in 1..1000 return stddev(a)}.b",
    "product": "{a: for i in 1..10000 return 9.999999999, b: for j in 1..1000 return product(a)}.b",
    "union": "{a: LONG_LIST, b: for j in 1..1000 return union(a, a)}.b",
    "union of lists": "union(for i in 1..5000 return [i], for i in 1..5000 return [i + 1])",
    "index of": "{a: LONG_LIST, b: for j in 1..1000 return index of(a, j)}.b",
    "filter in filter": "{a: LONG_LIST, b: a[count(a[item > 1]) > item]}.b",
    "some in some": "some a in 1..10000 satisfies some b in 1..10000 satisfies some c in 1..10000 satisfies false",
    "every": "every a in 1..10000, b in 1..10000 satisfies a + b > 0",
    "mutual recursion": "{f: function(n) g(n + 1), g: function(n) f(n + 1), r: f(1)}.r",
    "ackermann": "{a: function(m, n) if m = 0 then n + 1 else if n = 0 then a(m - 1, 1) else a(m - 1, a(m, n - 1)), "
    "r: a(4, 2)}.r",
    "combinator": "{y: function(f) f(f), r: y(y)}.r",
    "doubling lists": "{a: [1], b: for i in 1..30 return concatenate(a, a), "
    "c: flatten(for i in 1..200 return flatten(for j in 1..200 return b))}.c",
    "lists of lists of lists": "{a: for i in 1..10000 return 1, b: for i in 1..10000 return a, "
    "c: for i in 1..10000 return b, d: string(c)}.d",
    "equal contexts": "{a: for i in 1..1000 return {x: i}, b: for i in 1..1000 return a, c: b = b, d: b != b}.d",
    "partial": "for i in 1..10000 return count(partial)",
    "partial growth": "for i in 1..10000 return partial",
    "string numbers": "string(for i in 1..10000 return 1/7 + i)",
    "context merge": "{a: ENTRIES, b: for i in 1..10000 return context merge([a, a])}.b",
    "context put": "{a: ENTRIES, b: for i in 1..10000 return context put(a, string(i), i)}.b",
    "get entries": "{a: ENTRIES, b: for i in 1..10000 return get entries(a)}.b",
    "days": 'for d in date("0001-01-01")..date("9999-12-31") return d',
    "range of days": 'for d in [date("0001-01-01")..date("9999-12-31")] return day of week(d)',
    "huge downwards": "for i in 1e30..-1e30 return i",
    "duration": 'for i in 1..100000 return duration("P1D") * i',
    "date parsing": 'for i in 1..100000 return date(string(2000 + modulo(i, 99)) + "-01-01")',
    "zones": 'f'
    'or i in 1..100000 return date and time("2026-01-01T00:00:00@Asia/Shanghai") + duration("PT" + string(i) + "H")',
    "nested context": "{a:" * 60 + "1" + "}" * 60,
    "nested functions": "function(a) " * 300 + "1",
    "nested for": "for i in 1..9 return " * 60 + "i",
    "deep for": "for i in 1..9 return " * 12 + "i",
    "and chain": "true and " * 450 + "true and (for i in 1..99999 return i)",
    **{
        f"many of {sign}": f"for i in 1..10000 return i{f'{sign}i' * 400}" for sign in "+-*/"
    },
    "many thirds": "for i in 1..10000 return i/7" + "+i" * 400,
    "product of thirds": "{x: 1/7, r: for i in 1..10000 return x" + "*x" * 400 + "}.r",
    "lower case": '{s: string join(for i in 1..6000 return "ΣΣΣΣΣΣΣΣΣΣ", ""), '
    "r: for j in 1..10000 return lower case(s)}.r",
    "arguments by name": 'for i in 1..10000 return substring(string: "abc", start position: 1, length: 2)',
    "own arguments by name": "{f: function(a, b, c, d, e) a, "
    "r: for i in 1..10000 return f(e: 1, d: 2, c: 3, b: 4, a: 5)}.r",
    "own arguments": "{f: function(a, b, c, d, e) a, r: for i in 1..10000 return f(1, 2, 3, 4, 5)}.r",
    "one of many": "for i in 1..10000 return i in (0" + "".join(f",-{i}" for i in range(1, 500)) + ")",
    "in many ranges": "{a: for k in 1..1000 return [k..k + 1], r: for j in 1..10000 return 0 in a}.r",
    "mean": "{a: for k in 1..5000 return k / 7, r: for j in 1..10000 return mean(a)}.r",
    "comments": "/*" * 2000,
    "quotes": '"' + "\\" * 4000,
    "substring": '{s: LONG_TEXT, r: for j in 1..10000 return substring(s, 2)}.r',
    "upper case": '{s: LONG_TEXT, r: for j in 1..10000 return upper case(s)}.r',
    "concat strings": '{s: LONG_TEXT, r: for j in 1..10000 return "b" + s}.r',
    "insert": "{a: for i in 1..9999 return i, b: for j in 1..10000 return insert before(a, 1, 0)}.b",
    "reverse": "{a: for i in 1..9999 return i, b: for j in 1..10000 return reverse(a)}.b",
    "sublist": "{a: for i in 1..9999 return i, b: for j in 1..10000 return sublist(a, 2)}.b",
    "literal copies": "for j in 1..10000 return [" + "1," * 900 + "1]",
    "contexts": "for j in 1..10000 return {" + ",".join(f"k{i}: 1" for i in range(500)) + "}",
    "string in loop": 'for j in 1..10000 return "x" + string(j) + "' + "y" * 3500 + '"',
    "contains": '{s: LONG_TEXT, r: for j in 1..10000 return contains(s, s)}.r',
    "contains slow": '{s: string join(for i in 1..3000 return "aaaaaaaaaa", ""), t: s + "b" + s, '
    'r: for j in 1..10000 return contains(t, s + "c")}.r',
    "string equal": '{s: LONG_TEXT, t: s + "b", r: for j in 1..100000 return s < t}.r',
    "list replace": "{a: for i in 1..9999 return i, b: list replace(a, function(item, n) count(a[item > 5]) > 0, 1)}.b",
    "min max strings": '{a: for i in 1..9999 return string(i), b: for j in 1..9999 return min(a)}.b',
    "is": '{a: for i in 1..9999 return i, b: for j in 1..9999 return is(a, a)}.b',
    "list contains lists": "{a: for i in 1..300 return i, b: for i in 1..300 return a, c: list contains(b, 0), "
    "d: distinct values(b), e: for i in 1..100 return distinct values(b)}.e",
    "round": "for i in 1..100000 return round half up(1/3, 6000)",
    "modulo": "for i in 1..100000 return modulo(1e6000, 7)",
    "division": "for i in 1..100000 return 1e6000 / 3",
    "replace growth": '{s: LONG_TEXT, r: replace(s, "a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")}.r',
    "patterns in a loop": 'for i in 1..10000 return matches("a", "(a{1000}" + string(i) + ")")',
    "classes in a loop": 'for i in 1..10000 return matches("a", "\\\\w{9}" + string(i))',
    "one costly pattern": '[for i in 1..3000 return i, matches("a", "((a|b){1,30}){1,30}c"), '
    'matches(string join(for i in 1..4000 return "ab", ""), "a[ab]{9}c"), for i in 1..9000 return i]',
    "instance of": "{a: for i in 1..5000 return i, b: for j in 1..10000 return a instance of list<number>}.b",
    "instance of lists": "{a: for i in 1..1000 return 1, b: for j in 1..1000 return a, "
    "c: for j in 1..1000 return b, d: c instance of list<list<list<number>>>}.d",
    "instance of partial": "{p: for i in 1..60 return partial, q: p instance of list<"
    + "list<" * 38 + "Any" + ">" * 39 + "}.q",
    "equal partial": "{p: for i in 1..60 return partial, q: for i in 1..60 return partial, r: p = q}.r",
    "many groups": 'for j in 1..10000 return replace("aaaaaaaa", "a", "' + "$0" * 900 + '")',
    "typed parameters": "{a: for i in 1..5000 return i, f: function(x: list<number>) 1, "
    "b: for j in 1..10000 return f(a)}.b",
    "moments sorted": '{m: date and time("2026-01-01T00:00:00@Asia/Shanghai"), '
    'a: for i in 1..800 return m + duration("PT1H") * i, '
    "b: for j in 1..1000 return sort(a)}.b",
    "moments compared": '{a: date and time("2026-01-01T00:00:00@Asia/Shanghai"), b: for j in 1..100000 return a < a}.b',
    "wrong arguments": "for j in 1..10000 return before(j, [@\"2026-01-01\"..@\"2026-01-02\"])",
    "wrong operands": 'for j in 1..10000 return j + "a"',
    "logarithms": "for j in 1..10000 return log(j)",
    "small remainders": "for j in 1..10000 return modulo(j, 1e-6000)",
    "nested loops": "for a in 1..100, b in 1..100, c in 1..100 return a*b*c",
    "nested contexts": "for i in 1..10000 return {a: i, b: {c: i, d: [i, i, i]}}",
    "offsets": 'for i in 1..5000 return @"2021-01-01T10:00:00@Europe/Paris".time offset',
    "moments of zones sorted": 'sort(for i in 1..3000 return @"2021-01-01T10:00:00@Europe/Paris" - '
    'duration("PT" + string(i) + "H"), function(a, b) a < b)',
    "moments of zones": 'for i in 1..5000 return @"2021-01-01T10:00:00@Europe/Paris" + '
    'duration("PT" + string(i) + "H")',
    "identity of times": 'for i in 1..5000 return is(@"10:00:00@Europe/Paris", @"10:00:00@Europe/Paris")',
    "copies of partial": "for i in 1..10000 return partial",
    "split to characters": '{a: string join(for i in 1..900 return "0123456789"), r: count(split(a, "[0-9]"))}.r',
    "replaced three times": 'string length(replace(replace(replace("aaaaaaaaaaaaaaaa", "a", "aaaaaaaaaaaaaaaa"), "a", '
    '"aaaaaaaaaaaaaaaa"), "a", "aaaaaaaaaaaaaaaa"))',
    "flattened depths": "count(flatten([[[[[[[[for i in 1..5000 return [i]]]]]]]]]))",
    "in tests": "for i in 1..100000 return i in (" + ",".join(f"[{k}..{k}]" for k in range(400)) + ")",
}  # fmt: skip
_HARMLESS = {
    "regex growth": 'matches("a", "(((a{1000}){1000}){1000})")',
    "regex nested": 'matches("' + "a"*40 + 'b", "(a+)+$")',
    "replace chain": '{a: replace("aaaaaaaaaaaaaaaaaaaa","a","aaaaaaaaaaaaaaaaaaaa"), b: replace(a,"a",a), '
    'c: replace(b,"a",a), d: replace(c,"a",a)}.d',
    "power": "9999999999 ** 9999999",
    "power tower": "9 ** 9 ** 9 ** 9 ** 9",
    "decimal digits": "decimal(1/3, 100000)",
    "string growth": '{s: string join(for i in 1..7500 return "aaaaaaaaaa", "bbbbbbbbbb")}.s',
    "many names": " ".join(f"x{i}" for i in range(700)),
    "long name": "a" * 4096,
    "list literal": "[" + "1," * 2000 + "1]",
    "backslashes": '"' + "\\u0041" * 680 + '"',
    "removed text": 'replace("a", "", "b")',
    "factor": 'duration("P999999999999999999D") * 9999999999',
    "end of time": 'date("9999-12-31") + duration("P999999999999999999D")',
    "path as zone": 'date and time("2026-01-01T00:00:00@../../etc/passwd")',
    "power of e": "exp(99999999)",
}  # fmt: skip


def _spelled_out(source: str) -> str:
    for name, text in _WORDS.items():
        source = source.replace(name, text)
    return source


#: each ends in a FeelError
BOMBS = {name: _spelled_out(source) for name, source in _BOMBS.items()}
#: each has a small value, mostly null
HARMLESS = {name: _spelled_out(source) for name, source in _HARMLESS.items()}
