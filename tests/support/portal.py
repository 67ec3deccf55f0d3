"""The whole portal as `make run` starts it, on free ports and an own data folder, for tests that need all of it."""

import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from ground.demo import read_env_file

ROOT = Path(__file__).parents[2]
COMMAND_LINES = {
    "postgres": "/postgres -D ",
    "valkey": "valkey-server ",
    "sandbox": " -m sandbox ",
    "web": " -m gunicorn ",
    "messages": "worker.py messages",
    "documents": "worker.py documents",
    "timetable": "worker.py timetable",
}
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORTAL_PROFILE", "PUBLIC_URL", "SANDBOX_URL")


class Portal:
    """One started supervisor. `lines` collects what it says."""

    def __init__(self, data: Path, environment: Mapping[str, str], arguments: tuple[str, ...] = ()) -> None:
        self.data = data
        self.lines: list[str] = []
        self._fresh: queue.Queue[str | None] = queue.Queue()
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        self.process = subprocess.Popen(
            [sys.executable, "supervise.py", *arguments],
            cwd=ROOT,
            env={**inherited, "PORT": "0", "SANDBOX_PORT": "0", "DATA_DIR": str(data), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self.lines.append(line.rstrip())
                self._fresh.put(line)
        self._fresh.put(None)

    def wait_ready(self, seconds: float = 90) -> None:
        """Until READY stands alone on the supervisor's line."""
        end = time.monotonic() + seconds
        while True:
            line = self._fresh.get(timeout=max(0.1, end - time.monotonic()))
            assert line is not None, "the supervisor ended:\n" + "\n".join(self.lines[-30:])
            if line.split() == ["portal", "|", "READY"]:
                return

    @property
    def settings(self) -> dict[str, str]:
        """What it wrote to run.env."""
        return read_env_file(self.data / "run.env")

    def part(self, name: str) -> psutil.Process | None:
        """The process of one part, when it lives."""
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                if COMMAND_LINES[name] in " ".join(child.cmdline()) + " " and child.status() != psutil.STATUS_ZOMBIE:
                    return child
        return None

    def everybody(self) -> list[psutil.Process]:
        """All processes below the supervisor."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(60)
        self._reader.join(10)
        return code


def answers(address: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def data_folder() -> Iterator[Path]:
    """A folder with a short path that the user `nobody` may pass through."""
    with tempfile.TemporaryDirectory(prefix="bawaba-run-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name) / "var"


@contextmanager
def running(data: Path, environment: Mapping[str, str] | None = None) -> Iterator[Portal]:
    """A portal that is ready, and stopped at the end."""
    portal = Portal(data, environment or {})
    try:
        portal.wait_ready()
        yield portal
    finally:
        portal.stop()
