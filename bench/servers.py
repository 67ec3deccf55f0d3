"""The servers of one run: PostgreSQL, Valkey, the portal and the floor, all on loopback and settings of production."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from flask import Flask

from ground import GroundError, authority, demo, portal
from ground.postgres import Postgres
from ground.spawn import spawn, stop, until
from ground.valkey import Valkey

ROOT = Path(__file__).parents[1]
DATABASE = "bench"


def used(processes: Iterable[psutil.Process]) -> float:
    """Seconds of processor time of those that are still there: the database ends helpers of its own meanwhile."""
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += _used(process)
    return total


def _used(process: psutil.Process) -> float:
    """To the nanosecond where Linux tells it, else in ticks of ten milliseconds."""
    try:
        threads = list(Path(f"/proc/{process.pid}/task").glob("*/schedstat"))
        if threads:
            return sum(int(each.read_text("ascii").split()[0]) for each in threads) / 1e9
    except OSError as gone:
        raise psutil.NoSuchProcess(process.pid) from gone
    time = process.cpu_times()
    return float(time.user + time.system)


@dataclass
class Web:
    """One gunicorn with the settings of production, and what it has used of the processor so far."""

    port: int
    process: "subprocess.Popen[bytes]"

    def seconds(self) -> float:
        """Processor time of all its processes."""
        return used(self._family())

    def memory(self) -> list[float]:
        """Megabytes of each worker."""
        return sorted(each.memory_info().rss / 1e6 for each in self._family()[1:])

    def _family(self) -> list[psutil.Process]:
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]


@dataclass
class Ground:
    """What a measurement may ask for. `app` is the same portal inside this process, to prepare rows and read them."""

    app: Flask
    postgres: Postgres
    web: Web
    hello: Web

    def database_seconds(self) -> float:
        """Processor time of the database and its connections."""
        assert self.postgres.process is not None
        first = psutil.Process(self.postgres.process.pid)
        return used([first, *first.children()])

    def settle(self) -> None:
        """Statistics for the planner after rows were loaded."""
        with self.postgres.connect(DATABASE) as connection:
            connection.execute("VACUUM ANALYZE")


@contextmanager
def running() -> Iterator[Ground]:
    """Everything started, with tables and profile; ended and removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bawaba-bench-"))
    folder.chmod(0o711)
    postgres, valkey = Postgres(folder), Valkey(folder)
    started: list[subprocess.Popen[bytes]] = []
    try:
        postgres.start()
        valkey.start()
        postgres.make_database(DATABASE)
        environment = {**os.environ, **settings(folder, postgres, valkey)}
        _prepare(environment, postgres)
        for application in ("app:create_app()", "bench.hello:app"):
            started.append(_gunicorn(application, environment))
        web, hello = (Web(_port(each), each) for each in started)
        yield Ground(_application(environment), postgres, web, hello)
    finally:
        for process in started:
            stop(process)
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def settings(folder: Path, postgres: Postgres, valkey: Valkey) -> dict[str, str]:
    """Settings that production accepts; the addresses outside lead nowhere."""
    outside = "https://outside.invalid"
    addresses = demo.Addresses(
        public_url="https://portal.invalid",
        sandbox_url=outside,
        smtp_url="smtps://outside.invalid",
        database_url=postgres.url(DATABASE),
        owner_url=postgres.url(DATABASE, "portal_owner"),
        redis_url=valkey.url(),
    )
    profile = folder / "bench.toml"
    profile.write_text((ROOT / "app" / "profiles" / "demo.toml").read_text("utf-8"), "utf-8")
    values = demo.settings(folder, addresses, profile)
    for name, text in zip(("KEY", "CHAIN"), authority.make(name="Authority of the benchmark"), strict=True):
        Path(values[f"CERTIFICATE_{name}_FILE"]).write_text(text, "ascii")
    keys = Path(values["DATA_KEYS_FILE"])
    keys.write_text(keys.read_text("ascii").replace("demo", "bench"), "ascii")
    own = {name: value.replace("demo", "bench") for name, value in values.items() if value.startswith("demo")}
    # Visitors of the benchmark come from many addresses, as behind a proxy: the limits stay on and do their work.
    changes = {"PORTAL_ENV": "production", "SANDBOX_URL": "", "DEMO_CLOCK_FILE": "", "TRUSTED_PROXIES": "1"}
    changes |= {"FILINGS_A_DAY": "1000000"}
    return {**values, **own, **changes}


def _prepare(environment: dict[str, str], postgres: Postgres) -> None:
    owner = {**environment, "DATABASE_URL": postgres.url(DATABASE, "portal_owner")}
    for command in (("db", "upgrade"), ("profile", "load", environment["PORTAL_PROFILE"])):
        line = [sys.executable, "-m", "flask", "--app", "app", *command]
        done = subprocess.run(line, cwd=ROOT, env=owner, capture_output=True, text=True, check=False)
        if done.returncode:
            raise GroundError(f"{command[0]} failed: {done.stderr[-1500:]}")


def _gunicorn(application: str, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    port = portal.choose_port("BENCH_PORT", 0)
    configuration = str(ROOT / "deploy" / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "--config", configuration, "--bind", f"{portal.HOST}:{port}"]
    process = spawn([*command, application], environment=environment, folder=ROOT)
    path = "" if application.startswith("bench") else "healthz"
    until(portal.answers(f"http://{portal.HOST}:{port}/{path}"), seconds=30, what=application, process=process)
    return process


def _port(process: "subprocess.Popen[bytes]") -> int:
    line = [str(each) for each in process.args]  # type: ignore[union-attr]
    return int(line[line.index("--bind") + 1].rpartition(":")[2])


def _application(environment: dict[str, str]) -> Flask:
    from app import create_app
    from config import Settings

    os.environ.update({name: environment[name] for name in ("PORTAL_ENV",)})
    return create_app(Settings.from_environment(environment))
