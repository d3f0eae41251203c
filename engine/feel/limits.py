"""How much one expression may ask for: the caps that stop expression bombs."""

#: characters of one expression
SOURCE = 4096
#: nesting of parentheses, lists, calls ... in one expression
DEPTH = 50
#: loop turns, calls and comparisons of one evaluation
STEPS = 100_000
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
