"""Damages diagrams by chance and runs what is left: `python -m tests.engine.spiff.mutation SEED COUNT FOLDER…`.

Prints a JSON object: how many files were read, how many instances started, and every failure: anything but an error of
the engine, more than two seconds of work, more than 256 MB, or a step towards running code that an audit hook has seen.
A process of its own, because an audit hook cannot be taken away again.
"""

from __future__ import annotations

import json
import random
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from engine import spiff
from engine.errors import EngineError, ProblemsFound, UnknownDecision, UnknownProcess

#: Option that writes every file that fails into the present folder.
_KEEP = "--keep"
SECONDS = 2
MEGABYTES = 256
#: Audit events that no diagram may cause.
FORBIDDEN = (
    "exec", "compile", "import", "open", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "subprocess.Popen",
    "socket.connect", "socket.getaddrinfo", "urllib.Request", "ctypes.dlopen", "shutil.", "os.remove", "os.rename",
)  # fmt: skip
CANARY = "/tmp/yekuo_canary"
TEXTS = [
    "", "x", "=", "= 1", "${a}", "${", "true", "0", "-1", '"', "P1D", "R/PT0S", "R/PT1S", "null", "1001", "= [1]",
    f"__import__('os').system('touch {CANARY}')", f"= open('{CANARY}', 'w')", "().__class__.__base__.__subclasses__()",
    "${''.getClass().forName('x')}", "#{exec}", "= for i in 1..1000000 return i", "(" * 300, "= " + "-" * 5000,
    f"import os; os.system('touch {CANARY}')", "\u202e\ud7ff\uffff",
    "0 0 12 * * ?", "9999999999999999999999", "P9999999999Y",
    "R9999999999/PT1S", "2026-13-45T99:99:99Z", "= " + "[" * 500, "= 10 ** 100000", "not(" * 200,
]  # fmt: skip
NAMES = ["start", "end", "id", "join", "a", "root", "#root", "none", "Start", "End"]


class TooSlow(BaseException):
    """A file took longer than allowed."""


class World:
    """A host that knows the definitions of the present file only."""

    now = datetime(2026, 3, 2, 1, tzinfo=UTC)

    def __init__(self, definitions: Mapping[str, spiff.Definition]) -> None:
        self.definitions = definitions

    def functions(self, instance: spiff.Instance) -> Mapping[str, Any]:
        return {}

    def ruling(self, decision_ref: str, variables: Mapping[str, object], process_id: str) -> spiff.Ruling:
        raise UnknownDecision(decision_ref)

    def process(self, process_id: str) -> spiff.Definition:
        if process_id not in self.definitions:
            raise UnknownProcess(process_id)
        return self.definitions[process_id]

    def bound(self, process_id: str, caller: spiff.Definition, binding: str, wanted: str) -> spiff.Definition:
        found = self.process(process_id)
        if binding == "versionTag" and wanted != found.version_tag:
            raise UnknownProcess(process_id)
        return found


def mutants(seed: int, files: list[Path]) -> Iterator[bytes]:
    """Yield damaged files without end; every fifth one is damaged in its bytes."""
    dice = random.Random(seed)
    contents = [path.read_bytes() for path in files]
    while True:
        data = dice.choice(contents)
        yield _damaged_bytes(data, dice) if dice.random() < 0.2 else _damaged_tree(data, dice)


def _damaged_bytes(data: bytes, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 6)):
        at, length = dice.randrange(len(data) + 1), dice.choice([0, 1, 5, 200])
        other = dice.randrange(len(data) + 1)
        inserted = dice.choice([b"", b"<", b'"', b"&x;", b"\x00", b"\xff\xfe", data[other : other + 300]])
        data = data[:at] + inserted + data[at + length :]
    return data


def _damaged_tree(data: bytes, dice: random.Random) -> bytes:
    root = etree.fromstring(data)
    for _ in range(dice.randint(1, 5)):
        nodes = list(root.iter(etree.Element))
        dice.choice(_DAMAGES)(dice.choice(nodes), dice.choice(nodes), dice)
    return etree.tostring(root)


def _remove(node: etree._Element, other: etree._Element, dice: random.Random) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _strip(node: etree._Element, other: etree._Element, dice: random.Random) -> None:
    for name in dice.sample(list(node.attrib), min(1, len(node.attrib))):
        del node.attrib[name]


