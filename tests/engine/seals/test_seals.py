"""Rows of sealed values."""

from __future__ import annotations

import pytest

from engine import seals
from engine.errors import NotFound
from engine.models import history, seal
from engine.seals import ReasonMissing, Sealer
from tests.engine.core.house import House

VALUES = {"id_no": ("id_no", "632801199001011234"), "contacts.0.phone": ("phone", "13800006021")}


def stored(house: House, sealer: Sealer, business_key: str = "P-1") -> dict[str, str]:
    with house.transaction() as connection:
        more = {"business_key": business_key, "actor": "li", "now": house.now}
        return seals.store(connection, sealer, VALUES, **more)


def test_the_database_holds_no_plain_text(house: House, sealer: Sealer) -> None:
    stored(house, sealer)
    assert "13800006021" not in repr(house.rows(seal)) and "632801" not in repr(house.rows(seal))


def test_pages_see_masks(house: House, sealer: Sealer) -> None:
    ids = stored(house, sealer)
    with house.transaction() as connection:
        found = seals.masks(connection, sealer, [*ids.values(), "none"])
        assert seals.masks(connection, sealer, []) == {}
    assert found == {ids["id_no"]: "6328**********1234", ids["contacts.0.phone"]: "138****6021"}


def test_unsealing_is_recorded_with_its_reason_but_not_with_the_value(house: House, sealer: Sealer) -> None:
    instance_id = house.start("linear")
    ids = stored(house, sealer)
    more = {"instance_id": instance_id, "actor": "wang", "now": house.now}
    with house.transaction() as connection:
        assert seals.unseal(connection, sealer, ids["id_no"], reason="核对证件", **more) == "632801199001011234"
    (entry,) = house.rows(history, kind="unsealed")
    assert entry.actor == "wang" and entry.payload["reason"] == "核对证件" and entry.payload["sensitive"] == "id_no"
    assert "632801" not in repr(entry)


def test_unsealing_needs_a_reason_and_a_value_of_the_same_case(house: House, sealer: Sealer) -> None:
    instance_id = house.start("linear")
    ids, foreign = stored(house, sealer), stored(house, sealer, "P-2")
    more = {"instance_id": instance_id, "actor": "wang", "now": house.now}
    with house.transaction() as connection, pytest.raises(ReasonMissing):
        seals.unseal(connection, sealer, ids["id_no"], reason="  ", **more)
    with house.transaction() as connection, pytest.raises(NotFound):
        seals.unseal(connection, sealer, foreign["id_no"], reason="x", **more)
    assert not house.rows(history, kind="unsealed")


def test_cases_are_found_by_the_exact_value_of_indexed_kinds(house: House, sealer: Sealer) -> None:
    stored(house, sealer)
    stored(house, sealer, "P-2")
    with house.transaction() as connection:
        assert seals.find(connection, sealer, "id_no", "632801 19900101 1234") == ("P-1", "P-2")
        assert seals.find(connection, sealer, "id_no", "632801199001011235") == ()
        assert seals.find(connection, sealer, "phone", "13800006021") == ()


def test_values_sealed_before_the_case_are_adopted_once(house: House, sealer: Sealer) -> None:
    ids = stored(house, sealer, "")
    with house.transaction() as connection:
        assert seals.adopt(connection, list(ids.values()), "P-9") == 2
        assert seals.adopt(connection, list(ids.values()), "P-10") == 0
    assert {row.business_key for row in house.rows(seal)} == {"P-9"}


def test_rotation_moves_every_value_to_the_new_key(house: House, sealer: Sealer, rotated: Sealer) -> None:
    ids = stored(house, sealer)
    counts = []
    for _ in range(3):
        with house.transaction() as connection:
            counts.append(seals.rekey(connection, rotated, limit=1))
    assert counts == [1, 1, 0] and {row.key_id for row in house.rows(seal)} == {"k2"}
    only_new = Sealer({"k2": rotated.keys["k2"]}, "k2", rotated.index_key)
    with house.transaction() as connection:
        assert seals.reveal(connection, only_new, [ids["id_no"]]) == {ids["id_no"]: "632801199001011234"}


def test_erasing_leaves_nothing_of_the_case(house: House, sealer: Sealer) -> None:
    stored(house, sealer)
    stored(house, sealer, "P-2")
    with house.transaction() as connection:
        assert seals.erase(connection, "P-1") == 2
    assert {row.business_key for row in house.rows(seal)} == {"P-2"}
