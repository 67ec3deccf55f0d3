import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from ground.spawn import until
from tests.support.portal import COMMAND_LINES, OURS, ROOT, Portal, data_folder, running


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def portal(data: Path) -> Iterator[Portal]:
    with running(data) as portal:
        yield portal


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def refused(data: Path, arguments: tuple[str, ...] = (), **environment: str) -> str:
    """What a supervisor says that does not start: one line, exit code 2."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    done = subprocess.run(
        [sys.executable, "supervise.py", *arguments],
        cwd=ROOT,
        env={**inherited, "PORT": "0", "SANDBOX_PORT": "0", "DATA_DIR": str(data), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_an_empty_folder_becomes_a_running_portal(portal: Portal) -> None:
    assert answers(portal.settings["PUBLIC_URL"] + "/healthz")
    assert answers(portal.settings["SANDBOX_URL"] + "/phone")
    assert all(portal.part(name) for name in COMMAND_LINES)


def test_settings_and_accounts_are_told_and_kept_from_others(portal: Portal) -> None:
    said = "\n".join(portal.lines)
    assert portal.settings["PUBLIC_URL"] in said
    assert "officer@bawaba.example" in said
    assert stat.S_IMODE((portal.data / "run.env").stat().st_mode) == 0o600
    secrets = [value for name, value in portal.settings.items() if name.endswith(("KEY", "TOKEN", "TOKEN_2"))]
    assert len(secrets) >= 5
    assert not [value for value in secrets if value in said]


def test_a_second_portal_on_the_same_folder_is_refused_in_one_line(portal: Portal) -> None:
    assert "already runs" in refused(portal.data)


def test_what_a_visitor_says_of_the_path_moves_no_link_of_a_page(portal: Portal) -> None:
    """He is believed like a proxy here, since he comes from the same machine."""
    address = portal.settings["PUBLIC_URL"]
    for path in ("/about", "/en/about"):
        with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as wire:
            wire.request("GET", f"//moved.example{path}", headers={"SCRIPT_NAME": "//moved.example"})
            wire.getresponse().read()
        for _process in range(8):
            with urllib.request.urlopen(address + path, timeout=20) as answer:
                assert "moved.example" not in answer.read().decode()


@pytest.mark.parametrize("name", COMMAND_LINES)
def test_a_killed_part_comes_back_and_the_portal_answers(portal: Portal, name: str) -> None:
    before = portal.part(name)
    assert before is not None
    before.kill()
    until(lambda: (now := portal.part(name)) is not None and now.pid != before.pid, seconds=30, what=name)
    until(lambda: answers(portal.settings["PUBLIC_URL"] + "/healthz"), seconds=30, what="the portal")
    until(lambda: answers(portal.settings["SANDBOX_URL"] + "/phone"), seconds=30, what="the sandbox")


def test_killing_the_supervisor_leaves_nobody_and_the_next_start_is_quick(portal: Portal) -> None:
    family = portal.everybody()
    assert len(family) > len(COMMAND_LINES)
    portal.process.kill()
    portal.process.wait()
    gone, alive = psutil.wait_procs(family, timeout=40)
    assert alive == []
    assert len(gone) == len(family)
    with running(portal.data) as again:
        assert answers(again.settings["PUBLIC_URL"] + "/healthz")
        assert not [line for line in again.lines if "flask db" in line or "flask demo" in line]
        parts = again.everybody()
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(60) == 0
    assert again.lines[-1].endswith("stopped")
    assert not [process for process in parts if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SMS_GATEWAY": "pigeon"}, "SMS_GATEWAY must be taqnyat or unifonic"),
        ({"PORT": "eighty"}, "PORT must be a port number"),
        ({"PORTAL_ENV": "somewhere"}, "PORTAL_ENV must be"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 32 characters"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_clear_line(environment: dict[str, str], words: str) -> None:
    with data_folder() as folder:
        assert words in refused(folder, **environment)


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with data_folder() as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is taken" in refused(folder, PORT=str(port))
        assert not (folder / "postgres").exists()


def test_an_unknown_part_is_refused() -> None:
    with data_folder() as folder:
        done = subprocess.run(
            [sys.executable, "supervise.py", "--only", "kitchen"],
            cwd=ROOT,
            env={**os.environ, "DATA_DIR": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "no such part: kitchen" in done.stderr


def test_a_single_part_before_the_first_whole_start_says_what_to_do() -> None:
    with data_folder() as folder:
        assert "make run" in refused(folder, ("--only", "web"))
