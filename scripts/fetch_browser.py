"""Puts a browser and Chinese fonts for the tests under .cache/browser: `python -m scripts.fetch_browser`.

The browser is the npm package @sparticuz/chromium with the libraries that it needs (x86-64), the fonts are Noto Sans SC
from a package too, so that screenshots look the same everywhere. Nothing is done when the cache is of the present lock.
"""

import hashlib
import io
import shutil
import tarfile
from pathlib import Path

import brotli

from hatch_build import npm

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "tests" / "e2e" / "browser"
CACHE = ROOT / ".cache" / "browser"
WEIGHTS = ("400Regular", "500Medium", "700Bold")
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <match target="pattern"><edit name="family" mode="append"><string>Noto Sans SC</string></edit></match>
</fontconfig>
"""


def unpack_browser(package: Path) -> None:
    """Writes the executable, its software renderer and its libraries from the brotli files of the package."""
    (CACHE / "chromium").write_bytes(brotli.decompress((package / "bin" / "chromium.br").read_bytes()))
    (CACHE / "chromium").chmod(0o755)
    for name, folder in (("swiftshader", CACHE), ("al2023", CACHE / "libraries")):
        data = brotli.decompress((package / "bin" / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in filter(tarfile.TarInfo.isfile, archive):
                write_member(archive, member, folder)


def write_member(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Writes one file inside the folder (Python 3.11.2 has no extraction filter that would keep it there)."""
    target = (folder / member.name).resolve()
    content = archive.extractfile(member)
    if content is None or not target.is_relative_to(folder):
        raise ValueError(f"{member.name} would be written outside {folder}: the package is not what its lock says.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.read())
    target.chmod(member.mode)


def copy_fonts(package: Path) -> None:
    """Copies the weights that the pages use and writes a fonts.conf that knows only them."""
    fonts = CACHE / "fonts"
    fonts.mkdir(exist_ok=True)
    for weight in WEIGHTS:
        for font in (package / weight).glob("*.ttf"):
            shutil.copy(font, fonts / font.name)
    (CACHE / "fonts.conf").write_text(FONTS_CONF.format(fonts=fonts, cache=CACHE / "fontconfig"), encoding="utf-8")


def main() -> None:
    """Fetches with npm what the lock names, unpacks it and leaves a stamp."""
    wanted = hashlib.sha256((PACKAGES / "package-lock.json").read_bytes() + str(CACHE).encode()).hexdigest()
    stamp = CACHE / "stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], PACKAGES)
    unpack_browser(PACKAGES / "node_modules" / "@sparticuz" / "chromium")
    copy_fonts(PACKAGES / "node_modules" / "@expo-google-fonts" / "noto-sans-sc")
    shutil.rmtree(PACKAGES / "node_modules")
    stamp.write_text(wanted)


if __name__ == "__main__":
    main()
