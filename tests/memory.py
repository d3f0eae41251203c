"""Where tests keep what they write: in memory where there is room, for a database on a disk waits for the disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

#: Linux keeps this folder in memory; a container may have made it too small to hold databases.
_SHARED: Final = Path("/dev/shm")
_ENOUGH: Final = 4 * 1024**3


def folder() -> Path:
    """The folder for temporary files: in memory if at least 4 GiB are free there, else the usual one."""
    if _SHARED.is_dir() and shutil.disk_usage(_SHARED).free >= _ENOUGH:
        return _SHARED
    return Path(tempfile.gettempdir())
