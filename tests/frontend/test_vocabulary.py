"""One word for one fact: templates and islands share one vocabulary, and every sentence has its English."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "web" / "frontend" / "src"
STATUS = (ROOT / "web" / "templates" / "parts" / "status.html").read_text("utf-8")
ISLANDS = sorted(FRONTEND.rglob("*.ts"))
HAN = re.compile(r"[㐀-鿿]")


def template_statuses() -> dict[str, tuple[str, str]]:
    icons = dict(re.findall(r"'(\w+)': '([a-z-]+)'", STATUS))
    labels = dict(re.findall(r"'(\w+)': _\('([^']+)'\)", STATUS))
    return {key: (labels[key], icon) for key, icon in icons.items()}


def island_statuses() -> dict[str, tuple[str, str]]:
    text = (FRONTEND / "status.ts").read_text("utf-8")
    return {key: (label, icon) for key, label, icon in re.findall(r'(\w+): \{ label: "([^"]+)", icon: "([^"]+)"', text)}


def test_templates_and_islands_share_one_vocabulary() -> None:
    assert template_statuses() == island_statuses()
    assert len(template_statuses()) == 7


@pytest.mark.parametrize("key", sorted(template_statuses()))
def test_every_status_has_ink_and_ground_in_both_themes(key: str) -> None:
    tokens = (FRONTEND / "styles" / "tokens.css").read_text("utf-8")
    sheet = (FRONTEND / "styles" / "base.css").read_text("utf-8")
    name = key.replace("_", "-")

    assert len(re.findall(rf"--{name}: #", tokens)) >= 2
    assert len(re.findall(rf"--{name}-ground: #", tokens)) >= 2
    assert f".is-{key} " in sheet
    assert f".ink-{key} " in sheet


def test_colours_stand_in_the_tokens_alone() -> None:
    texts = [*FRONTEND.rglob("*.css"), *ISLANDS, *(ROOT / "web" / "templates").rglob("*.html")]
    found = [
        f"{path.name}: {colour}"
        for path in texts
        if path.name != "tokens.css"
        for colour in re.findall(r"(?<![&\w/'\"(])#(?:[0-9a-f]{6}|[0-9a-f]{3})\b(?!-)", path.read_text("utf-8"))
    ]

    assert not found


def test_every_sentence_of_the_islands_has_its_english() -> None:
    words = [path.read_text("utf-8") for path in FRONTEND.rglob("words.ts")]
    known = {key for text in words for key in re.findall(r'^  "([^"]+)": "', text, re.M)}
    known |= set(json.loads((FRONTEND / "english.json").read_text("utf-8")))
    said = {text for path in ISLANDS for text in re.findall(r'\bsay\(\s*"([^"]+)"', path.read_text("utf-8"))}

    assert said
    assert not said - known


def test_chinese_in_islands_is_said_through_the_words() -> None:
    """Except in the files that hold the words themselves, or hand their entries on to `say`."""
    holders = {"status.ts", "islands/bpmn-view.ts"}
    loose = []
    for path in ISLANDS:
        own = path.relative_to(FRONTEND)
        if own.as_posix() in holders or "studio" in own.parts:
            continue
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
        text = re.sub(r"say\([^)]*\)", "", text)
        loose += [f"{path.name}: {word}" for word in re.findall(r'"([^"\n]*)"', text) if HAN.search(word)]

    assert loose in ([], ["chinese.ts: 去掉第", "chinese.ts:  项"])


def test_texts_never_shout_or_scold() -> None:
    texts = [*(ROOT / "web" / "templates").rglob("*.html"), *ISLANDS, *(ROOT / "web").glob("*.py")]
    found = [
        f"{path.name}: {word}"
        for path in texts
        for word in ("！", "请勿", "非法", "系统错误", "无效")
        if word in path.read_text("utf-8")
    ]

    assert not found
