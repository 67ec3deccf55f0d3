import os
import socket
import stat
import subprocess
import sys
import urllib.request
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.portal import COMMAND_LINES, OURS, ROOT, Portal, answers, data_folder


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


def test_an_empty_folder_becomes_a_running_portal(live: Portal) -> None:
    assert answers(live.settings["PUBLIC_URL"] + "/healthz")
    assert answers(live.settings["SANDBOX_URL"] + "/phone")
    assert all(live.part(name) for name in COMMAND_LINES)


def test_settings_and_accounts_are_told_and_kept_from_others(live: Portal) -> None:
    said = "\n".join(live.lines)
    assert live.settings["PUBLIC_URL"] in said
    assert "officer@bawaba.example" in said
    assert stat.S_IMODE((live.data / "run.env").stat().st_mode) == 0o600
    secrets = [value for name, value in live.settings.items() if name.endswith(("KEY", "TOKEN", "TOKEN_2"))]
    assert len(secrets) >= 5
    assert not [value for value in secrets if value in said]


def test_a_second_portal_on_the_same_folder_is_refused_in_one_line(live: Portal) -> None:
    assert "already runs" in refused(live.data)


def test_what_a_visitor_says_of_the_path_moves_no_link_of_a_page(live: Portal) -> None:
    """He is believed like a proxy here, since he comes from the same machine."""
    address = live.settings["PUBLIC_URL"]
    for path in ("/about", "/en/about"):
        with closing(HTTPConnection(urlsplit(address).netloc, timeout=20)) as wire:
            wire.request("GET", f"//moved.example{path}", headers={"SCRIPT_NAME": "//moved.example"})
            wire.getresponse().read()
        for _process in range(8):
            with urllib.request.urlopen(address + path, timeout=20) as answer:
                assert "moved.example" not in answer.read().decode()


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