def _set(node: etree._Element, other: etree._Element, dice: random.Random) -> None:
    for name in dice.sample(list(node.attrib), min(1, len(node.attrib))):
        node.set(name, dice.choice(list(other.attrib.values()) + TEXTS[:26] + NAMES).replace("\uffff", ""))


def _tell(node: etree._Element, other: etree._Element, dice: random.Random) -> None:
    node.text = dice.choice(TEXTS).replace("\uffff", "")


def _rename(node: etree._Element, other: etree._Element, dice: random.Random) -> None:
    node.tag = other.tag


def _nest(node: etree._Element, other: etree._Element, dice: random.Random) -> None:
    """Copy a part into another one, with new ids half of the time."""
    if node is other or node in other.iterancestors() or node.getparent() is None:
        return
    copy = etree.fromstring(etree.tostring(node))
    if dice.random() < 0.5:
        for item in copy.iter(etree.Element):
            if item.get("id"):
                item.set("id", f"{item.get('id')}_{dice.randrange(10**6)}")
    other.append(copy)


def _swap(node: etree._Element, other: etree._Element, dice: random.Random) -> None:
    for name in ("sourceRef", "targetRef", "attachedToRef", "default", "errorRef", "messageRef", "calledElement"):
        if node.get(name) and other.get("id"):
            node.set(name, other.get("id", ""))


_DAMAGES: list[Callable[[etree._Element, etree._Element, random.Random], None]] = [
    _remove, _strip, _set, _set, _tell, _tell, _rename, _nest, _swap, _swap,
]  # fmt: skip


def live(data: bytes, dice: random.Random) -> int:
    """Read a file, start what it holds and go a few steps; return how many instances started."""
    with suppress(ProblemsFound):
        spiff.survey(data, "damaged.bpmn")
    parsed = spiff.parse({"damaged.bpmn": data})
    world = World({definition.id: definition for definition in parsed.definitions})
    started = 0
    for definition in parsed.definitions:
        for element in (None, *definition.start_messages.values()):
            try:
                instance = spiff.Instance.start(definition, world, {"kva": 1, "log": [], "n": 3}, element)
                started += 1
                _go_on(instance, world, dice)
            except EngineError:
                continue
    return started


def _go_on(instance: spiff.Instance, world: World, dice: random.Random) -> None:
    """Do three random commands, restored before each."""
    for _ in range(3):
        instance = spiff.Instance.restore(instance.save(), world)
        tokens = sorted(instance.index)
        if instance.ended or not tokens:
            return
        dice.choice([instance.complete, instance.fire, instance.correlate])(dice.choice(tokens))


def run(seed: int, count: int, folders: list[Path]) -> dict[str, Any]:
    """Try `count` damaged files and return the figures."""
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.name.endswith((".bpmn", "20.xml")))
    seen: list[str] = []
    watching = [False]
    sys.addaudithook(lambda event, _: seen.append(event) if watching[0] and event.startswith(FORBIDDEN) else None)
    signal.signal(signal.SIGPROF, _too_slow)
    failures: list[str] = []
    started, dice = 0, random.Random(seed)
    live(files[0].read_bytes(), dice)  # whatever is loaded at first use
    for number, data in zip(range(count), mutants(seed, files), strict=False):
        watching[0] = True
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            started += live(data, dice)
            watching[0] = False
        except BaseException as error:
            watching[0] = False
            failures.append(f"{number}: {type(error).__name__}: {error}"[:300])
            if _KEEP in sys.argv:
                Path(f"mutant_{seed}_{number}.bpmn").write_bytes(data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if seen:
            failures.append(f"{number}: audit events {sorted(set(seen))}")
            seen.clear()
    used = _peak()
    if used > MEGABYTES:
        failures.append(f"{used} MB were used")
    return {"read": count, "started": started, "megabytes": used, "failures": failures}


def _peak() -> int:
    """The most megabytes this process has held; `getrusage` would count what its parent held before the start."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


def _too_slow(_signal: int, _frame: object) -> None:
    raise TooSlow(f"more than {SECONDS} s")


if __name__ == "__main__":
    folders = [Path(folder) for folder in sys.argv[3:] if folder != _KEEP]
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]), folders)))
