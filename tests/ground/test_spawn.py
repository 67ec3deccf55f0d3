import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ground import GroundError
from ground.places import LONGEST, socket_folder
from ground.spawn import Rights, rights_for, spawn, stop, until

ROOT = Path(__file__).parents[2]
PARENT = """
import subprocess, sys, time
from ground.spawn import spawn
child = spawn([sys.executable, "-c", "import time; time.sleep(60)"], output=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_child_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.kill()
    until(lambda: gone(child), seconds=5, what="the end of the child")


def test_stop_kills_what_does_not_listen() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    process = spawn([sys.executable, "-c", deaf], output=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"up\n"
        stop(process, patience=0.2)
    assert process.returncode == -signal.SIGKILL


def test_waiting_ends_as_soon_as_the_process_has_died() -> None:
    process = spawn([sys.executable, "-c", "raise SystemExit(3)"])
    began = time.monotonic()
    with pytest.raises(GroundError, match="ended while starting.*3"):
        until(lambda: False, seconds=30, what="It", process=process)
    assert time.monotonic() - began < 15


def test_an_ordinary_user_works_with_his_own_rights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "getegid", lambda: 1000)
    assert rights_for(tmp_path) == Rights(1000, 1000)


def test_root_gets_a_name_space_of_its_own_in_a_closed_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("ground.spawn._works", lambda command: True)
    assert rights_for(closed).prefix[0] == "unshare"


def test_root_without_any_way_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("ground.spawn._works", lambda command: False)
    with pytest.raises(GroundError, match="DATABASE_URL"):
        rights_for(closed)


def test_sockets_of_a_deep_folder_lie_in_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    folder = socket_folder(deep)
    assert len(str(folder)) <= LONGEST
    assert folder == socket_folder(deep), "the same folder at the next start"
    folder.rmdir()
