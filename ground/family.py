"""A family of processes: started in order, watched, started again when one dies, stopped from the top.

All forks happen in the thread that calls `run`, since the kernel ties a child's death signal to the thread that forked.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from ground import GroundError
from ground.spawn import Rights, spawn

LOOK_EVERY = 0.1
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
STEADY_AFTER = 30.0


@dataclass(frozen=True)
class Part:
    """One program. `ready` says when what depends on it may start; `prepare` runs before each start.

    A `foundation` stops after all others have, since they finish their work on it.
    """

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] | None = None
    prepare: Callable[[], object] | None = None
    rights: Rights | None = None
    stop_signal: int = signal.SIGTERM
    patience: float = 10.0
    environment: Mapping[str, str] | None = None
    foundation: bool = False


@dataclass
class Member:
    """A started part, and how often it failed of late."""

    part: Part
    process: "subprocess.Popen[bytes]"
    started: float
    failures: int = 0
    again_at: float = field(default=0.0)


class Family:
    """The parts of one running portal. SIGINT and SIGTERM end it in order; a second one ends it at once."""

    def __init__(self, say: Callable[[str, str], None] | None = None) -> None:
        self.members: list[Member] = []
        self.say = say or print_line
        self.ending = 0

    def listen(self) -> None:
        """Let SIGINT, SIGTERM and SIGHUP end the family."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_end)

    def _asked_to_end(self, number: int, frame: object) -> None:
        self.ending += 1
        if self.ending > 1:
            for member in self.members:
                member.process.kill()

    def start(self, part: Part, seconds: float = 60.0) -> None:
        """Start a part and wait until it is ready, starting it again as often as needed. Raises GroundError."""
        member = Member(part, self._spawn(part), time.monotonic())
        self.members.append(member)
        end = time.monotonic() + seconds
        while not self.ending and not (part.ready is None or (member.process.poll() is None and part.ready())):
            self._revive(member)
            if time.monotonic() > end:
                raise GroundError(f"{part.name} was not ready after {seconds:.0f} seconds; its last lines stand above")
            time.sleep(0.03)

    def run(self) -> None:
        """Watch until asked to end."""
        while not self.ending:
            for member in self.members:
                self._revive(member)
            time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        """Stop everything: first what stands on the foundations, together, then these, last started first."""
        self._stop([member for member in reversed(self.members) if not member.part.foundation])
        for member in reversed(self.members):
            self._stop([member])

    def _stop(self, members: list[Member]) -> None:
        for member in members:
            if member.process.poll() is None:
                member.process.send_signal(member.part.stop_signal)
        for member in members:
            try:
                member.process.wait(member.part.patience)
            except subprocess.TimeoutExpired:
                member.process.kill()
                member.process.wait()

    def _spawn(self, part: Part) -> "subprocess.Popen[bytes]":
        if part.prepare:
            part.prepare()
        process = spawn(
            part.command,
            environment=part.environment,
            rights=part.rights,
            stop_signal=part.stop_signal,
            output=subprocess.PIPE,
        )
        assert process.stdout is not None
        threading.Thread(target=self._read, args=(part.name, process.stdout), daemon=True).start()
        return process

    def _read(self, name: str, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self.say(name, line.decode("utf-8", "replace").rstrip())

    def _revive(self, member: Member) -> None:
        """Start a dead member again, each time after a longer pause, up to ten seconds."""
        moment = time.monotonic()
        if member.process.poll() is None:
            return
        if not member.again_at:
            steady = moment - member.started > STEADY_AFTER
            member.failures = 0 if steady else member.failures + 1
            pause = min(FIRST_PAUSE * 2**member.failures, LONGEST_PAUSE)
            member.again_at = moment + pause
            self.say(member.part.name, f"ended with {member.process.returncode}; again in {pause:.1f} s")
        elif moment >= member.again_at:
            member.process, member.started, member.again_at = self._spawn(member.part), moment, 0.0


def print_line(name: str, line: str) -> None:
    """One line of output with the name of its part before it; never fails when nobody reads any more."""
    try:
        sys.stdout.write(f"{name:<10}| {line}\n")
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        return
