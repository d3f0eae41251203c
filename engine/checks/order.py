"""Variables that a step reads and only later steps of its process write: they are never there when they are read.

Only what is certain is told: what other processes, messages, the start or an unknown handler may bring counts as known,
and so does what another way beside the step may have written. A loop makes a later step an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from engine.checks.content import FINDINGS, Content
from engine.findings import Problem
from engine.spiff import Definition, Element

#: The names that an element writes, and those that it reads, each with a text that does.
Writes = Callable[[Element], Iterable[str]]
Reads = Callable[[Element], Iterable[tuple[str, str]]]


def check_order(content: Content, writes: Writes, reads: Reads, elsewhere: Set[str]) -> Iterator[Problem]:
    """Every name once per element; `elsewhere` are names that something outside of all processes gives."""
    written = {
        definition.id: {element.id: frozenset(writes(element)) for element in definition.elements.values()}
        for definition in content.definitions
    }
    for definition in content.definitions:
        others = {name for id, found in written.items() if id != definition.id for name in set().union(*found.values())}
        yield from _later(definition, written[definition.id], reads, others | elsewhere)


def _later(
    definition: Definition, written: Mapping[str, frozenset[str]], reads: Reads, elsewhere: Set[str]
) -> Iterator[Problem]:
    writers: dict[str, set[str]] = {}
    for id, names in written.items():
        for name in names - elsewhere:
            writers.setdefault(name, set()).add(id)
    for element in definition.elements.values():
        told: set[str] = set()
        for name, text in reads(element):
            own = writers.get(name, set())
            if name not in told and own and _only_later(definition, element.id, own):
                told.add(name)
                later = definition.elements[min(own)].name
                yield FINDINGS.problem(definition.file, element.id, "variable_later", name=name, text=text, later=later)


def _only_later(definition: Definition, reader: str, writers: Set[str]) -> bool:
    """True if every writer comes after the reader and none of them can come before it."""
    return (
        reader not in writers
        and writers <= _after(definition, reader)
        and not any(reader in _after(definition, writer) for writer in writers)
    )


def _after(definition: Definition, id: str) -> set[str]:
    """Everything that can happen after an element."""
    found: set[str] = set()
    ahead = [id]
    while ahead:
        one = ahead.pop()
        element = definition.elements.get(one)
        places = definition.ends.get(one, frozenset()) if element is None else element.next
        ahead += places - found
        found |= places
    return found
