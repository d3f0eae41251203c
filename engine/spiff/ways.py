"""Where the flows of a scope lead: steps that nothing reaches, ways that stop short, loops without end or wait.

The findings are about what can be seen in the drawing alone; a way that data might open counts as open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.findings import Act, Said
from engine.spiff import timers
from engine.spiff.checks import can_begin
from engine.spiff.facts import Facts, FlowFacts
from engine.spiff.notes import Notes

#: Steps that are over at once and change nothing, so that a loop of them comes back to the same conditions.
_IDLE = frozenset({"task", "manualTask", "exclusiveGateway", "inclusiveGateway", "parallelGateway"})
#: The same, but what they work out can change the conditions.
_QUICK = frozenset({"scriptTask", "businessRuleTask"})
#: Events of which one ends all other ways of its scope.
_ENDING = frozenset({"terminate", "error", "cancel"})
#: Events whose way is no flow, or whose lack of one is told elsewhere.
_ANSWERED = frozenset({"compensate", "link"})
_CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway"})
#: Names of a loop that are told.
_TOLD = 4


@dataclass(frozen=True)
class Ways:
    """The nodes of one scope and where each leads."""

    nodes: Mapping[str, Facts]
    flows: Sequence[FlowFacts]
    next: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, here: Mapping[str, Facts], flows: Sequence[FlowFacts]) -> Ways:
        """Flows, boundary events and compensations lead on; links were made flows when the file was read."""
        found: dict[str, set[str]] = {id: set() for id in here}
        for flow in flows:
            if flow.source in here and flow.target in here:
                found[flow.source].add(flow.target)
        for node in here.values():
            if node.kind == "boundaryEvent" and node.attached_to in here:
                found[node.attached_to].add(node.id)
            if node.handler in here:
                found[node.id].add(node.handler)
        return cls(here, flows, {id: frozenset(targets) for id, targets in found.items()})

    def loops(self, among: Collection[str]) -> Iterator[set[str]]:
        """Sets of nodes of which each leads to every other over nodes of `among` alone, as large as they can be.

        In linear time, by two walks (Kosaraju): a file may hold twenty thousand elements.
        """
        ahead = {id: [other for other in self.next[id] if other in among] for id in among}
        back = _turned(ahead)
        left = set(among)
        for id in reversed(_finished(ahead)):
            if id in left:
                loop = _reached([id], back, left)
                left -= loop
                if len(loop) > 1 or id in ahead[id]:
                    yield loop


def _reached(
    begins: Iterable[str], ways: Mapping[str, Iterable[str]], among: Collection[str] | None = None
) -> set[str]:
    """What can be reached from some nodes, themselves included; over nodes of `among` alone where that is given."""
    found: set[str] = set()
    ahead = list(begins)
    while ahead:
        id = ahead.pop()
        if id not in found and (among is None or id in among):
            found.add(id)
            ahead += ways[id]
    return found


def _turned(ways: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The same ways backwards."""
    found: dict[str, list[str]] = {id: [] for id in ways}
    for id, targets in ways.items():
        for target in targets:
            found[target].append(id)
    return found


def _finished(ways: Mapping[str, Iterable[str]]) -> list[str]:
    """The nodes in the order in which a walk into depth leaves them."""
    done: list[str] = []
    seen: set[str] = set()
    for begin in ways:
        open = [] if begin in seen else [(begin, iter(ways[begin]))]
        seen.add(begin)
        while open:
            targets = open[-1][1]
            target = next((one for one in targets if one not in seen), None)
            if target is None:
                done.append(open.pop()[0])
            else:
                seen.add(target)
                open.append((target, iter(ways[target])))
    return done


def check_ways(here: Mapping[str, Facts], flows: Sequence[FlowFacts], escapes: bool, notes: Notes) -> None:
    """Note what is wrong with the ways through a scope; `escapes` says that something around it can end it."""
    ways = Ways.of({id: node for id, node in here.items() if id}, flows)
    begins = _begins(ways)
    if not begins:
        return
    reached = _reached(begins, ways.next)
    _check_unreachable(ways, reached, notes)
    _check_dead_ends(ways, reached, notes)
    _check_idle_loops(ways, reached, notes)
    if not escapes and not any(node.triggered or node.event.kind in _ENDING for node in here.values()):
        _check_endless(ways, reached, notes)
    _check_choices(ways, notes)


def can_be_ended(scope: str, around: Mapping[str, Facts]) -> bool:
    """Say whether something outside a sub-process can end it; nothing does that to a process."""
    own = around.get(scope)
    return own is not None and (own.triggered or any(node.attached_to == scope for node in around.values()))


