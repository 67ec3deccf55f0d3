"""The parts of one portal on this machine, in the order in which they start."""

import os
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from ground import GroundError
from ground.family import Part

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
WORKERS = ("messages", "documents", "timetable")
LONGEST_JOB = 20.0


def choose_port(name: str, default: int) -> int:
    """The port that the variable `name` gives, 0 for a free one. Raises GroundError when it is taken or no number."""
    given = os.environ.get(name, "").strip() or str(default)
    if not given.isdecimal() or int(given) > 65535:
        raise GroundError(f"{name} must be a port number from 0 to 65535, not {given!r}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(given)))
        except OSError:
            raise GroundError(f"Port {given} is taken: choose another, for example `make run {name}=0`") from None
        return int(probe.getsockname()[1])


def web(environment: Mapping[str, str], port: int) -> Part:
    """Two processes with four threads each."""
    settings = str(ROOT / "deploy" / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "--config", settings, "--bind", f"{HOST}:{port}", "app:create_app()"]
    return Part("web", command, ready=answers(f"http://{HOST}:{port}/healthz"), environment=environment)


def sandbox(environment: Mapping[str, str], port: int, smtp_port: int, data: Path) -> Part:
    """The outside world."""
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--smtp-port", str(smtp_port)]
    command += ["--data", str(data / "sandbox")]
    return Part("sandbox", command, ready=answers(f"http://{HOST}:{port}/"), environment=environment)


def workers(environment: Mapping[str, str]) -> list[Part]:
    """Messages, documents, and the timetable."""
    program = [sys.executable, str(ROOT / "worker.py")]
    return [Part(name, [*program, name], environment=environment, patience=LONGEST_JOB) for name in WORKERS]


def answers(address: str) -> Callable[[], bool]:
    """Whether something answers at `address`, whatever it says short of a server error."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask() -> bool:
        try:
            with opener.open(address, timeout=2):
                return True
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    return ask
