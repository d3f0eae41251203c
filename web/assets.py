"""Where the built front end lies: the manifest of the build, read once and again after each new build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup, escape

DIST = Path(__file__).parent / "static" / "dist"


class FrontEndMissing(RuntimeError):
    """The front end is not built: run `make build`, or install a wheel that carries it."""


@dataclass(frozen=True)
class Manifest:
    """The answer of the build: entry name -> files, and the address of the icon sprite."""

    entries: dict[str, dict[str, object]]
    sprite: str

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raise FrontEndMissing when the folder holds no build."""
        path = folder / ".vite" / "manifest.json"
        if not path.is_file():
            raise FrontEndMissing(FrontEndMissing.__doc__)
        chunks: dict[str, dict[str, object]] = json.loads(path.read_text("utf-8"))
        sprite = folder / "icons.svg"
        stamp = hashlib.sha256(sprite.read_bytes()).hexdigest()[:8] if sprite.is_file() else ""
        return cls(chunks, f"icons.svg?v={stamp}")

    def entry(self, name: str) -> str:
        """The manifest key of the entry `name`, e.g. "form"."""
        for key, chunk in self.entries.items():
            if chunk.get("isEntry") and key.endswith(f"entries/{name}.ts"):
                return key
        raise KeyError(f"The front end has no entry {name!r}; entries are files in web/frontend/src/entries.")

    def closure(self, key: str) -> Iterator[dict[str, object]]:
        """The chunk and all it imports statically, each once, imports first."""
        seen: set[str] = set()

        def walk(name: str) -> Iterator[dict[str, object]]:
            if name in seen:
                return
            seen.add(name)
            for imported in _names(self.entries[name], "imports"):
                yield from walk(imported)
            yield self.entries[name]

        return walk(key)


def _names(chunk: dict[str, object], field_name: str) -> list[str]:
    value = chunk.get(field_name, [])
    return [str(item) for item in value] if isinstance(value, list) else []


@dataclass
class Assets:
    """Tags for the head of a page; `base` is the address under which the folder is served."""

    folder: Path = DIST
    base: str = "/static/dist/"
    _read_at: float = field(default=0.0, repr=False)
    _manifest: Manifest | None = field(default=None, repr=False)

    @property
    def manifest(self) -> Manifest:
        """Read again when a new build has been written."""
        path = self.folder / ".vite" / "manifest.json"
        written = path.stat().st_mtime if path.is_file() else 0.0
        if self._manifest is None or written != self._read_at:
            self._manifest, self._read_at = Manifest.read(self.folder), written
        return self._manifest

    def scripts(self, name: str) -> Markup:
        """The module script of an entry, its style sheets, and preloads of what it imports."""
        key = self.manifest.entry(name)
        tags = [self.styles(name)]
        for chunk in self.manifest.closure(key):
            address = escape(self.base + str(chunk["file"]))
            if chunk is self.manifest.entries[key]:
                tags.append(Markup('<script type="module" src="{}"></script>').format(address))
            else:
                tags.append(Markup('<link rel="modulepreload" href="{}">').format(address))
        return Markup("\n").join(tag for tag in tags if tag)

    def styles(self, name: str) -> Markup:
        """The style sheets of an entry and of all it imports; those of `page` are in every head already."""
        shared = set() if name == "page" else set(self._sheets("page"))
        sheets = [sheet for sheet in self._sheets(name) if sheet not in shared]
        return Markup("\n").join(Markup('<link rel="stylesheet" href="{}">').format(self.base + s) for s in sheets)

    def early(self) -> Markup:
        """The tiny classic script that sets the theme before the first paint."""
        chunk = self.manifest.entries[self.manifest.entry("theme")]
        return Markup('<script src="{}"></script>').format(self.base + str(chunk["file"]))

    def _sheets(self, name: str) -> list[str]:
        chunks = self.manifest.closure(self.manifest.entry(name))
        return list(dict.fromkeys(sheet for chunk in chunks for sheet in _names(chunk, "css")))

    def icon(self, name: str, size: int = 16, label: str | None = None) -> Markup:
        """An icon of the sprite; silent for screen readers unless it has a label."""
        voice = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="glyph" width="{0}" height="{0}" {1}><use href="{2}#{3}"/></svg>').format(
            size, voice, self.base + self.manifest.sprite, name
        )
