"""What a decision answered stands in the case: table, row, values and version, for the task after it and the record."""

from __future__ import annotations

import json
import re

import pytest

from engine.pack import read_pack
from tests.web.conftest import ROOT, World
from web.spoken import Speech
from web.timing import document_text

ACCOUNT = "6217000012345678"


@pytest.fixture
def case(small_world: World) -> str:
    """A case whose decision has been asked, and whose account number is sealed."""
    found = small_world.hand_in(small_world.customer(), weight=1200)
    desk = small_world.signed_in("desk")
    done = small_world.complete(desk, small_world.task(desk, found), outcome="accept", account=ACCOUNT)
    assert done.status_code == 200, done.text
    return found


def test_the_api_tells_rows_values_and_version(small_world: World, case: str) -> None:
    answer = small_world.signed_in("desk").get(f"/api/cases/{case}/decisions")
    (ruling,) = answer.json["decisions"]
    assert (ruling["name"], ruling["decision"], ruling["version"]) == ("定货位类别", "handling", 1)
    assert ruling["source"] == "《货位类别》第 1 行"
    (table,) = ruling["tables"]
    assert table["rows"] == [
        {
            "number": 1,
            "inputs": [{"label": "重量（克）", "value": "1200", "asked": "< 5000"}],
            "outputs": [{"label": "放哪一类", "value": "shelf", "asked": ""}],
        }
    ]
    assert ACCOUNT not in json.dumps(answer.json)


def test_task_case_and_record_show_the_source_of_the_value(small_world: World, case: str) -> None:
    store = small_world.signed_in("store")
    task = small_world.task(store, case)
    for address in (f"/tasks/{task['id']}", f"/cases/{case}"):
        page = store.get(address).text
        assert "《货位类别》第 1 行" in page and "第 1 行要求 &lt; 5000" in page, address
    record = store.get(f"/cases/{case}/record?kind=rules").text
    assert "决策 定货位类别：《货位类别》第 1 行" in record
    # The desk acted before; the table answered by itself.
    assert re.search(r'定货位类别：《货位类别》第 1 行</td><td class="second">系统</td>', record)


def test_customers_do_not_see_how_the_house_decides(small_world: World) -> None:
    customer = small_world.customer()
    case = small_world.hand_in(customer)
    assert customer.get(f"/api/cases/{case}/decisions").status_code == 403


def test_cells_of_tables_are_told_in_the_words_of_the_pack() -> None:
    options = {"customer_class": {"RES": "居民", "LV": "低压"}}
    speech = Speech(options, {"CM": "客户经理", "true": "是", "false": "否"})

    assert speech.value("RES", "customer_class") == "居民"
    assert speech.value("RES") is None
    assert [speech.value(text) for text in ("CM", "true", "36", "null", "business_licence", "营业执照")] == [
        "客户经理", "是", "36", None, None, "营业执照",
    ]  # fmt: skip
    assert speech.value('["负荷与容量", "计费"]') == "负荷与容量、计费"
    asked = ('not("RES")', '"RES","LV"', ">= 10", "false", 'not("change_category")')
    assert [speech.asked(cell, "customer_class") for cell in asked] == ["除居民以外", "居民、低压", "≥ 10", "否", ""]


def test_a_citation_of_a_limit_is_told_by_the_name_of_its_document() -> None:
    pack, problems = read_pack({"pack.toml": (ROOT / "bpmn" / "connection" / "pack.toml").read_bytes()})
    assert pack is not None and problems == []

    assert document_text("P1 §2.1(3)", pack) == "《电力业扩报装的管理优化措施分析》第 2.1 节(3)"
    assert document_text("P3 §1.2", pack) == "《业扩报装智能化管理模式创新研究》第 1.2 节"
    assert [document_text(source, pack) for source in ("本单位默认值", "P9 §2", "审查 3 + 告知 2")] == ["", "", ""]
    table = (ROOT / "bpmn" / "connection" / "decisions" / "time_limits.dmn").read_text("utf-8")
    cited = set(re.findall(r'<text>"(\w+ §[^"]+)"</text>', table))
    assert cited and all(document_text(source, pack) for source in cited)
