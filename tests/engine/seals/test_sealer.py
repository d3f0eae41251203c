"""Encryption of values and files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.seals import BadKey, KeyMissing, SealBroken, Sealer, mask

PLACE = {"table": "seal", "column": "id_no", "row": "r1"}
SEALER = Sealer({"k1": b"o" * 32}, "k1", b"i" * 32)
ROTATED = Sealer({"k1": b"o" * 32, "k2": b"n" * 32}, "k2", b"i" * 32)


@given(st.text())
def test_what_was_sealed_opens_again(plain: str) -> None:
    assert SEALER.open(SEALER.seal(plain, **PLACE), **PLACE) == plain


@given(st.binary(max_size=2_000))
def test_files_open_again(plain: bytes) -> None:
    assert SEALER.open_bytes(SEALER.seal_bytes(plain, table="document", row="d1"), table="document", row="d1") == plain


def test_the_token_names_version_and_key_and_never_repeats() -> None:
    one, two = (SEALER.seal("11010519491231002X", **PLACE) for _ in range(2))
    assert one.startswith("v1.k1.") and one.count(".") == 3 and one != two and "110105" not in one


@pytest.mark.parametrize("change", [{"row": "r2"}, {"column": "phone"}, {"table": "user"}])
def test_a_value_moved_to_another_place_does_not_open(change: dict[str, str]) -> None:
    token = SEALER.seal("secret", **PLACE)
    with pytest.raises(SealBroken):
        SEALER.open(token, **{**PLACE, **change})


@given(st.integers(0, 1_000), st.integers(1, 255))
def test_a_changed_file_does_not_open(place: int, bit: int) -> None:
    sealed = bytearray(SEALER.seal_bytes(b"content" * 20, table="document", row="d1"))
    sealed[place % len(sealed)] ^= bit
    with pytest.raises((SealBroken, KeyMissing)):
        SEALER.open_bytes(bytes(sealed), table="document", row="d1")


@pytest.mark.parametrize(
    "token", ["", "plain", "v1.k1.xx", "v0.k1.AAAA.AAAA", "v1.k1.AAAA.AAAA", "v1.k1.!.!", "v1.k1.é.a"]
)
def test_no_token_is_no_seal(token: str) -> None:
    with pytest.raises(SealBroken):
        SEALER.open(token, **PLACE)


def test_a_value_of_an_old_key_opens_and_one_of_a_missing_key_says_so() -> None:
    assert ROTATED.open(SEALER.seal("x", **PLACE), **PLACE) == "x"
    with pytest.raises(KeyMissing, match="k2"):
        SEALER.open(ROTATED.seal("x", **PLACE), **PLACE)


@pytest.mark.parametrize(
    ("keys", "active", "index"),
    [
        ({"k1": b"short"}, "k1", b"i" * 32),
        ({"k1": b"o" * 32}, "k2", b"i" * 32),
        ({"k.1": b"o" * 32}, "k.1", b"i" * 32),
        ({"k1": b"o" * 32}, "k1", b"o" * 32),
        ({"k1": b"o" * 32}, "k1", b""),
    ],
)
def test_weak_or_mixed_up_keys_are_refused(keys: dict[str, bytes], active: str, index: bytes) -> None:
    with pytest.raises(BadKey):
        Sealer(keys, active, index)


def test_keys_never_show() -> None:
    assert "ooo" not in repr(SEALER) and "iii" not in repr(SEALER)


def test_equal_values_have_equal_indexes_whatever_their_writing() -> None:
    assert SEALER.blind_index("id_no", "11010519491231002x") == SEALER.blind_index(
        "id_no", " １１０１０５ 19491231002X "
    )
    assert SEALER.blind_index("id_no", "1") != SEALER.blind_index("account", "1")
    assert SEALER.blind_index("id_no", "1") == ROTATED.blind_index("id_no", "1")


@pytest.mark.parametrize("kind", ["phone", "name", "address", "contact", "email"])
def test_other_kinds_have_no_index(kind: str) -> None:
    assert SEALER.blind_index(kind, "13800006021") == ""


@pytest.mark.parametrize(
    ("kind", "plain", "shown"),
    [
        ("phone", "13800006021", "138****6021"),
        ("id_no", "632801199001011234", "6328**********1234"),
        ("credit_code", "91330108MA27X16X1P", "9133**********6X1P"),
        ("account", "6228480012345678", "6228********5678"),
        ("account", "12345678", "****"),
        ("name", "王小明", "王**"),
        ("contact", "李", "李**"),
        ("address", "浙江省杭州市滨江区创新大道 1 号", "浙江省杭州市****"),
        ("address", "和平街 1 号", "****"),
        ("email", "wang@example.com", "w***@example.com"),
        ("other", "anything", "****"),
        ("phone", "", "****"),
    ],
)
def test_masks(kind: str, plain: str, shown: str) -> None:
    assert mask(kind, plain) == shown
