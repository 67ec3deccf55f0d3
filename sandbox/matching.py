"""Number matching: the page shows one number, the telephone offers three, and the person picks the one shown."""

import secrets
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

LOWEST, HIGHEST = 10, 99
CHOICES = 3


class State(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    WRONG_NUMBER = "wrong_number"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Busy(Exception):
    """This person already has a prompt from another browser; it is never shown to a second one."""


@dataclass
class Prompt:
    id: str
    person: str
    attempt: str
    shown: int
    choices: tuple[int, ...]
    until: float
    total_seconds: int
    decided: State = State.WAITING

    @property
    def state(self) -> State:
        if self.decided is State.WAITING and time.monotonic() > self.until:
            return State.EXPIRED
        return self.decided

    @property
    def seconds_left(self) -> int:
        return max(0, round(self.until - time.monotonic()))


class Prompts:
    """At most one waiting prompt per person. Real time counts here, not the demo clock."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._latest: dict[str, Prompt] = {}

    def start(self, person: str, attempt: str) -> Prompt:
        """A new number for this sign-in; replaces the sign-in's own earlier one. Raises Busy."""
        with self._lock:
            open_one = self._latest.get(person)
            if open_one and open_one.state is State.WAITING:
                if open_one.attempt != attempt:
                    raise Busy
                open_one.decided = State.CANCELLED
            # Whoever typed a second identity number into the same sign-in leaves the first person's answer behind.
            self._latest = {key: prompt for key, prompt in self._latest.items() if prompt.attempt != attempt}
            shown, *others = secrets.SystemRandom().sample(range(LOWEST, HIGHEST + 1), CHOICES)
            choices = tuple(sorted((shown, *others)))
            until = time.monotonic() + self.seconds
            prompt = Prompt(secrets.token_urlsafe(12), person, attempt, shown, choices, until, self.seconds)
            self._latest[person] = prompt
            return prompt

    def waiting(self, person: str) -> Prompt | None:
        prompt = self._latest.get(person)
        return prompt if prompt and prompt.state is State.WAITING else None

    def of(self, attempt: str) -> Prompt | None:
        """The latest prompt of this sign-in, whatever became of it."""
        return next((prompt for prompt in list(self._latest.values()) if prompt.attempt == attempt), None)

    def answer(self, person: str, prompt_id: str, pick: int | None) -> State | None:
        """The telephone's answer (`pick` None declines); None is returned when nothing was waiting any more."""
        with self._lock:
            prompt = self.waiting(person)
            if prompt is None or prompt.id != prompt_id:
                return None
            if pick is None:
                prompt.decided = State.DECLINED
            else:
                prompt.decided = State.APPROVED if pick == prompt.shown else State.WRONG_NUMBER
            return prompt.decided

    def cancel(self, attempt: str) -> None:
        with self._lock:
            prompt = self.of(attempt)
            if prompt and prompt.state is State.WAITING:
                prompt.decided = State.CANCELLED

    def consume(self, attempt: str) -> str | None:
        """Once, for the sign-in whose number was approved: the person who approved it."""
        with self._lock:
            prompt = self.of(attempt)
            if prompt is None or prompt.state is not State.APPROVED:
                return None
            del self._latest[prompt.person]
            return prompt.person

    def clear(self) -> None:
        with self._lock:
            self._latest.clear()
