"""Signing keys of one provider, kept in the data folder so that tokens stay verifiable after a restart."""

import json
import os
import secrets
import threading
from pathlib import Path
from typing import Any, cast

from joserfc.jwk import KeySet, RSAKey


def new_key(kid: str | None = None) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid or secrets.token_hex(4), "use": "sig", "alg": "RS256"})


class KeyRing:
    """The first key signs; all are published until withdrawn."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        if file.exists():
            self._keys = [RSAKey.import_key(key) for key in json.loads(file.read_text("ascii"))["keys"]]
        else:
            self._keys = [new_key()]
            self._save()

    @property
    def signing(self) -> RSAKey:
        return self._keys[0]

    @property
    def all(self) -> KeySet:
        return KeySet([*self._keys])

    def published(self) -> dict[str, Any]:
        return {"keys": [cast(dict[str, Any], key.as_dict(private=False)) for key in self._keys]}

    def rotate(self, how: str) -> None:
        """`overlap` keeps the old keys published, `withdraw` drops them, `same_kid` gives a new key the old kid."""
        with self._lock:
            fresh = new_key(str(self.signing.kid) if how == "same_kid" else None)
            self._keys = [fresh, *self._keys] if how == "overlap" else [fresh]
            self._save()

    def _save(self) -> None:
        text = json.dumps({"keys": [key.as_dict(private=True) for key in self._keys]})
        fresh = self._file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(text)
        fresh.replace(self._file)
