"""The world around the portal: telephones, the clock, and how long a message may be under way."""

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests

Value = TypeVar("Value")
PATIENCE = 25.0
HOUR = 3600
DAY = 24 * HOUR


def until(look: Callable[[], Value], what: str, seconds: float = PATIENCE) -> Value:
    """The first true answer of `look`."""
    end = time.monotonic() + seconds
    while not (value := look()):
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.15)
    return value


class Outside:
    """The sandbox as its pages and calls show it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str) -> Any:
        return requests.get(self.url + path, timeout=PATIENCE).json()

    def post(self, path: str, **data: Any) -> None:
        assert requests.post(self.url + path, json=data, timeout=PATIENCE).ok, path

    def forward(self, seconds: int) -> None:
        """Move the clock of everybody."""
        self.post("/clock", seconds=seconds)

    def sms(self, mobile: str) -> list[str]:
        """Texts on this telephone, newest first."""
        return [each["body"] for each in self.get(f"/sms/sent.json?to={mobile}")]


class Telephone:
    """One person's telephone. Tells what has arrived since it was last looked at."""

    def __init__(self, outside: Outside, mobile: str) -> None:
        self.outside, self.mobile = outside, mobile
        self.seen = len(outside.sms(mobile))

    def next(self, pattern: str) -> str:
        """The one text that has arrived since; it matches `pattern`."""
        texts = until(lambda: self.outside.sms(self.mobile)[: -self.seen or None], f"an SMS like {pattern}")
        assert len(texts) == 1, texts
        assert re.search(pattern, texts[0]), texts
        self.seen += 1
        return texts[0]

    def all_until(self, *patterns: str) -> list[str]:
        """The texts that have arrived since, in whatever order, once each pattern is in one of them."""

        def told() -> list[str]:
            fresh = self.outside.sms(self.mobile)[: -self.seen or None]
            return fresh if all(any(re.search(each, text) for text in fresh) for each in patterns) else []

        texts = until(told, f"SMS like {patterns}")
        self.seen += len(texts)
        return texts

    def nothing(self) -> None:
        """Nothing has come that nobody looked at."""
        assert len(self.outside.sms(self.mobile)) == self.seen, self.outside.sms(self.mobile)[: -self.seen or None]
