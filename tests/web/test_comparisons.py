"""Administrators begin and end comparisons; everybody else is kept out, and nothing unknown is begun."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.conftest import Browser, World

TRIAL = {"pack": "parcel", "region": "north", "kind": "large", "process": "parcel_later", "reason": "对比一个月"}


def listed(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("/api/comparisons").json
    return found


def test_a_comparison_is_begun_and_stands_on_the_page_with_who_when_and_why(world: World) -> None:
    admin = world.signed_in("admin")
    made = admin.post("/api/comparisons", TRIAL)
    assert made.status_code == 201
    (row,) = listed(admin)
    assert {key: row[key] for key in TRIAL} == TRIAL
    assert (row["id"], row["begun_by"], row["ended_at"]) == (made.json["id"], world.ids["admin"], None)
    page = admin.get("/admin/comparisons").text
    for said in ("北店 · 大件", "验收后退款", "对比一个月", "管理员甲", "结束试点"):
        assert said in page


def test_a_comparison_ends_once_and_its_history_stays(world: World) -> None:
    admin, chief = world.signed_in("admin"), world.signed_in("admin2")
    made = admin.post("/api/comparisons", TRIAL).json["id"]
    assert chief.post(f"/api/comparisons/{made}/end", {}).status_code == 200
    again = admin.post(f"/api/comparisons/{made}/end", {})
    assert again.status_code == 409 and "已经结束" in again.text
    (row,) = listed(admin)
    assert row["ended_by"] == world.ids["admin2"] and row["ended_at"]
    page = admin.get("/admin/comparisons").text
    assert "没有试点" in page and "管理员乙" in page


def test_a_second_comparison_for_the_same_cases_ends_the_first(world: World) -> None:
    admin = world.signed_in("admin")
    admin.post("/api/comparisons", TRIAL)
    admin.post("/api/comparisons", {**TRIAL, "process": "parcel_return"})
    assert [(row["process"], row["ended_at"] is None) for row in listed(admin)] == [
        ("parcel_return", True),
        ("parcel_later", False),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("pack", "lost"), ("process", "teleport"), ("region", "west"), ("kind", "huge"), ("reason", "")],
)
def test_what_the_pack_does_not_know_is_refused_by_field(world: World, field: str, value: str) -> None:
    admin = world.signed_in("admin")
    refused = admin.post("/api/comparisons", {**TRIAL, field: value})
    assert refused.status_code == 422
    assert field in refused.json["errors"]
    assert listed(admin) == []


@pytest.mark.parametrize("login", ["desk", "lead", "analyst", "nobody"])
def test_only_administrators_see_and_change_comparisons(world: World, login: str) -> None:
    browser = world.signed_in(login)
    assert browser.get("/admin/comparisons").status_code == 403
    assert browser.post("/api/comparisons", TRIAL).status_code == 403
    assert not re.search("/admin/comparisons", browser.get("/inbox").text)
