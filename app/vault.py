"""Sealing of personal data: AES-256-GCM with rotating keys, and keyed look-up values.

A sealed value opens only in the table, row and field it was sealed for. Look-up values (HMAC-SHA-256) exist for
identity numbers and mobiles alone, since ten digits under a plain hash are found by trying them all.
"""

import base64
import hashlib
import hmac
import os
import secrets
import uuid
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class SealBroken(Exception):
    """The value was changed, moved to another place, or sealed with a key that is gone."""


class Vault:
    """Unbound until `load`. Format of a sealed value: length of key id, key id, nonce, ciphertext with tag."""

    def __init__(self) -> None:
        self._keys: dict[str, AESGCM] = {}
        self._first = ""
        self._lookup = b""
        self._file = Path()
        self._read_at = 0

    def load(self, keys_file: Path, lookup_file: Path) -> None:
        """`keys_file`: lines `id base64key`, the first seals and all open. `lookup_file`: one base64 key."""
        self._file = keys_file
        self._read_keys()
        self._lookup = _key(lookup_file.read_text("ascii").strip())

    def _read_keys(self) -> None:
        self._read_at = self._file.stat().st_mtime_ns
        pairs = [line.split() for line in self._file.read_text("ascii").splitlines() if line.strip()]
        self._keys = {name: AESGCM(_key(value)) for name, value in pairs}
        self._first = pairs[0][0]

    def add_key(self) -> str:
        """Write a new key first into the keys file, from now on the one that seals; gives its id.

        The file is replaced in one step. Other processes read it when they meet the new id.
        """
        name = f"k{secrets.token_hex(4)}"
        line = f"{name} {base64.b64encode(os.urandom(32)).decode('ascii')}\n"
        fresh = self._file.with_suffix(".new")
        fresh.touch(0o600)
        fresh.write_text(line + self._file.read_text("ascii"), "ascii")
        fresh.replace(self._file)
        self._read_keys()
        return name

    @property
    def current_key(self) -> str:
        return self._first

    def seal(self, text: str, context: str) -> bytes:
        """Seal `text` for `context` ("table:row:field")."""
        if self._file.stat().st_mtime_ns != self._read_at:
            # A new key was put first: from now on every process of this machine seals with it.
            self._read_keys()
        nonce = os.urandom(NONCE)
        name = self._first.encode("ascii")
        return (
            bytes([len(name)]) + name + nonce + self._keys[self._first].encrypt(nonce, text.encode(), context.encode())
        )

    def open(self, sealed: bytes, context: str) -> str:
        """Raises SealBroken when the value does not belong to `context` or its key is unknown."""
        name = key_of(sealed)
        start = 1 + sealed[0]
        nonce, body = sealed[start : start + NONCE], sealed[start + NONCE :]
        if name not in self._keys:
            self._read_keys()
        try:
            return self._keys[name].decrypt(nonce, body, context.encode()).decode()
        except (KeyError, InvalidTag) as broken:
            raise SealBroken(context) from broken

    def lookup(self, kind: str, value: str) -> bytes:
        """32 bytes that find a normalised value of `kind` ("identity:SA", "mobile") without telling it."""
        return hmac.new(self._lookup, f"{kind}:{value}".encode(), hashlib.sha256).digest()


def key_of(sealed: bytes) -> str:
    """The id of the key that a value was sealed with."""
    return sealed[1 : 1 + sealed[0]].decode("ascii", "replace")


def _key(value: str) -> bytes:
    key = base64.b64decode(value, validate=True)
    if len(key) != 32:
        raise ValueError("a key must have 32 bytes")
    return key


vault = Vault()


class Sealed:
    """A plain-text attribute over a bytes column: `mobile = Sealed("mobile_sealed")` in a SealedRow."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else vault.open(bytes(sealed), context_of(row, self.column))

    def __set__(self, row: Any, text: str | None) -> None:
        setattr(row, self.column, None if text is None else vault.seal(text, context_of(row, self.column)))


def context_of(row: Any, column: str) -> str:
    return f"{row.__tablename__}:{row.id}:{column}"


class SealedRow:
    """Mixin that gives the row its uuid at construction, before any sealed attribute is set."""

    def __init__(self, **values: Any) -> None:
        self.id = values.pop("id", None) or uuid.uuid4()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)