def _begins(ways: Ways) -> list[str]:
    """Where a scope can begin: start events, else whatever no flow enters; event sub-processes begin by themselves."""
    starts = [id for id, node in ways.nodes.items() if node.kind == "startEvent"]
    entered = {flow.target for flow in ways.flows}
    plain = [] if starts else [id for id, node in ways.nodes.items() if can_begin(node, entered)]
    triggered = [id for id, node in ways.nodes.items() if node.triggered]
    gates = [id for id, node in ways.nodes.items() if node.attributes.get("instantiate") == "true"]
    return [*starts, *plain, *gates, *triggered] if starts or plain or gates else []


def _check_unreachable(ways: Ways, reached: set[str], notes: Notes) -> None:
    """One finding for each way that nothing leads to, at its first step."""
    lost = {id: node for id, node in ways.nodes.items() if id not in reached}
    entered = {target for id in lost for target in ways.next[id]}
    told: set[str] = set()
    for id in (*(id for id in lost if id not in entered), *lost):
        if id not in told:
            told |= _reached([id], ways.next)
            # A link without source is told as such.
            if ways.nodes[id].event.kind != "link":
                notes.note(id, "unreachable", Act("remove", id))


def _check_dead_ends(ways: Ways, reached: set[str], notes: Notes) -> None:
    """A scope without any start or end event is drawn in the short way, where every last step is an end."""
    if not any(node.kind in ("startEvent", "endEvent") for node in ways.nodes.values()):
        return
    leaving = {flow.source for flow in ways.flows}
    for id, node in ways.nodes.items():
        done = node.kind == "endEvent" or node.triggered or node.for_compensation or node.event.kind in _ANSWERED
        if id in reached and id not in leaving and not done:
            notes.note(id, "dead_end", Act("end", id))


def _check_idle_loops(ways: Ways, reached: set[str], notes: Notes) -> None:
    quick = [id for id in reached if _is_quick(ways.nodes[id])]
    for loop in ways.loops(quick):
        inside = [flow for flow in ways.flows if flow.source in loop]
        leaves = any(_is_choice(ways.nodes[flow.source], flow) and flow.target not in loop for flow in inside)
        changes = any(_changes(ways.nodes[id]) for id in loop) or any(flow.listeners for flow in inside)
        if not (leaves and changes):
            notes.note(_first(ways, loop), "loop_without_wait", names=_names(ways, loop))


def _is_quick(node: Facts) -> bool:
    if node.async_before or node.async_after or node.repetition is not None:
        return False
    plain = node.kind in ("intermediateThrowEvent", "intermediateCatchEvent") and node.event.kind in ("none", "link")
    hasty = node.kind == "intermediateCatchEvent" and node.event.kind == "timer" and timers.at_once(node.event)
    return node.kind in _IDLE or plain or hasty or (node.kind in _QUICK and "topic" not in node.attributes)


def _changes(node: Facts) -> bool:
    return node.kind in _QUICK or bool(node.inputs or node.outputs or node.listeners)


def _is_choice(node: Facts, flow: FlowFacts) -> bool:
    return node.kind in _CHOICES or flow.condition is not None or flow.id == node.default


def _check_endless(ways: Ways, reached: set[str], notes: Notes) -> None:
    """Ways from which no end can be reached, once for each loop that they lead into."""
    ends = [id for id in reached if not ways.next[id] or ways.nodes[id].kind == "endEvent"]
    for loop in ways.loops(reached - _reached(ends, _turned(ways.next))):
        # A loop that leads into another one is told there.
        if all(ways.next[id] <= loop for id in loop):
            notes.note(_first(ways, loop), "endless", names=_names(ways, loop))


def _check_choices(ways: Ways, notes: Notes) -> None:
    """A decision without a default; of an inclusive gateway one way at least is meant to be open."""
    leaving: dict[str, list[FlowFacts]] = {}
    for flow in ways.flows:
        leaving.setdefault(flow.source, []).append(flow)
    for id, flows in leaving.items():
        node = ways.nodes.get(id)
        if node is None or node.kind != "exclusiveGateway" or node.default:
            continue
        conditions = [flow.condition.source for flow in flows if flow.condition is not None]
        if len(conditions) == len(flows) > 1 and not _opposite(conditions):
            notes.note(id, "no_way_taken", Act("default", id, flows[-1].id))


def _opposite(conditions: Sequence[str]) -> bool:
    """Two conditions of which one is the other's `not(…)`: one of them always holds."""
    said = {"".join(text.split()) for text in conditions}
    return any(f"not({text})" in said for text in said)


def _first(ways: Ways, loop: Collection[str]) -> str:
    """The node of a loop that the file names first."""
    return next(id for id in ways.nodes if id in loop)


def _names(ways: Ways, loop: Collection[str]) -> Said:
    names = [node.name for id, node in ways.nodes.items() if id in loop][:_TOLD]
    return Said("、".join(names), ", ".join(names))
