"""How much one expression may ask for: the caps that stop expression bombs."""

#: characters of one expression
SOURCE = 4096
#: nesting of parentheses, lists, calls ... in one expression
DEPTH = 50
#: parts of one expression inside one another, the links of chains such as a = b = c and a.b.c counted as well
HEIGHT = 150
#: steps of one evaluation; a step is work of about 0.1 µs and keeps at most 0.6 kB, so that the last one is done within
#: 10 ms and 64 MB
STEPS = 72_000
#: steps of one turn of a loop or filter, besides one for each part of its expression
TURN = 4
#: steps of a list literal, a context literal and each loop of a `for`, `some` or `every`, besides those of their parts
LIST, CONTEXT, LOOP = 1, 6, 4
#: steps of an operator in a chain of several, and of a test after `in`, besides those of their parts
LINK, TEST = 4, 2
#: steps of giving arguments by name: of a call, and of each of them
NAMED, NAME = 20, 5
#: steps of an argument of a function written in FEEL, and of looking whether a value is in a list, for an item of it
ARGUMENT, LISTED = 1, 3
#: steps of calling a function written in FEEL or given by the host, besides one for each part of its body
CALL = 12
#: steps of calling a function of the language, besides one for each item and every 64 characters given to it
BUILTIN = 15
#: steps of calculating with anything but two numbers, and of writing a value as text
OTHER = 15
#: steps of making a range
SPAN = 10
#: steps of a warning, and of finding out that a function or operator does not take what it is given
WARNING, REFUSED = 8, 20
#: steps of placing a moment of a named zone in time
ZONED = 100
#: characters of a text that is read in no time
SHORT = 1024
#: power of two of the characters of a step: of a text compared once, and of one among many that are sorted
READ, SORTED = 10, 7
#: steps of numbers to the power of whole numbers, and of others
POWER, ROOT = 60, 500
#: functions that take longer -> steps of a call, steps of an item, power of two of the characters of a step
COSTS = {
    "exp": (120, 1, 6),
    "lower case": (15, 1, 4),
    "upper case": (15, 1, 5),
    "mean": (25, 2, 6),
    "log": (700, 1, 6),
    "sqrt": (30, 1, 6),
    "median": (40, 3, 6),
    "mode": (40, 4, 6),
    "stddev": (90, 6, 6),
    **dict.fromkeys(("decimal", "floor", "ceiling", "round up", "round down"), (35, 1, 6)),
    **dict.fromkeys(("round half up", "round half down"), (35, 1, 6)),
    **dict.fromkeys(("day of year", "day of week", "month of year", "week of year"), (40, 1, 6)),
    **dict.fromkeys(
        ("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after"), (60, 1, 6)
    ),
    **dict.fromkeys(("finishes", "finished by", "includes", "during", "starts", "started by"), (60, 1, 6)),
    "coincides": (60, 1, 6),
    "is": (30, 1, 6),
    "number": (30, 1, 6),
    "matches": (40, 1, 2),
    "replace": (40, 1, 2),
    "split": (40, 1, 2),
    "date": (30, 1, 6),
    "time": (30, 1, 6),
    "date and time": (60, 1, 6),
    "duration": (40, 1, 6),
    "sort": (12, 8, 6),
    "get entries": (12, 4, 6),
    "context": (12, 4, 6),
    "list contains": (12, 5, 6),
    "index of": (12, 6, 6),
    "concatenate": (25, 5, 6),
    "union": (40, 11, 6),
    "distinct values": (12, 6, 6),
    "min": (12, 2, 6),
    "max": (12, 2, 6),
    "modulo": (80, 1, 6),
    "context put": (12, 1, 6),
    "context merge": (12, 1, 6),
}
#: steps of making a pattern ready, once in an evaluation, besides those of its parts
PATTERN = 1_500
#: steps of a part of a pattern: a character, a class of characters, and a class of all of Unicode (letters ...)
LETTER, CLASS, CATEGORY = 5, 50, 4_000
#: steps of a place where a text is cut or a piece of it replaced
MATCH = 7
#: calls of FEEL functions inside one another
CALLS = 40
#: items of one list
ITEMS = 10_000
#: characters of one string
CHARACTERS = 65_536
#: largest exponent of `**`
EXPONENT = 1000
#: warnings kept of one evaluation
WARNINGS = 50
