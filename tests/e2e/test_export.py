"""What goes in comes out: diagrams of this house and of the desktop modeler pass through the editor as the same XML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import opened
from tests.e2e.returns import Returns
from tests.e2e.same_xml import meaning
from tests.e2e.site import PARCEL, ROOT
from tests.e2e.studio import Studio

pytestmark = pytest.mark.e2e

#: Diagrams as the desktop Camunda Modeler writes them: its own attributes, colours, every extension of the C7 dialect.
DESKTOP: Final = Path(__file__).parent / "desktop"
#: Folder of the draft -> files that are put there.
FOLDERS: Final = {
    "shipped": sorted((ROOT / "bpmn").rglob("*.bpmn")),
    "second": sorted(PARCEL.rglob("*.bpmn")),
    "desktop": sorted(DESKTOP.glob("*.bpmn")),
}
DIAGRAMS: Final = {f"{folder}/{path.name}": path for folder, paths in FOLDERS.items() for path in paths}

TABLES: Final = sorted((ROOT / "bpmn").rglob("*.dmn"))
#: One of its groups has no label.
SURVEY: Final = ROOT / "forms" / "connection" / "survey.form"


@pytest.fixture(scope="module")
def studio(browser: Browser, returns: Returns) -> Iterator[Studio]:
    """One page, and a draft into which all diagrams were uploaded."""
    with opened(browser, viewport={"width": 1440, "height": 900}) as page:
        made = Studio(returns.site, page)
        made.begin()
        for folder, paths in {**FOLDERS, "tables": TABLES, "asked": [SURVEY]}.items():
            made.upload(paths, folder)
        yield made


@pytest.mark.parametrize("path", DIAGRAMS)
def test_a_diagram_passes_through_the_editor_unchanged(path: str, studio: Studio) -> None:
    before = DIAGRAMS[path].read_text("utf-8")

    studio.open(path)
    expect(studio.page.locator(".studio > .notice")).to_have_count(0)  # nothing in it that cannot be read
    exported = studio.export()

    studio.wait_stored(path, exported)
    assert meaning(studio.downloaded(path)) == meaning(before)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_decision_passes_through_the_editor_unchanged(path: Path, studio: Studio) -> None:
    studio.open(f"tables/{path.name}")
    expect(studio.page.locator(".studio > .notice")).to_have_count(0)
    assert meaning(studio.shown()) == meaning(path.read_text("utf-8"))


def test_a_form_with_a_group_without_a_label_passes_through_the_editor_unchanged(studio: Studio) -> None:
    studio.open("asked/survey.form")
    assert json.loads(studio.shown()) == json.loads(SURVEY.read_text("utf-8"))


def test_what_the_editor_does_not_understand_is_told_before_it_is_lost(studio: Studio, tmp_path: Path) -> None:
    dangling = tmp_path / "dangling.bpmn"
    dangling.write_text(
        DIAGRAMS["second/parcel_return.bpmn"]
        .read_text("utf-8")
        .replace('targetRef="gw_again"', 'targetRef="nowhere"', 1)
    )
    studio.upload([dangling], "desktop")

    studio.open("desktop/dangling.bpmn")

    expect(studio.page.locator(".studio > .notice")).to_contain_text("nowhere")


def test_the_comparison_sees_a_lost_limit() -> None:
    text = DIAGRAMS["shipped/standard.bpmn"].read_text("utf-8")

    assert meaning(text) != meaning(text.replace('name="limit"', 'name="limits"', 1))
    assert meaning(text) != meaning(text.replace("</bpmn:process>", "<!-- x --><bpmn:task id='t'/></bpmn:process>", 1))
    assert meaning(text) == meaning(text.replace("</bpmn:process>", "<!-- x --></bpmn:process>", 1))


def test_there_are_diagrams_of_each_kind() -> None:
    assert {folder: len(paths) for folder, paths in FOLDERS.items()} == {"shipped": 24, "second": 1, "desktop": 3}


def test_a_file_of_the_desktop_modeler_is_checked_drawn_on_and_submitted_like_any_other(
    browser: Browser, returns: Returns
) -> None:
    with opened(browser, viewport={"width": 1440, "height": 900}) as page:
        studio = Studio(returns.site, page)
        studio.begin()
        studio.upload([DESKTOP / "parcel_return.bpmn"])
        expect(page.locator("tr", has_text="parcel_return.bpmn").first).to_contain_text("改动")

        studio.open("parcel_return.bpmn")
        expect(studio.findings()).to_have_count(0)
        studio.rename("退款", "退款给客户")
        studio.save()
        stored = studio.stored("parcel_return.bpmn")
        assert 'exporter="Camunda Modeler"' in stored and 'modeler:executionPlatformVersion="7.23.0"' in stored
        assert 'name="退款给客户"' in stored

        page.goto(studio.draft)
        page.get_by_label("改了什么、为什么").fill("桌面工具里改的")
        page.get_by_role("button", name="提交审核").click()
        page.wait_for_url("**/admin/deployments/*")
        expect(page.locator("main")).to_contain_text("验收包裹 → 验收退货")
