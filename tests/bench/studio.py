"""The studio in a real browser: how soon the modeler is ready, and what work on a diagram of 300 steps costs.

Milliseconds by the clock of the page or of this process, on the machine as it is: the server runs beside the browser.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from tests.browser import FLAGS, environment, executable, opened
from tests.conftest import Templates
from tests.e2e.site import CONNECTION, CONNECTION_STAFF, Site, site
from tests.e2e.studio import Studio

STEPS: Final = 300
_COLUMNS: Final = 20
_REPEATS: Final = 5
_DESK: Final[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}}
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="http://example.org/large">'
    '<bpmn:process id="large" isExecutable="true">'
)


def large(steps: int = STEPS) -> str:
    """A diagram of so many user tasks, one after the other in rows."""
    nodes, drawn = [], []
    for n in range(steps):
        x, y = 140 * (n % _COLUMNS), 120 * (n // _COLUMNS)
        nodes.append(f'<bpmn:userTask id="t{n}" name="第 {n} 步"/>')
        drawn.append(
            f'<bpmndi:BPMNShape id="t{n}_di" bpmnElement="t{n}"><dc:Bounds x="{x}" y="{y}" width="100" height="80"/>'
            "</bpmndi:BPMNShape>"
        )
        if n:
            left, above = 140 * ((n - 1) % _COLUMNS) + 100, 120 * ((n - 1) // _COLUMNS) + 40
            nodes.append(f'<bpmn:sequenceFlow id="f{n}" sourceRef="t{n - 1}" targetRef="t{n}"/>')
            drawn.append(
                f'<bpmndi:BPMNEdge id="f{n}_di" bpmnElement="f{n}"><di:waypoint x="{left}" y="{above}"/>'
                f'<di:waypoint x="{x}" y="{y + 40}"/></bpmndi:BPMNEdge>'
            )
    plane = f'<bpmndi:BPMNPlane id="p" bpmnElement="large">{"".join(drawn)}</bpmndi:BPMNPlane>'
    diagram = f'<bpmndi:BPMNDiagram id="b">{plane}</bpmndi:BPMNDiagram>'
    return f"{_HEAD}{''.join(nodes)}</bpmn:process>{diagram}</bpmn:definitions>"


def figures() -> Iterator[tuple[str, float, str]]:
    """Ready times of the first and of later visits, then the costs of single acts on the large diagram."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path, home = executable(), Path(folder)
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), env=dict(environment(path)))
        (home / "large.bpmn").write_text(large(), "utf-8")
        with site(home, Templates(home), CONNECTION, CONNECTION_STAFF) as running:
            yield from _measured(browser, running, home / "large.bpmn")
        browser.close()


def _measured(browser: Browser, running: Site, file: Path) -> Iterator[tuple[str, float, str]]:
    with opened(browser, **_DESK) as page:
        studio = Studio(running, page)
        draft = studio.begin()
        studio.upload([file])
    for name, what in (("standard.bpmn", "standard process"), (file.name, f"{STEPS} steps")):
        ready, busy = _first_visit(browser, running, draft, name)
        yield f"modeler ready, first visit, {what}", ready, "ms"
        yield f"browser busy until then, {what}", busy, "ms"
    with opened(browser, **_DESK) as page:
        studio = Studio(running, page)
        studio.draft = draft
        for name, what in (("standard.bpmn", "standard process"), (file.name, f"{STEPS} steps")):
            _open(studio, name)
            yield f"modeler ready, later visits, {what}", _typical(lambda name=name: _open(studio, name)), "ms"  # type: ignore[misc]
        yield from _acts(studio)


def _first_visit(browser: Browser, running: Site, draft: str, name: str) -> tuple[float, float]:
    """Until one can draw, and how much of it the page itself worked; nothing is cached but the session."""
    taken, busy = [], []
    for _ in range(_REPEATS):
        with opened(browser, **_DESK) as page:
            studio = Studio(running, page)
            studio.draft = draft
            inner = page.context.new_cdp_session(page)
            inner.send("Network.setCacheDisabled", {"cacheDisabled": True})
            inner.send("Performance.enable", {"timeDomain": "threadTicks"})
            taken.append(_took(lambda: _open(studio, name)))  # noqa: B023
            metrics = {one["name"]: one["value"] for one in inner.send("Performance.getMetrics")["metrics"]}
            busy.append(metrics["TaskDuration"] * 1000)
    return round(median(taken), 1), round(median(busy), 1)


def _open(studio: Studio, name: str) -> None:
    """As long as it takes, also on a machine that is busy."""
    studio.page.goto(f"{studio.draft}/edit?path={name}")
    studio.page.locator("bpmn-edit[data-ready]").wait_for(timeout=60_000)


def _acts(studio: Studio) -> Iterator[tuple[str, float, str]]:
    """By the clock of the page: what a person waits for, without the ways of the test."""
    page, steps = studio.page, iter(range(40, 40 + 2 * _REPEATS))
    chosen = median(page.evaluate(_CHOOSE, [next(steps)]) for _ in range(_REPEATS))
    yield f"step chosen until the frame with its panel, {STEPS} steps", round(chosen, 1), "ms"
    studio.group("general")
    renamed = median(page.evaluate(_CHOOSE, [next(steps), f"改名 {n}"]) for n in range(_REPEATS))
    yield f"step renamed until the frame with its name, {STEPS} steps", round(renamed, 1), "ms"
    yield f"diagram dragged, the longest frame, {STEPS} steps", page.evaluate(_DRAG), "ms"


#: From the click on a step (or, with a name, from leaving the field) until what it leads to was painted.
_CHOOSE: Final = """async ([n, name]) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const until = async (there) => { while (!there()) await new Promise((done) => setTimeout(done)); };
    const title = () => document.querySelector(".bio-properties-panel-header-label")?.textContent ?? "";
    await frame();
    let begun = performance.now();
    document.querySelector(`outline-list li[data-id=t${n}]`).click();
    await until(() => title() === `第 ${n} 步`);
    if (name) {
        const field = document.querySelector("#bio-properties-panel-name");
        field.focus();
        field.value = name;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        begun = performance.now();
        field.blur();
        await until(() => document.querySelector(`.djs-shape[data-element-id=t${n}]`).textContent.includes(name));
    }
    await frame();
    return performance.now() - begun;
}"""
#: The longest frame while the canvas is scrolled for sixty frames.
_DRAG: Final = """async () => {
    const canvas = document.querySelector(".djs-container"), frame = () => new Promise(requestAnimationFrame);
    let last = await frame(), longest = 0;
    for (let n = 0; n < 60; n++) {
        canvas.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, deltaX: 4, deltaY: 4 }));
        const now = await frame();
        longest = Math.max(longest, now - last);
        last = now;
    }
    return Math.round(longest * 10) / 10;
}"""


def _took(act: Callable[[], Any]) -> float:
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1000


def _typical(act: Callable[[], Any]) -> float:
    return round(median(_took(act) for _ in range(_REPEATS)), 1)
