"""Forms beside the tests and the answers that fit them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forms import Form

FILES = Path(__file__).parent / "files"


def document(name: str) -> dict[str, Any]:
    """The parsed form file of this folder."""
    found: dict[str, Any] = json.loads((FILES / f"{name}.form").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def application() -> Form:
    return Form.load(document("application"))


@pytest.fixture
def context() -> dict[str, Any]:
    """Variables with which the form is opened."""
    return {
        "regions": [{"label": "滨江区", "value": "binjiang"}, {"label": "城东区", "value": "chengdong"}],
        "manager": "陈晓岚",
        "secret": 1,
    }


@pytest.fixture
def answers() -> dict[str, Any]:
    """A right and complete submission."""
    return {
        "business_type": "new",
        "applicant_name": "临江恒达精密制造有限公司",
        "id_no": "11010519491231002X",
        "site": {"region": "binjiang", "kva": 630},
        "devices": [{"name": "空压机", "kw": 37.5}, {"name": "电炉", "kw": 250, "reason": "热处理"}],
        "expected_date": "2026-12-30",
        "channels": ["sms"],
        "papers": ["0" * 32, "1" * 32],
        "truth": True,
    }
