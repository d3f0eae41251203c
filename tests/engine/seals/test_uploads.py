"""What an uploaded file really is."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engine.uploads import MAX_BYTES, UploadRefused, clean_name, examine

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def archive(*names: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, b"0" * size)
    return out.getvalue()


def picture(kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, kind, **more)
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "data", "mime"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PDF", PDF, "application/pdf"),
        ("照片.jpeg", picture("JPEG"), "image/jpeg"),
        ("照片.png", picture("PNG"), "image/png"),
        ("表.xlsx", archive("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml.sheet"),
        ("文.docx", DOCX, "wordprocessingml.document"),
        ("票.ofd", archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    ],
)
def test_accepted_types_are_known_by_content(name: str, data: bytes, mime: str) -> None:
    found = examine(name, data)
    assert found.mime.endswith(mime) and found.name == name


def test_a_name_without_suffix_gets_the_right_one() -> None:
    assert examine("身份证", PDF).name == "身份证.pdf"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"", "空的"),
        ("a.pdf", PDF + b"0" * MAX_BYTES, "最多 20 MB"),
        ("a.pdf", b"<html><script>", "不收这种文件"),
        ("a.pdf", b"MZ\x90\x00", "不收这种文件"),
        ("a.jpg", PDF, "内容却是 PDF"),
        ("a.pdf", picture("PNG"), "内容却是 PNG"),
        ("a.exe", DOCX, "内容却是 DOCX"),
        ("a.zip", archive("x.txt"), "不收这种文件"),
        ("a.gif", picture("GIF"), "不收这种文件"),
        ("a.svg", b"<svg onload='alert(1)'/>", "不收这种文件"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20, "兼容性最佳"),
        ("a.pdf", PDF.replace(b"%%EOF", b""), "不完整"),
        ("a.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript/JS(app.alert)>>"), "带有程序"),
        ("a.png", picture("PNG")[:45], "打不开"),
        ("a.jpg", b"\xff\xd8\xff\xe0 no picture", "打不开"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "宏或程序"),
        ("a.docx", DOCX[:-8], "不收这种文件"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", size=120_000_000), "展开后太大"),
    ],
)
def test_everything_else_is_refused_with_reason_and_remedy(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        examine(name, data)
    assert words in caught.value.message_zh and ("请" in caught.value.message_zh)


def test_what_is_hidden_behind_or_in_a_picture_is_dropped() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret note")
    data = picture("PNG", pnginfo=notes) + b"<script>alert(1)</script>"
    found = examine("a.png", data).data
    assert b"secret" not in found and b"script" not in found


def test_a_picture_with_too_many_pixels_is_refused_before_decoding() -> None:
    out = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(out, "PNG")
    with pytest.raises(UploadRefused, match="too many pixels"):
        examine("a.png", out.getvalue())


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\用户\\身份证.pdf", "身份证.pdf"),
        ("a\x00b\n\u202e.pdf", "ab.pdf"),
        ("...", "未命名"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_only_names(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.text())
def test_no_name_escapes(name: str) -> None:
    found = clean_name(name)
    assert found and "/" not in found and "\\" not in found and len(found) <= 200 and found not in (".", "..")


@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"]))
def test_no_content_breaks_the_examination(tail: bytes, head: bytes) -> None:
    with suppress(UploadRefused):
        assert examine("a", head + tail).mime
