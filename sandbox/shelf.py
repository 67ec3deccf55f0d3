"""Short-lived things kept in memory under an unguessable key: sign-ins under way, codes, tokens, sessions."""

import secrets
import threading
import time
from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """Not for what must survive a restart: then the person simply signs in again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._things: dict[str, tuple[float, Thing]] = {}

    def put(self, thing: Thing, key: str | None = None) -> str:
        key = key or secrets.token_urlsafe(24)
        with self._lock:
            self._sweep()
            self._things[key] = (time.monotonic() + self._seconds, thing)
        return key

    def get(self, key: str) -> Thing | None:
        with self._lock:
            until, thing = self._things.get(key, (0.0, None))
            return thing if until > time.monotonic() else None

    def take(self, key: str) -> Thing | None:
        """Get and remove in one breath: of two that ask, one gets it."""
        with self._lock:
            until, thing = self._things.pop(key, (0.0, None))
            return thing if until > time.monotonic() else None

    def items(self) -> Iterator[tuple[str, Thing]]:
        with self._lock:
            self._sweep()
            return iter([(key, thing) for key, (_, thing) in self._things.items()])

    def _sweep(self) -> None:
        now = time.monotonic()
        for key in [key for key, (until, _) in self._things.items() if until <= now]:
            del self._things[key]
