"""From clean data to process variables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import create_engine, select

from engine import metadata
from engine.models import seal
from engine.seals import Sealer, reveal
from forms import Form, sealed


def test_variables_hold_references_and_rows_hold_the_values(
    application: Form, answers: dict[str, Any], context: dict[str, Any], tables_url: str
) -> None:
    sealer = Sealer({"k1": b"o" * 32}, "k1", b"i" * 32)
    clean = application.validate(answers, context=context)
    database = create_engine(tables_url)
    with database.begin() as connection:
        now = datetime(2026, 11, 20, tzinfo=UTC)
        values = sealed(clean, connection, sealer, business_key="B-1", actor="li", now=now)
        rows = connection.execute(select(seal)).all()
        found = reveal(connection, sealer, [row.id for row in rows])
    database.dispose()
    assert {row.field: row.kind for row in rows} == {"applicant_name": "name", "id_no": "id_no"}
    assert found[values["id_no"]["sealed"]] == "11010519491231002X"
    assert "11010519491231002X" not in repr(values) and "applicant_name" not in clean.values
    assert metadata.tables["seal"] is seal


def test_values_in_rows_are_sealed_in_their_row(tables_url: str) -> None:
    phone = {"id": "p", "type": "textfield", "key": "phone", "properties": {"sensitive": "phone"}}
    rows = {"id": "l", "type": "dynamiclist", "path": "people", "components": [phone]}
    clean = Form.load({"id": "x", "components": [rows]}).validate(
        {"people": [{"phone": "13800006021"}, {"phone": "13900006022"}]}, context={}
    )
    database = create_engine(tables_url)
    with database.begin() as connection:
        sealer = Sealer({"k1": b"o" * 32}, "k1", b"i" * 32)
        now = datetime(2026, 11, 20, tzinfo=UTC)
        values = sealed(clean, connection, sealer, business_key="B-1", actor="li", now=now)
        found = reveal(connection, sealer, [row["phone"]["sealed"] for row in values["people"]])
    database.dispose()
    assert list(found.values()).count("13800006021") == 1 and len(found) == 2
