"""`make run`: the whole portal on this machine, on embedded parts and the sandbox, ended by Ctrl-C.

Order: database and Redis, migrations, profile, demo people and cases, sandbox, web, workers, READY. Servers named by
DATABASE_URL and REDIS_URL are used instead of embedded ones. Not for production: `deploy/` holds its units.
"""

import argparse
import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from config import Settings, SettingsError
from ground import GroundError, demo, portal
from ground.family import Family, Part, print_line
from ground.postgres import OWNER, Postgres
from ground.spawn import die_with_parent
from ground.valkey import Valkey

ROOT = Path(__file__).parent
DATABASE = "bawaba"
PARTS = ("postgres", "valkey", "sandbox", "web", *portal.WORKERS)
LOADING = (("db", "upgrade"), ("profile", "load", "{profile}"), ("demo", "load"))


class Supervisor:
    """One run on one data folder."""

    def __init__(self, only: tuple[str, ...]) -> None:
        self.only = only
        self.data = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
        self.profile = Path(os.environ.get("PORTAL_PROFILE") or ROOT / "app" / "profiles" / "demo.toml")
        self.data.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.family = Family()
        self.lock: IO[str] | None = None

    def wants(self, name: str) -> bool:
        """Whether the part `name` belongs to this run."""
        return not self.only or name in self.only

    def run(self) -> None:
        """Start everything, say so, watch, and stop everything."""
        self.lock_data()
        self.family.listen()
        try:
            if self.only:
                self.start_some()
            else:
                self.start_all()
            if not self.family.ending:
                print_line("portal", "READY")
            self.family.run()
        finally:
            print_line("portal", "stopping")
            self.family.stop()
            print_line("portal", "stopped")

    def lock_data(self) -> None:
        """Two portals on one folder would spoil it. Parts started alone join a portal that already runs."""
        if self.only and not {"postgres", "valkey"} & set(self.only):
            return
        self.lock = (self.data / "lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GroundError(f"A portal already runs on {self.data}: stop it, or choose another DATA_DIR") from None

    def start_all(self) -> None:
        """The whole portal."""
        port, sandbox_port = portal.choose_port("PORT", 8000), portal.choose_port("SANDBOX_PORT", 8001)
        smtp_port = portal.choose_port("SMTP_PORT", 0)
        database_url, owner_url = self.start_database()
        addresses = demo.Addresses(
            public_url=f"http://{portal.HOST}:{port}",
            sandbox_url=f"http://{portal.HOST}:{sandbox_port}",
            smtp_url=f"smtp://{portal.HOST}:{smtp_port}",
            database_url=database_url,
            owner_url=owner_url,
            redis_url=self.start_redis(),
        )
        environment = self.write_settings(addresses)
        self.load(environment)
        self.family.start(portal.sandbox(environment, sandbox_port, smtp_port, self.data))
        for part in (portal.web(environment, port), *portal.workers(environment)):
            self.family.start(part)
        self.tell(addresses)

    def start_some(self) -> None:
        """Parts by name; their settings are those of the portal that runs or ran on this folder."""
        if self.wants("postgres"):
            self.start_database()
        if self.wants("valkey"):
            self.start_redis()
        written = self.data / "run.env"
        if not written.is_file():
            raise GroundError(f"{written} is missing: start the whole portal once with `make run`")
        environment = with_settings(demo.read_env_file(written))
        ports = {name: int(environment[name].rpartition(":")[2]) for name in ("PUBLIC_URL", "SANDBOX_URL", "SMTP_URL")}
        parts = [
            portal.sandbox(environment, ports["SANDBOX_URL"], ports["SMTP_URL"], self.data),
            portal.web(environment, ports["PUBLIC_URL"]),
            *portal.workers(environment),
        ]
        for part in parts:
            if self.wants(part.name):
                self.family.start(part)

    def start_database(self) -> tuple[str, str]:
        """Addresses for the application and for migrations."""
        if given := os.environ.get("DATABASE_URL"):
            return given, os.environ.get("DATABASE_OWNER_URL") or given
        server = Postgres(self.data)
        server.prepare()
        self.family.start(
            Part(
                "postgres",
                server.command(),
                server.ready,
                rights=server.rights,
                stop_signal=signal.SIGINT,
                patience=20,
                foundation=True,
            )
        )
        server.make_database(DATABASE)
        return server.url(DATABASE), server.url(DATABASE, OWNER)

    def start_redis(self) -> str:
        """Address of Redis."""
        if given := os.environ.get("REDIS_URL"):
            return given
        server = Valkey(self.data)
        self.family.start(Part("valkey", server.command(), server.ready, prepare=server.prepare, foundation=True))
        return server.url()

    def write_settings(self, addresses: demo.Addresses) -> dict[str, str]:
        """Write run.env and give the environment of the parts. What the caller's environment says wins."""
        values = demo.settings(self.data, addresses, self.profile)
        given = {name: os.environ[name] for name in values if os.environ.get(name)}
        values |= {name: value for name, value in given.items() if name not in ("DATA_DIR", "PORTAL_PROFILE")}
        Settings.from_environment(with_settings(values))
        demo.write_private(self.data / "run.env", demo.as_env_file(values))
        return with_settings(values)

    def load(self, environment: Mapping[str, str]) -> None:
        """Tables, profile, demo people and cases; skipped when neither code nor data have changed since."""
        mark = self.data / "loaded"
        state = fingerprint(self.profile, environment["DATABASE_URL"])
        if mark.is_file() and mark.read_text("ascii") == state and "DATABASE_URL" not in os.environ:
            return
        owner = {**environment, "DATABASE_URL": environment["DATABASE_OWNER_URL"]}
        for words in LOADING:
            if self.family.ending:
                return
            arguments = [word.format(profile=self.profile) for word in words]
            print_line("portal", "flask " + " ".join(words[:2]))
            self.command(arguments, owner if words[0] == "db" else environment)
        mark.write_text(state, "ascii")

    def command(self, arguments: list[str], environment: Mapping[str, str]) -> None:
        """One administration command, to its end. Raises GroundError when it fails."""
        line = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        done = subprocess.run(
            line,
            cwd=ROOT,
            env=dict(environment),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=die_with_parent(),
        )
        if done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
            raise GroundError(f"`flask {' '.join(arguments[:2])}` failed; what it said stands above")

    def tell(self, addresses: demo.Addresses) -> None:
        """What a person needs to begin."""
        for line in (
            f"portal    {addresses.public_url}",
            f"staff     {addresses.public_url}/desk",
            f"sandbox   {addresses.sandbox_url}",
            f"telephone {addresses.sandbox_url}/phone    mailbox {addresses.sandbox_url}/mailbox",
            f"clock     {addresses.sandbox_url}/clock    faults  {addresses.sandbox_url}/faults",
            f"settings  {self.data / 'run.env'}",
            *demo_accounts(),
        ):
            print_line("portal", line)


def demo_accounts() -> list[str]:
    """Who can sign in: demo citizens by their number, demo staff by a button."""
    people = tomllib.loads((ROOT / "sandbox" / "people.toml").read_text("utf-8"))
    citizens = [f"citizen   {each['national_id']}  {each.get('name_en') or each['key']}" for each in people["citizens"]]
    return citizens + [f"staff     {each['email']}  {each['role']['en']}" for each in people["staff"]]


def with_settings(values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a part."""
    return {**os.environ, **values, "TZ": "UTC", "PYTHONUNBUFFERED": "1"}


def fingerprint(profile: Path, *more: str) -> str:
    """Changes with anything that tables, profile or demo data are made from."""
    digest = hashlib.sha256("\0".join(more).encode())
    sources = [*(ROOT / "app").rglob("*.py"), *(ROOT / "app").rglob("*.toml"), *(ROOT / "migrations").rglob("*.py")]
    for path in (profile, *sorted(sources)):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def main() -> int:
    """The exit code: 0 after a wished end, 2 when something is missing or wrong, said in one line."""
    arguments = argparse.ArgumentParser(description="Runs the portal on this machine.")
    arguments.add_argument("--only", default="", help=f"parts to start, comma-separated: {', '.join(PARTS)}")
    only = tuple(name for name in arguments.parse_args().only.split(",") if name)
    if unknown := set(only) - set(PARTS):
        arguments.error(f"no such part: {', '.join(sorted(unknown))}")
    try:
        Supervisor(only).run()
    except (GroundError, SettingsError) as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
