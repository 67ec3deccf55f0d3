"""Functions that the tests of the timetable and the workers start by their names."""

import os
import signal
import time
from pathlib import Path


def nothing() -> None:
    """A job without work."""


def yes() -> bool:
    """Something is due."""
    return True


def no() -> bool:
    """Nothing is due."""
    return False


def fails() -> bool:
    """The database is away."""
    raise ConnectionError("away")


def write_after(seconds: float, path: str) -> None:
    """Write to `path` after a while, as a long job would."""
    Path(f"{path}.begun").touch()
    time.sleep(seconds)
    Path(path).write_text("done", "ascii")


def eat_itself(path: str) -> None:
    """Die as a job does that the kernel ends for its memory; tells its process first."""
    Path(path).write_text(str(os.getpid()), "ascii")
    os.kill(os.getpid(), signal.SIGKILL)
