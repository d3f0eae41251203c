"""Files that arrive in parts, so that a cut connection costs one part and not the file: kept encrypted until complete.

Each upload is a folder below `parts`, named by digests of who sends it and of the key that the sender chose; each part
is a file named by its offset. Nothing of it is in the database: what is not completed within a day is swept away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from engine.sealer import Sealer

#: Of one part.
MAX_PART: Final = 1_000_000
#: Uploads that one person may have begun and not completed.
MAX_OPEN: Final = 20
#: Uploads that were not completed are kept this long.
AGE: Final = timedelta(days=1)
_TABLE: Final = "part"
_DONE: Final = "done"


class TooManyUploads(ValueError):
    """This person has begun too many uploads without completing them."""


@dataclass(frozen=True)
class Arrival:
    """One upload of one sender."""

    folder: Path
    #: Of the sender: all their uploads lie in it.
    own: Path

    @property
    def received(self) -> int:
        """Bytes that have arrived without a gap; the next part begins there."""
        at = 0
        for offset, length, _path in self._parts():
            if offset != at:
                break
            at += length
        return at

    @property
    def result(self) -> str:
        """What was made of the complete file, for a sender who did not get the answer; empty until then."""
        done = self.folder / _DONE
        return done.read_text("ascii") if done.exists() else ""

    def take(self, sealer: Sealer, offset: int, data: bytes) -> int:
        """Keep a part if it is the next one, and say how much there is; a part that came before changes nothing.

        Raises:
            TooManyUploads: It would begin one upload too many.
        """
        at = self.received
        if offset != at or not data:
            return at
        if not self.folder.exists() and self._open() >= MAX_OPEN:
            raise TooManyUploads(f"at most {MAX_OPEN} uploads at a time")
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{offset:08d}-{len(data)}"
        fresh = path.with_suffix(".new")
        fresh.write_bytes(sealer.seal_bytes(data, table=_TABLE, row=self._row(offset)))
        os.replace(fresh, path)
        return at + len(data)

    def whole(self, sealer: Sealer) -> bytes:
        """The file as far as it has arrived."""
        parts = self._parts()
        return b"".join(sealer.open_bytes(path.read_bytes(), table=_TABLE, row=self._row(at)) for at, _n, path in parts)

    def complete(self, result: str) -> None:
        """Forget the parts and remember what was made of them."""
        (self.folder / _DONE).write_text(result, "ascii")
        for _at, _length, path in self._parts():
            path.unlink(missing_ok=True)

    def _open(self) -> int:
        return sum(not (path / _DONE).exists() for path in self.own.iterdir()) if self.own.exists() else 0

    def _row(self, offset: int) -> str:
        return f"{self.folder.name}:{offset}"

    def _parts(self) -> Iterator[tuple[int, int, Path]]:
        names = sorted(path for path in self.folder.glob("[0-9]*-*") if path.suffix != ".new")
        for path in names:
            offset, _dash, length = path.name.partition("-")
            yield int(offset), int(length), path


def arrival(folder: Path, owner: str, key: str) -> Arrival:
    """The upload of a sender with a key of theirs, begun or not."""
    own = folder / "parts" / _digest(owner)
    return Arrival(own / _digest(key), own)


def sweep(folder: Path, *, now: datetime) -> int:
    """Delete uploads that nobody has touched for a day; how many."""
    edge = (now - AGE).timestamp()
    old = [path for path in folder.glob("parts/*/*") if path.stat().st_mtime < edge]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
