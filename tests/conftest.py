"""What every test may ask for: a fresh database of both kinds, and hypothesis profiles for a commit and for depth."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine

from engine import metadata
from tests import memory
from tests.browser import browser as browser
from tests.browser import page as page
from tests.browser import phone as phone
from tests.browser import screenshot as screenshot
from tests.postgres import Postgres

BOTH = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parent.parent

# A commit must not fail by bad luck: the examples are the same in every run. Depth searches anew each time.
settings.register_profile("commit", derandomize=True, max_examples=60, deadline=None)
settings.register_profile("deep", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pytest_configure(config: pytest.Config) -> None:
    """Search longer where deep tests are chosen; keep the files of tests in memory where there is room."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory.folder()))
    settings.load_profile("deep" if config.option.markexpr == "deep" else "commit")
    # The coloured traceback of one failed request takes longer than the test around it.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that drive a browser: a long one at the end would leave the other process idle."""
    browsing = {item.path for item in items if item.get_closest_marker("e2e")}
    items.sort(key=lambda item: item.path not in browsing)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the session, started when the first test needs it."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; a test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'yekuo.sqlite'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


class Templates:
    """Databases that hold all tables known to the metadata, made once per set of tables and then copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sqlite: dict[frozenset[str], Path] = {}
        self._postgres: dict[frozenset[str], str] = {}

    def sqlite(self, target: Path) -> str:
        """Copy the SQLite template to `target` and return its address."""
        tables = frozenset(metadata.tables)
        if tables not in self._sqlite:
            self._sqlite[tables] = self._folder / f"template{len(self._sqlite)}.sqlite"
            create_tables(f"sqlite:///{self._sqlite[tables]}")
        shutil.copyfile(self._sqlite[tables], target)
        return f"sqlite:///{target}"

    def postgres(self, server: Postgres) -> str:
        """Make a database from the PostgreSQL template and return its name."""
        tables = frozenset(metadata.tables)
        if tables not in self._postgres:
            name = server.create()
            create_tables(server.url(name))
            self._postgres[tables] = name
        return server.create(self._postgres[tables])


def create_tables(url: str) -> None:
    """Create every table of the shared metadata and let go of the database."""
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The templates of this session."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=BOTH)
def tables_url(request: pytest.FixtureRequest, tmp_path: Path, templates: Templates) -> Iterator[str]:
    """The address of a database with all tables and no rows, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield templates.sqlite(tmp_path / "yekuo.sqlite")
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = templates.postgres(server)
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of the public test corpora: YEKUO_CORPORA, else ../shared/corpora beside the repository.

    They belong to other projects and are not copied here; where they are absent the deep tests that read them are
    skipped, and the closing summary says so with these words.
    """
    folder = Path(os.environ.get("YEKUO_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}: set YEKUO_CORPORA to the folder that holds dmn-tck and operaton")
    return folder
