"""Built-in functions, one line each: what they answer, and that they answer null to what they do not take."""

from __future__ import annotations

from typing import Any

import pytest

from engine.feel import compile

#: both sides are FEEL
TRUE = """
substring("foobar", 3) = "obar"
substring("foobar", -2, 1) = "a"
substring("\\U01F40Eab", 2) = "ab"
string length("电力") = 2
substring before("foobar", "bar") = "foo"
substring after("foobar", "ob") = "ar"
upper case("aBc4") = "ABC4"
string join(["a", null, "c"], "-") = "a-c"
string join([]) = ""
matches("foobar", "^fo*b")
matches("ABC", "abc", "i")
matches("x", "[a-z-[aeiou]]")
not(matches("a", "[a-z-[aeiou]]"))
replace("0123456789", "(\\\\d{3})(\\\\d{3})(\\\\d{4})", "($1) $2-$3") = "(012) 345-6789"
split("John Doe", "\\\\s") = ["John", "Doe"]
list contains([1, null], null)
count([]) = 0
sum([]) = null
min("a", "c") = "a"
max([@"P1D", @"PT25H"]) = @"PT25H"
mean(1, 2, 6) = 3
median([8, 2, 5, 3]) = 4
mode([6, 3, 9, 6, 3]) = [3, 6]
product(2, 3, 4) = 24
stddev(2, 4, 7, 5) > 2.08
all([true, null, false]) = false
any([false, null]) = null
sublist([4, 5, 6], -2) = [5, 6]
append([1], 2, 3) = [1, 2, 3]
concatenate([1, 2], [3]) = [1, 2, 3]
insert before([1, 3], 1, 2) = [2, 1, 3]
remove([1, 2, 3], -1) = [1, 2]
list replace([2, 4, 7], function(item, newItem) item < newItem, 5) = [5, 5, 7]
index of([1, 2, 1], 1) = [1, 3]
union([1, 2], [2, 3]) = [1, 2, 3]
flatten([[1, [2]], 3]) = [1, 2, 3]
sort(["b", "a"]) = ["a", "b"]
decimal(2.5, 0) = 2 and decimal(1/3, 2) = 0.33
floor(-1.56, 1) = -1.6 and ceiling(1.2) = 2
round up(5.5, 0) = 6 and round down(-5.5, 0) = -5
round half up(2.5, 0) = 3 and round half down(2.5, 0) = 2
abs(-@"PT5H") = @"PT5H"
modulo(-12, 5) = 3 and modulo(10.1, 4.5) = 1.1
sqrt(16) = 4 and odd(5) and even(-2)
exp(0) = 1 and log(1) = 0
number("1 000,5", " ", ",") = 1000.5
date("2026-11-20").weekday = 5
date(2024, 2, 29) + @"P1Y" = date("2025-02-28")
date and time(date("2026-01-01"), time("08:30:00")) = @"2026-01-01T08:30:00"
date and time("2026-01-01T24:00:00") = @"2026-01-02T00:00:00"
time("08:30:00+08:00") = time("00:30:00Z")
time(8, 30, 0, @"PT8H") = @"08:30:00+08:00"
@"2026-03-29T00:30:00@Europe/Paris" + @"PT2H" = @"2026-03-29T03:30:00@Europe/Paris"
@"2026-01-02T00:00:00@Asia/Shanghai" - @"2026-01-01T00:00:00Z" = @"PT16H"
@"2026-01-01T08:00:00@Asia/Shanghai".time offset = @"PT8H"
duration("P1Y2M") * 2 = @"P2Y4M" and @"P1D" / @"PT6H" = 4
years and months duration(date("2026-05-31"), date("2026-06-30")) = @"P0M"
day of year(@"2024-12-31") = 366 and week of year(@"2026-01-01") = 1
day of week(@"2026-11-20") = "Friday" and month of year(@"2026-11-20") = "November"
get value({a: 1}, "a") = 1
get entries({a: 1}) = [{key: "a", value: 1}]
context([{key: "a", value: 1}]) = {a: 1}
context put({a: {b: 1}}, ["a", "b"], 2) = {a: {b: 2}}
context merge([{a: 1}, {a: 2, b: 3}]) = {a: 2, b: 3}
before([1..5), [5..8]) and after(9, [1..8]) and meets([1..5], [5..8]) and met by([5..8], [1..5])
overlaps([1..5], [3..8]) and overlaps before([1..5], [3..8]) and overlaps after([3..8], [1..5])
finishes(10, [1..10]) and finished by([1..10], 10) and starts(1, [1..10]) and started by([1..10], 1)
includes([1..10], 5) and during(5, [1..10]) and coincides([1..5], [1..5])
range("[1..3]") = [1..3] and 2 in range("(1..3)")
is(@"08:30:00Z", @"08:30:00Z") and not(is(1, "1"))
string(-0.50) = "-0.5" and string(0.5 * 2) = "1" and string([1, "a", {b: null}]) = "[1, \\"a\\", {b: null}]"
string(@"-2021-01-01") = "-2021-01-01" and date("999999999-12-31").year = 999999999
@"10:15:30.123456789" = time("10:15:30.123456789")
"""
NULL = """
substring("a", 0)
string length(5)
matches("a", "(a")
matches("a", "(?=a)")
replace("abc", "b", "$x")
split("a", "")
min(1, "a")
mean([])
sublist([1], 2)
remove([1], 0)
list replace([1], 5, 1)
round up(5.5)
decimal(1, 99999)
modulo(1, 0)
sqrt(-1)
log(0)
number("1,5")
date("2025-02-29")
date("2026-1-1")
time("25:00:00")
time("08:00:00@Nowhere/City")
duration("P")
duration("P1Y1D")
date and time("2026-01-01T08:00:00") < date and time("2026-01-01T08:00:00Z")
date("2026-01-01") < date and time("2026-01-01T00:00:00")
get value({a: 1}, "b")
context([{key: "a"}])
context put({}, ["a", "b"], 1)
range("[3..1]")
not(1)
sort([1, "a"])
sum(1, null)
"""


def lines(text: str) -> list[str]:
    return [line for line in text.replace("\\\\", "\\").splitlines() if line.strip()]


@pytest.mark.parametrize("source", lines(TRUE))
def test_functions_answer_as_the_standard_says(source: str) -> None:
    found: Any = compile(source)
    assert found.evaluate({}) is True, found.warnings


@pytest.mark.parametrize("source", lines(NULL))
def test_functions_answer_null_with_a_warning(source: str) -> None:
    expression = compile(source)
    assert expression.evaluate({}) is None
    assert expression.warnings
