"""What an uploaded file really is: its type by content, refused when it is disguised, too large or not on the list."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from engine.errors import EngineError

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 60_000_000
#: Office files are archives: what they may hold at most, counted from their directory.
MAX_ENTRIES: Final = 2_000
MAX_UNPACKED: Final = 200 * 1024 * 1024
MAX_NAME: Final = 200
JPEG_QUALITY: Final = 88
#: Programs inside a PDF; a plain search, so a second line of defence beside serving files only as attachments.
PDF_PROGRAM: Final = re.compile(rb"/(JavaScript|JS\s*[(<]|Launch\b|EmbeddedFile\b)")

ACCEPTED_ZH: Final = "PDF、照片（JPG、PNG）、Word（docx）、Excel（xlsx）或 OFD"


class UploadRefused(EngineError):
    """The file cannot be accepted; `message_zh` says the fact and what to do, for the person who uploads."""

    def __init__(self, message_zh: str, message: str) -> None:
        self.message_zh = message_zh
        super().__init__(message)


@dataclass(frozen=True)
class Upload:
    """A file that may be stored."""

    #: Original name without folders; data only, never a path.
    name: str
    mime: str
    #: The content, images re-encoded without any metadata.
    data: bytes


@dataclass(frozen=True)
class Kind:
    """An accepted file type."""

    mime: str
    suffixes: tuple[str, ...]
    #: True if the content is of this type.
    detect: Callable[[bytes], bool]
    #: The content as it is to be stored; raises `UploadRefused`.
    clean: Callable[[bytes], bytes]


def examine(name: str, data: bytes) -> Upload:
    """Find out what a file is and make it harmless; `UploadRefused` with reason and remedy otherwise."""
    own = clean_name(name)
    if not data:
        raise UploadRefused("文件是空的。请打开看看内容，重新保存后再传", "The file is empty. Save it again and retry.")
    if len(data) > MAX_BYTES:
        size = len(data) / 1024 / 1024
        text = f"文件有 {size:.1f} MB，最多 20 MB。请压缩，或分成几份再传"
        raise UploadRefused(text, f"The file has {size:.1f} MB, the limit is 20 MB. Compress or split it.")
    kind = next((kind for kind in KINDS if kind.detect(data)), None)
    if kind is None:
        raise _unknown(data)
    own = _fitting(own, kind)
    return Upload(own, kind.mime, kind.clean(data))


def clean_name(name: str) -> str:
    """The last part of a name, without control characters and not longer than a file system allows."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in plain if unicodedata.category(sign)[0] != "C").strip(" .")
    if len(shown) <= MAX_NAME:
        return shown or "未命名"
    stem, dot, suffix = shown.rpartition(".")
    return f"{stem[: MAX_NAME - len(suffix) - 1]}{dot}{suffix}" if len(suffix) < 10 else shown[:MAX_NAME]


def _fitting(name: str, kind: Kind) -> str:
    """The name with a suffix that tells the truth; a wrong one means a disguised file."""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if not suffix:
        return f"{name}.{kind.suffixes[0]}"
    if suffix not in kind.suffixes:
        real = kind.suffixes[0].upper()
        text = f"文件名写的是 .{suffix}，内容却是 {real}。请用原来的程序另存为正确的类型再传"
        raise UploadRefused(text, f"The name says .{suffix}, the content is {real}. Save it as the right type.")
    return name


def _unknown(data: bytes) -> UploadRefused:
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        text = "这是 HEIC 照片，这里打不开。请在手机相机设置里选“兼容性最佳”重拍，或截图后再传"
        return UploadRefused(text, "HEIC photos are not accepted. Choose JPEG in the camera settings.")
    text = f"不收这种文件。请上传 {ACCEPTED_ZH}"
    return UploadRefused(text, "This type of file is not accepted. Upload PDF, JPEG, PNG, docx, xlsx or OFD.")


def _pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-4096:]:
        raise UploadRefused("PDF 不完整，可能没有传完。请重新导出后再传", "The PDF is cut off. Export it again.")
    if PDF_PROGRAM.search(data):
        text = "PDF 里带有程序或附件，不能收。请用“打印为 PDF”另存一份再传"
        raise UploadRefused(text, "The PDF holds programs or attachments. Print it to a new PDF.")
    return data


def _image(data: bytes) -> bytes:
    """The picture drawn anew: position, camera and anything hidden behind it are left behind."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; ours are limited by number of pixels before decoding.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    text = f"照片太大（{picture.width}×{picture.height}）。请缩小后再传"
                    raise UploadRefused(text, "The picture has too many pixels. Scale it down.")
                return _redrawn(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        text = "照片打不开，可能没有传完或已损坏。请重新拍一张"
        raise UploadRefused(text, "The picture cannot be decoded. Take it again.") from error


def _redrawn(picture: Image.Image) -> bytes:
    kind = picture.format or "PNG"
    # The camera's turn is stored as metadata: apply it before dropping them.
    upright = ImageOps.exif_transpose(picture)
    fresh = upright.convert("RGB") if kind == "JPEG" else upright.convert("RGBA" if _transparent(upright) else "RGB")
    fresh.info.clear()
    out = io.BytesIO()
    if kind == "JPEG":
        fresh.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        fresh.save(out, "PNG")
    return out.getvalue()


def _transparent(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def _archive(data: bytes) -> bytes:
    """An office file as it is, if it is no bomb and holds no programs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UploadRefused("文件已损坏。请重新保存后再传", "The file is damaged. Save it again.") from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UploadRefused("文件展开后太大。请删去不需要的内容再传", "The file unpacks to too much. Remove content.")
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith((".bin", ".exe", ".dll", ".js", ".vbs")) and "printersettings" not in name for name in names):
        text = "文件里带有宏或程序，不能收。请另存为不带宏的类型，或导出 PDF"
        raise UploadRefused(text, "The file holds macros or programs. Save it without macros or as PDF.")
    return data


def _holds(*wanted: str) -> Callable[[bytes], bool]:
    """Detector of archives that contain all the wanted entries."""

    def detect(data: bytes) -> bool:
        if not data.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return set(wanted) <= set(archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError):
            return False

    return detect


def _starts(signature: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(signature)


OFFICE: Final = "application/vnd.openxmlformats-officedocument"
KINDS: Final = (
    Kind("application/pdf", ("pdf",), _starts(b"%PDF-"), _pdf),
    Kind("image/jpeg", ("jpg", "jpeg"), _starts(b"\xff\xd8\xff"), _image),
    Kind("image/png", ("png",), _starts(b"\x89PNG\r\n\x1a\n"), _image),
    Kind(
        f"{OFFICE}.wordprocessingml.document",
        ("docx",),
        _holds("[Content_Types].xml", "word/document.xml"),
        _archive,
    ),
    Kind(f"{OFFICE}.spreadsheetml.sheet", ("xlsx",), _holds("[Content_Types].xml", "xl/workbook.xml"), _archive),
    Kind("application/ofd", ("ofd",), _holds("OFD.xml"), _archive),
)
