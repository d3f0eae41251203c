"""The files of a pack: read from a folder, or from an uploaded zip within bounds."""

from __future__ import annotations

import io
import lzma
import tomllib
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from flask import Response, send_file
from flask_babel import gettext as _

from web.errors import Invalid, TooLarge
from web.wording import listed

#: What `zipfile` and the decompressors raise over an archive that is damaged, encrypted or packed in an unknown way.
_UNREADABLE: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError)
MOST_FILES: Final = 300
LARGEST_FILE: Final = 2 * 1024 * 1024
LARGEST_PACK: Final = 15 * 1024 * 1024
_MANIFEST: Final = "pack.toml"
SUFFIXES: Final = frozenset({".bpmn", ".dmn", ".form", ".toml", ".docx", ".md", ".json", ".html", ".txt"})


def read_pack_folder(folder: Path) -> dict[str, bytes]:
    """The files of a pack by path; the forms folder that `pack.toml` names counts as `forms/`.

    A folder that holds the pack in its only sub-folder is taken as that sub-folder.
    """
    folder = _with_manifest(folder)
    files = _folder(folder, "")
    forms = tomllib.loads(files.get(_MANIFEST, b"").decode()).get("pack", {}).get("forms")
    if forms:
        files |= _folder((folder / forms).resolve(), "forms/")
    return files


def _with_manifest(folder: Path) -> Path:
    inner = [] if (folder / _MANIFEST).is_file() else sorted(path.parent for path in folder.glob(f"*/{_MANIFEST}"))
    if len(inner) > 1:
        raise _several([f"{path.name}/{_MANIFEST}" for path in inner])
    return inner[0] if inner else folder


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of an uploaded zip; folders around the one that holds `pack.toml` are left out.

    Raises:
        Invalid: It is no zip, holds an unsafe path, several packs, or files beside the folder of the pack.
        TooLarge: Too many files or too much inside, measured while unpacking.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise TooLarge(_("压缩包里的文件太多。"), _("一个流程包不超过 %(count)d 个文件。", count=MOST_FILES))
            found: dict[str, bytes] = {}
            left = LARGEST_PACK
            for entry in entries:
                found[_safe(entry.filename)] = content = _unpack(archive, entry, left)
                left -= len(content)
    except _UNREADABLE as error:
        raise Invalid(_("这个压缩包打不开。"), _("用普通的 zip 格式、不加密，再上传。")) from error
    return _without_folders(wanted(found))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as one zip; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def download(data: bytes, name: str, mime: str) -> Response:
    """The data as a file that the browser keeps under this name, whatever its content."""
    return send_file(io.BytesIO(data), mimetype=mime, as_attachment=True, download_name=name)


def wanted(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Only kinds of files that a pack consists of."""
    return {path: data for path, data in files.items() if PurePosixPath(path).suffix.lower() in SUFFIXES}


def safe_path(name: str) -> str:
    """A path inside the pack; Invalid for absolute ones and those that climb out."""
    return _safe(name)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Reads at most what is allowed, whatever size the entry claims to have."""
    bound = min(LARGEST_FILE, left)
    with archive.open(entry) as stream:
        content = stream.read(bound + 1)
    if len(content) > bound:
        raise TooLarge(_("文件 %(name)s 太大。", name=entry.filename), _("单个文件不超过 2 MB，整个包不超过 15 MB。"))
    return content


def _safe(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
        raise Invalid(_("文件路径 %(name)s 不能用。", name=name), _("用相对路径，不含 ..，再打包。"))
    return str(path)


def _without_folders(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files as their `pack.toml` sees them."""
    files = {path: data for path, data in files.items() if not _is_litter(path)}
    manifests = sorted(path for path in files if PurePosixPath(path).name == _MANIFEST)
    if _MANIFEST in manifests:
        return files
    if len(manifests) > 1:
        raise _several(manifests)
    tops = {PurePosixPath(path).parts[0] for path in files if "/" in path}
    folder = manifests[0].removesuffix(_MANIFEST) if manifests else f"{tops.pop()}/" if len(tops) == 1 else ""
    outside = sorted(path for path in files if not path.startswith(folder))
    if manifests and outside:
        raise Invalid(
            _("%(file)s 不在 pack.toml 所在的文件夹 %(folder)s 里。", file=outside[0], folder=folder),
            _("把流程包的全部文件放进同一个文件夹，pack.toml 放在最外层，再打包。"),
        )
    return {path.removeprefix(folder): data for path, data in files.items()}


def _is_litter(path: str) -> bool:
    """Files that operating systems add to an archive by themselves."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(path).parts)


def _several(manifests: list[str]) -> Invalid:
    names = listed(manifests)
    return Invalid(_("里面有几个 pack.toml：%(names)s。", names=names), _("一次只部署一个流程包：只选其中一个文件夹。"))


def _folder(folder: Path, prefix: str) -> dict[str, bytes]:
    found = {prefix + path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if path.suffix.lower() in SUFFIXES}
