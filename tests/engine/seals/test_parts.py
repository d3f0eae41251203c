"""Files in parts: what arrived stays, nothing lies open on the disk, and what nobody completes goes away."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import parts
from engine.sealer import Sealer

SEALER = Sealer({"k1": bytes(32)}, "k1", bytes(range(32)))
NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def test_a_file_is_what_its_parts_make(tmp_path: Path) -> None:
    file = parts.arrival(tmp_path, "u1", "key")

    assert file.take(SEALER, 0, b"supply ") == 7
    assert file.take(SEALER, 7, b"plan") == 11
    assert file.whole(SEALER) == b"supply plan"


@given(st.binary(min_size=1, max_size=60), st.lists(st.integers(0, 70), max_size=12))
def test_parts_that_come_twice_late_or_too_early_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, offsets: list[int]
) -> None:
    file = parts.arrival(tmp_path_factory.mktemp("documents"), "u1", "key")

    for offset in offsets:
        before = file.received
        at = file.take(SEALER, offset, data[offset : offset + 7])
        assert at == file.received >= before
        assert at in (before, before + len(data[before : before + 7]))
    while file.received < len(data):
        file.take(SEALER, file.received, data[file.received : file.received + 7])

    assert file.whole(SEALER) == data


def test_parts_lie_encrypted_and_senders_do_not_meet(tmp_path: Path) -> None:
    parts.arrival(tmp_path, "u1", "key").take(SEALER, 0, b"Zhou Min, 13800136021")

    assert not parts.arrival(tmp_path, "u2", "key").received
    assert all(b"Zhou" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_complete_file_is_remembered_without_its_parts(tmp_path: Path) -> None:
    file = parts.arrival(tmp_path, "u1", "key")
    file.take(SEALER, 0, b"plan")

    file.complete("d" * 32)

    assert parts.arrival(tmp_path, "u1", "key").result == "d" * 32
    assert not file.received


def test_nobody_begins_uploads_without_end(tmp_path: Path) -> None:
    for number in range(parts.MAX_OPEN):
        parts.arrival(tmp_path, "u1", f"key{number}").take(SEALER, 0, b"x")

    with pytest.raises(parts.TooManyUploads):
        parts.arrival(tmp_path, "u1", "one more").take(SEALER, 0, b"x")
    assert parts.arrival(tmp_path, "u1", "key0").take(SEALER, 1, b"y") == 2
    parts.arrival(tmp_path, "u1", "key0").complete("d" * 32)
    assert parts.arrival(tmp_path, "u1", "one more").take(SEALER, 0, b"x") == 1


def test_what_nobody_completes_is_swept_after_a_day(tmp_path: Path) -> None:
    for name, age in (("old", timedelta(days=2)), ("new", timedelta(hours=2))):
        file = parts.arrival(tmp_path, "u1", name)
        file.take(SEALER, 0, b"x")
        os.utime(file.folder, times=((NOW - age).timestamp(),) * 2)

    assert parts.sweep(tmp_path, now=NOW) == 1
    assert (parts.arrival(tmp_path, "u1", "old").received, parts.arrival(tmp_path, "u1", "new").received) == (0, 1)
