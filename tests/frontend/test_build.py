"""The built front end: small enough, complete, and free of what the content security policy forbids."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from web.assets import DIST, Assets, FrontEndMissing, Manifest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
#: Bytes of script on the wire for a page with these entries; a kilobyte is a thousand bytes. Lists bring htmx as well.
BUDGETS = {
    ("page", "htmx"): 40_000,
    ("page", "calendar"): 40_000,
    ("page", "diagram"): 85_000,
    ("page", "form"): 185_000,
}


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return Manifest.read(DIST)


@pytest.mark.parametrize("entries", BUDGETS, ids="+".join)
def test_the_scripts_of_a_page_stay_within_its_budget(manifest: Manifest, entries: tuple[str, ...]) -> None:
    keys = [manifest.entry(name) for name in ("theme", *entries) if name != "htmx"]
    keys += [key for key in manifest.entries if "htmx" in entries and key.endswith("htmx.esm.js")]
    files = {str(chunk["file"]) for key in keys for chunk in manifest.closure(key)}
    weight = sum(len(gzip.compress((DIST / file).read_bytes(), 9)) for file in files)

    assert weight <= BUDGETS[entries], f"{'+'.join(entries)} weighs {weight} bytes: {sorted(files)}"


def test_the_style_sheet_of_a_page_stays_small(manifest: Manifest) -> None:
    sheets = manifest.closure(manifest.entry("page"))
    weight = sum(len(gzip.compress((DIST / str(s)).read_bytes(), 9)) for chunk in sheets for s in chunk.get("css", []))

    assert 2_000 < weight <= 24_000


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (DIST / "icons.svg").read_text("utf-8")))
    texts = [path.read_text("utf-8") for path in (WEB / "templates").rglob("*.html")]
    used = {name for text in texts for name in re.findall(r"icon\('([a-z0-9-]+)'", text)}

    assert used
    assert not used - sprite


def test_every_entry_a_template_asks_for_is_built(manifest: Manifest) -> None:
    texts = [path.read_text("utf-8") for path in (WEB / "templates").rglob("*.html")]
    asked = {name for text in texts for name in re.findall(r"scripts\('([a-z-]+)'\)", text)}

    assert {manifest.entry(name) for name in asked}


def test_the_theme_script_imports_nothing_and_so_runs_before_the_first_paint(manifest: Manifest) -> None:
    chunk = manifest.entries[manifest.entry("theme")]

    assert not chunk.get("imports")
    assert "import" not in (DIST / str(chunk["file"])).read_text("utf-8")


def test_templates_carry_no_script_of_their_own() -> None:
    """Data in JSON blocks is fine: it does not run."""
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        tags = re.findall(r"<script\b[^>]*>", text)
        assert all('type="application/json"' in tag for tag in tags), path
        assert not re.search(r"\son(click|submit|change|load)\s*=", text), path


def test_first_party_script_stays_small() -> None:
    source = WEB / "frontend" / "src"
    lines = {path.relative_to(source): len(path.read_text("utf-8").splitlines()) for path in source.rglob("*.ts")}
    studio = {path: count for path, count in lines.items() if path.parts[0] == "studio"}

    assert sum(lines.values()) - sum(studio.values()) <= 2_000
    assert 0 < sum(studio.values()) <= 6_000
    assert max(lines.values()) <= 150, max(lines, key=lines.__getitem__)


def test_a_missing_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FrontEndMissing, match="make build"):
        Assets(tmp_path).scripts("page")


def test_styles_of_the_page_are_not_linked_twice() -> None:
    assets = Assets()

    assert not set(re.findall(r'href="([^"]+\.css)"', assets.scripts("form"))) & set(
        re.findall(r'href="([^"]+\.css)"', assets.scripts("page"))
    )


def test_nothing_cuts_off_what_is_too_wide_for_the_screen() -> None:
    sheets = (path for path in (WEB / "frontend" / "src" / "styles").glob("*.css") if path.stem != "print")
    rules = [rule for path in sheets for rule in re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text("utf-8"))]
    about = [(selector.strip(), body) for selector, body in rules if ".scroll-x" in selector]

    assert len(about) > 1
    assert [selector for selector, body in about if re.search(r"overflow(-x)?:\s*(hidden|clip)", body)] == []
