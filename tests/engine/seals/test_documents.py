"""Stored documents."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from engine import documents
from engine.documents import DocumentLost, UploadRefused
from engine.errors import NotFound
from engine.models import document
from engine.seals import SealBroken, Sealer
from tests.engine.core.house import House

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where documents are stored, beside the database."""
    found = tmp_path / "documents"
    found.mkdir()
    return found


def stored(
    house: House, sealer: Sealer, folder: Path, name: str = "身份证 正面.pdf", data: bytes = PDF, **more: str
) -> str:
    facts = {"type": "id_card", "business_key": "P-1", "actor": "li", **more}
    with house.transaction() as connection:
        return documents.store(connection, sealer, folder, name=name, data=data, now=house.now, **facts)


def file_of(folder: Path, id: str) -> Path:
    return folder / id[:2] / id


def test_a_document_comes_back_with_its_chinese_name(house: House, sealer: Sealer, folder: Path) -> None:
    id = stored(house, sealer, folder)
    with house.transaction() as connection:
        found = documents.read(connection, sealer, folder, id)
    assert (found.name, found.mime, found.data) == ("身份证 正面.pdf", "application/pdf", PDF)


def test_the_disk_holds_neither_name_nor_content(house: House, sealer: Sealer, folder: Path) -> None:
    id = stored(house, sealer, folder)
    assert b"%PDF" not in file_of(folder, id).read_bytes()
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [id]


def test_a_changed_or_lost_file_is_told(house: House, sealer: Sealer, folder: Path) -> None:
    one, two = stored(house, sealer, folder), stored(house, sealer, folder)
    file_of(folder, one).write_bytes(file_of(folder, two).read_bytes())
    file_of(folder, two).unlink()
    with house.transaction() as connection:
        with pytest.raises(SealBroken):
            documents.read(connection, sealer, folder, one)
        with pytest.raises(DocumentLost):
            documents.read(connection, sealer, folder, two)
        with pytest.raises(NotFound):
            documents.read(connection, sealer, folder, "../../etc/passwd")


def test_versions_count_within_case_and_type(house: House, sealer: Sealer, folder: Path) -> None:
    stored(house, sealer, folder)
    stored(house, sealer, folder)
    stored(house, sealer, folder, type="lease")
    stored(house, sealer, folder, business_key="P-2")
    assert sorted((row.business_key, row.type, row.version) for row in house.rows(document)) == [
        ("P-1", "id_card", 1),
        ("P-1", "id_card", 2),
        ("P-1", "lease", 1),
        ("P-2", "id_card", 1),
    ]


def test_a_refused_upload_leaves_nothing(house: House, sealer: Sealer, folder: Path) -> None:
    with pytest.raises(UploadRefused):
        stored(house, sealer, folder, data=b"MZ\x90\x00 program")
    assert not house.rows(document) and not list(folder.rglob("*"))


def test_a_rolled_back_upload_leaves_an_orphan_that_is_swept(house: House, sealer: Sealer, folder: Path) -> None:
    kept = stored(house, sealer, folder)

    class Cut(Exception):
        pass

    with pytest.raises(Cut), house.transaction() as connection:
        facts = {"type": "x", "business_key": "P-1", "actor": "li"}
        documents.store(connection, sealer, folder, name="a.pdf", data=PDF, now=house.now, **facts)
        raise Cut
    part = file_of(folder, kept).with_suffix(".part")
    part.write_bytes(b"half")
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 3
    with house.transaction() as connection:
        for path in folder.glob("*/*"):
            os.utime(path, (house.now.timestamp(), house.now.timestamp()))
        assert documents.sweep(connection, folder, now=house.now + timedelta(hours=23)) == 0
        assert documents.sweep(connection, folder, now=house.now + timedelta(hours=25)) == 2
        assert documents.read(connection, sealer, folder, kept).data == PDF


def test_only_the_uploader_gives_a_document_to_a_case(house: House, sealer: Sealer, folder: Path) -> None:
    id = stored(house, sealer, folder, business_key="", actor="customer-7")
    with house.transaction() as connection:
        assert documents.adopt(connection, [id], "P-3", actor="customer-8") == 0
        assert documents.adopt(connection, [id], "P-3", actor="customer-7") == 1
        assert documents.adopt(connection, [id], "P-4", actor="customer-7") == 0


def test_rotation_encrypts_files_with_the_new_key(house: House, sealer: Sealer, rotated: Sealer, folder: Path) -> None:
    id = stored(house, sealer, folder)
    with house.transaction() as connection:
        assert documents.rekey(connection, rotated, folder) == 1
        assert documents.rekey(connection, rotated, folder) == 0
        only_new = Sealer({"k2": rotated.keys["k2"]}, "k2", rotated.index_key)
        found = documents.read(connection, only_new, folder, id)
        assert (found.name, found.data) == ("身份证 正面.pdf", PDF)


def test_removed_documents_keep_their_row_without_name_and_content(house: House, sealer: Sealer, folder: Path) -> None:
    id = stored(house, sealer, folder)
    with house.transaction() as connection:
        assert documents.remove(connection, folder, "P-1") == 1
        with pytest.raises(NotFound):
            documents.read(connection, sealer, folder, id)
    (row,) = house.rows(document)
    assert (row.state, row.name) == ("removed", "") and not file_of(folder, id).exists()


def test_a_photo_is_stored_without_its_place(house: House, sealer: Sealer, folder: Path) -> None:
    picture, out = Image.new("RGB", (40, 20), "white"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (30.0, 12.0, 0.0)
    picture.save(out, "JPEG", exif=exif, comment=b"secret comment")
    assert b"Exif" in out.getvalue()
    id = stored(house, sealer, folder, name="现场.jpg", data=out.getvalue())
    with house.transaction() as connection:
        data = documents.read(connection, sealer, folder, id).data
    with Image.open(io.BytesIO(data)) as fresh:
        assert not fresh.getexif() and fresh.size == (20, 40)
    assert b"Exif" not in data and b"secret" not in data
