"""One PostgreSQL and one Valkey for the whole run, shared by all xdist workers.

The process that pytest was started in owns the servers, so that they end with it; workers find them by the folder named
in BAWABA_TEST_GROUND.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ground.postgres import Postgres
from ground.valkey import Valkey

FOLDER = "BAWABA_TEST_GROUND"
TEMPLATE = "template_portal"


class Servers:
    """The servers of this run. Each starts at its first use, or before the workers when there are any."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.owner = False
        self._postgres: Postgres | None = None
        self._valkey: Valkey | None = None

    def open(self) -> Path:
        """The folder of the run; made by the first process that asks."""
        if self.folder is None:
            self.owner = FOLDER not in os.environ
            if self.owner:
                os.environ[FOLDER] = tempfile.mkdtemp(prefix="bawaba-test-")
                Path(os.environ[FOLDER]).chmod(0o711)
            self.folder = Path(os.environ[FOLDER])
        return self.folder

    @property
    def postgres(self) -> Postgres:
        """The running PostgreSQL."""
        folder = self.open()
        if self._postgres is None:
            self._postgres = Postgres(folder, fast=True)
            if self.owner:
                self._postgres.start()
        return self._postgres

    @property
    def valkey(self) -> Valkey:
        """The running Valkey."""
        folder = self.open()
        if self._valkey is None:
            self._valkey = Valkey(folder)
            if self.owner:
                self._valkey.start()
        return self._valkey

    def start_all(self) -> None:
        """Start everything now, for workers that are about to be forked off."""
        assert self.postgres
        assert self.valkey

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Only one process of the run at a time is inside."""
        with (self.open() / f"{what}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def close(self) -> None:
        """End the servers and remove the folder, in the process that began them."""
        if not self.owner or self.folder is None:
            return
        for server in (self._valkey, self._postgres):
            if server:
                server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.environ.pop(FOLDER, None)
        self.folder = None


SERVERS = Servers()
