"""The settings of an installation; this file alone reads the environment (`YEKUO_*`)."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from web.errors import BadSetting

KEY_BYTES: Final = 32
#: Words that betray a key somebody copied from an example.
_WEAK_WORDS: Final = (b"change", b"secret", b"example", b"password", b"default", b"yekuo", b"test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation may choose. Built once by `from_environment`, or by hand in tests."""

    #: Instance folder: database, documents, generated keys. Never inside the web root.
    home: Path
    #: SQLAlchemy address; the embedded default is an SQLite file in `home`.
    database_url: str
    #: Public address of the site: origin check, links in notices, `Secure` cookies when it is https.
    url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    #: Processes; only PostgreSQL may have more than one.
    workers: int = 1
    demonstration: bool = False
    #: Name of the company or region in the side bar.
    site: str = ""
    #: Keys that sign cookies, the active one first.
    secret_keys: tuple[str, ...] = ()
    #: Keys of sealed fields and documents by key id, the active one first.
    seal_keys: Mapping[str, bytes] = field(default_factory=dict)
    #: Key of the blind indexes.
    index_key: bytes = b""
    #: Shared secrets of partners by partner id.
    partner_keys: Mapping[str, bytes] = field(default_factory=dict)
    #: smtp://user:password@host:port, empty: notices go to the log without their text.
    smtp_url: str = ""
    mail_from: str = "noreply@localhost"
    #: Address of an SMS gateway; `{to}` and `{text}` are filled in.
    sms_url: str = ""
    #: Apprise addresses that get staff notices (WeCom, DingTalk …).
    notify_urls: tuple[str, ...] = ()
    #: Number of reverse proxies whose forwarding headers are believed.
    proxies: int = 0
    #: Bearer token that may read /metrics from elsewhere than this machine.
    metrics_token: str = ""
    log_level: str = "INFO"

    @property
    def sqlite(self) -> bool:
        """True for the embedded database."""
        return self.database_url.startswith("sqlite")

    @property
    def secure(self) -> bool:
        """True if browsers reach the site by https."""
        return self.url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme and host of `url`, as browsers send it in `Origin`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def documents(self) -> Path:
        """Folder of the encrypted documents."""
        return self.home / "documents"


def from_environment(environ: Mapping[str, str] | None = None, *, demonstration: bool = False) -> Settings:
    """Read `YEKUO_*`, generate missing keys of an embedded installation, refuse weak ones."""
    read = _Reader(os.environ if environ is None else environ)
    home = Path(read.text("HOME", "var")).absolute()
    demonstration = demonstration or read.flag("DEMONSTRATION")
    database = read.text("DATABASE_URL", f"sqlite:///{home / 'yekuo.sqlite'}")
    embedded = database.startswith("sqlite")
    keys = _Keys(read, home, generate=embedded or demonstration, lenient=demonstration)
    if embedded and read.number("WORKERS", 1) != 1:
        raise BadSetting("YEKUO_WORKERS", "SQLite serves one process; use YEKUO_DATABASE_URL with PostgreSQL for more")
    return Settings(
        home=home,
        database_url=_driver(database),
        demonstration=demonstration,
        secret_keys=keys.secrets("SECRET_KEYS"),
        seal_keys=keys.named("SEAL_KEYS", "k1"),
        index_key=keys.one("INDEX_KEY"),
        partner_keys=keys.optional("PARTNER_KEYS"),
        **_place(read),
        **_channels(read),
    )


def _place(read: _Reader) -> dict[str, Any]:
    """Where the site is reached and how it serves."""
    host, port = read.text("HOST", "127.0.0.1"), read.number("PORT", 8000)
    return {
        "url": read.text("URL", f"http://{host}:{port}").rstrip("/"),
        "host": host,
        "port": port,
        "threads": read.number("THREADS", 8),
        "workers": read.number("WORKERS", 1),
        "proxies": read.number("PROXIES", 0),
        "site": read.text("SITE", ""),
        "metrics_token": read.text("METRICS_TOKEN", ""),
        "log_level": read.text("LOG_LEVEL", "INFO").upper(),
    }


def _channels(read: _Reader) -> dict[str, Any]:
    """How the site reaches people."""
    return {
        "smtp_url": read.text("SMTP_URL", ""),
        "mail_from": read.text("MAIL_FROM", "noreply@localhost"),
        "sms_url": read.text("SMS_URL", ""),
        "notify_urls": read.words("NOTIFY_URLS"),
    }


class _Reader:
    """Typed access to the `YEKUO_*` variables."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(f"YEKUO_{name}", "").strip() or default

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word for word in self.text(name, "").replace(",", " ").split() if word)

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isdigit():
            raise BadSetting(f"YEKUO_{name}", "must be a whole number")
        return int(value)

    def flag(self, name: str) -> bool:
        return self.text(name, "no").lower() in {"1", "yes", "true", "on"}


class _Keys:
    """Keys from the environment, or random ones kept in the instance folder (mode 600)."""

    def __init__(self, read: _Reader, home: Path, *, generate: bool, lenient: bool) -> None:
        self._read, self._folder, self._generate, self._lenient = read, home / "keys", generate, lenient

    def secrets(self, name: str) -> tuple[str, ...]:
        words = self._read.words(name) or (self._stored(name),)
        return tuple(self._strong(name, word.encode()).decode() for word in words)

    def one(self, name: str) -> bytes:
        return self._bytes(name, self._read.text(name, "") or self._stored(name))

    def named(self, name: str, default_id: str) -> dict[str, bytes]:
        words = self._read.words(name) or (f"{default_id}:{self._stored(name)}",)
        return {key_id: self._bytes(name, text) for key_id, _, text in (word.partition(":") for word in words)}

    def optional(self, name: str) -> dict[str, bytes]:
        pairs = (word.partition(":") for word in self._read.words(name))
        return {partner: self._strong(name, text.encode()) for partner, _, text in pairs}

    def _bytes(self, name: str, text: str) -> bytes:
        try:
            key = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise BadSetting(f"YEKUO_{name}", "each key must be 32 random bytes in base64 (openssl rand -base64 32)")
        return self._strong(name, key)

    def _strong(self, name: str, key: bytes) -> bytes:
        known = any(word in face.lower() for face in (key, _decoded(key)) for word in _WEAK_WORDS)
        if (known or len(key) < KEY_BYTES or len(set(key)) < 12) and not self._lenient:
            raise BadSetting(
                f"YEKUO_{name}", "the key is short, repeated or a known default; use openssl rand -base64 32"
            )
        return key

    def _stored(self, name: str) -> str:
        """The generated key of this installation; made at the first start."""
        file = self._folder / name.lower()
        if file.is_file():
            return file.read_text().strip()
        if not self._generate:
            raise BadSetting(f"YEKUO_{name}", "must be set; make one with openssl rand -base64 32")
        # The instance folder is nobody else's business, whoever makes it first.
        self._folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.mkdir(exist_ok=True, mode=0o700)
        key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(key)
        return key


def _decoded(key: bytes) -> bytes:
    """What base64 text stands for; nothing for other bytes."""
    try:
        return base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _driver(url: str) -> str:
    """Plain `postgresql://` means psycopg 3 here."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1) if url.startswith("postgresql://") else url
