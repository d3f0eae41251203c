"""What a decision answered stands in the case: table, row, values and version, for the task after it and the record."""

from __future__ import annotations

import json
import re

import pytest

from tests.web.conftest import World

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
    assert ruling["source"] == "handling 第 1 行"
    (table,) = ruling["tables"]
    assert table["rows"] == [
        {
            "number": 1,
            "inputs": [{"label": "weight", "value": "1200", "asked": "< 5000"}],
            "outputs": [{"label": "handling", "value": "shelf", "asked": ""}],
        }
    ]
    assert ACCOUNT not in json.dumps(answer.json)


def test_task_case_and_record_show_the_source_of_the_value(small_world: World, case: str) -> None:
    store = small_world.signed_in("store")
    task = small_world.task(store, case)
    for address in (f"/tasks/{task['id']}", f"/cases/{case}"):
        page = store.get(address).text
        assert "handling 第 1 行" in page and "第 1 行要求 &lt; 5000" in page, address
    record = store.get(f"/cases/{case}/record?kind=rules").text
    assert "决策 定货位类别：handling 第 1 行" in record
    # The desk acted before; the table answered by itself.
    assert re.search(r'定货位类别：handling 第 1 行</td><td class="second">系统</td>', record)


def test_customers_do_not_see_how_the_house_decides(small_world: World) -> None:
    customer = small_world.customer()
    case = small_world.hand_in(customer)
    assert customer.get(f"/api/cases/{case}/decisions").status_code == 403
