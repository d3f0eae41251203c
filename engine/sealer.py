"""Encryption of single values and files: AES-256-GCM with named keys, and a keyed index for exact search."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import EngineError

VERSION: Final = "v1"
MAGIC: Final = b"YK1"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
#: Only kinds with enough possible values may be searched for; an index over few values could be guessed.
INDEXED: Final = frozenset({"id_no", "credit_code", "account"})


class KeyMissing(EngineError):
    """A value was sealed with a key that is not configured."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"Key {key_id!r} is not configured. Add it to the list of keys; old keys must stay readable.")


class BadKey(EngineError):
    """The configured keys cannot be used."""


class SealBroken(EngineError):
    """A sealed value was changed, moved to another row or is no seal at all."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The sealed value {place} is damaged or was moved. Restore it from a backup; do not overwrite it."
        )


@dataclass(frozen=True)
class Sealer:
    """Encrypts and decrypts with the keys it was given; a sealed value fits only the place it was sealed for."""

    #: Key id -> 32 bytes; ids contain no dot.
    keys: Mapping[str, bytes] = field(repr=False)
    #: Id of the key that new values get.
    active: str
    #: 32 bytes of another key, for the blind index.
    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        sizes = {len(key) for key in (*self.keys.values(), self.index_key)}
        if self.active not in self.keys or sizes != {KEY_BYTES} or any("." in name or not name for name in self.keys):
            raise BadKey("Each key needs an id without dots and 32 bytes, and the active id must be among them.")
        if self.index_key in self.keys.values():
            raise BadKey("The index key must differ from all encryption keys. Generate another one.")

    def seal(self, plain: str, *, table: str, column: str, row: str) -> str:
        """The token `v1.key id.nonce.ciphertext` of a text, bound to its place."""
        nonce = os.urandom(NONCE_BYTES)
        place = _place(table, column, row, self.active)
        return ".".join(
            (VERSION, self.active, _text(nonce), _text(self._cipher(self.active).encrypt(nonce, plain.encode(), place)))
        )

    def open(self, token: str, *, table: str, column: str, row: str) -> str:
        """The text of a token; `SealBroken` if it does not belong to this place, `KeyMissing` without its key."""
        parts = token.split(".")
        if len(parts) != 4 or parts[0] != VERSION:
            raise SealBroken(row)
        _, key_id, nonce, sealed = parts
        cipher = self._cipher(key_id)
        try:
            return cipher.decrypt(_bytes(nonce), _bytes(sealed), _place(table, column, row, key_id)).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken(row) from error

    def seal_bytes(self, plain: bytes, *, table: str, row: str) -> bytes:
        """The content of a file, encrypted and bound to its row."""
        nonce = os.urandom(NONCE_BYTES)
        name = self.active.encode()
        sealed = self._cipher(self.active).encrypt(nonce, plain, _place(table, "file", row, self.active))
        return MAGIC + bytes([len(name)]) + name + nonce + sealed

    def open_bytes(self, sealed: bytes, *, table: str, row: str) -> bytes:
        """The content of an encrypted file."""
        if not sealed.startswith(MAGIC) or len(sealed) < len(MAGIC) + 1:
            raise SealBroken(row)
        start = len(MAGIC) + 1
        end = start + sealed[len(MAGIC)]
        key_id, nonce = sealed[start:end].decode(errors="replace"), sealed[end : end + NONCE_BYTES]
        cipher = self._cipher(key_id)
        try:
            return cipher.decrypt(nonce, sealed[end + NONCE_BYTES :], _place(table, "file", row, key_id))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(row) from error

    def blind_index(self, kind: str, plain: str) -> str:
        """A keyed digest by which equal values are found; empty for kinds that must not be searched."""
        if kind not in INDEXED:
            return ""
        text = f"{kind}|{normalised(plain)}"
        return hmac.new(self.index_key, text.encode(), hashlib.sha256).hexdigest()

    def _cipher(self, key_id: str) -> AESGCM:
        key = self.keys.get(key_id)
        if key is None:
            raise KeyMissing(key_id)
        return AESGCM(key)


def normalised(plain: str) -> str:
    """The form in which values are compared: half width, capitals, without blanks and hyphens."""
    return "".join(unicodedata.normalize("NFKC", plain).upper().split()).replace("-", "")


def mask(kind: str, plain: str) -> str:
    """What everybody with a right to the case may see: 138****6021, 6328**********1234, 王**."""
    text = plain.strip()
    if kind == "email" and "@" in text:
        name, _, domain = text.partition("@")
        return f"{name[:1]}***@{domain}"
    if kind == "phone" and len(text) >= 8:
        return f"{text[:3]}****{text[-4:]}"
    if kind in INDEXED or kind == "certificate":
        return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}" if len(text) > 8 else "****"
    if kind in ("name", "contact"):
        return f"{text[:1]}**"
    if kind == "address":
        return f"{text[:6]}****" if len(text) > 9 else "****"
    return "****"


def _place(table: str, column: str, row: str, key_id: str) -> bytes:
    return f"{table}|{column}|{row}|{key_id}".encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
