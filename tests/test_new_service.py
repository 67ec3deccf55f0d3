"""`make service`: what it makes keeps every promise before anybody has written a word."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import FOLDER

ROOT = Path(__file__).parents[1]
COPIED = ("app", "ground", "tests", "sandbox", "migrations")
FILES = ("config.py", "supervise.py", "worker.py", "pyproject.toml")
# Its words, its steps, its form on a page; the walks through every step are left to the folder's own run.
PROMISES = "water_connection and not robot_takes and not wrong_hand"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project in another place, to be written into."""
    leave = shutil.ignore_patterns("*.br", "*.gz", "journeys", "faults")
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=leave)
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_new_folder_keeps_every_promise_and_touches_no_other_file(copy: Path) -> None:
    before = {path for path in copy.rglob("*") if path.is_file()}
    made = _run(copy, "-m", "ground.new_service", "water_connection")
    assert made.returncode == 0, made.stderr
    new = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    added = new - {str(path.relative_to(copy)) for path in before}
    folder = "app/blueprints/services/water_connection"
    assert added == {
        f"{folder}/__init__.py",
        f"{folder}/service.py",
        f"{folder}/texts.toml",
        "tests/services/test_water_connection.py",
    }
    own = "tests/services/test_water_connection.py"
    kept = _run(copy, "-m", "pytest", "-v", "-n0", "tests/test_every_service.py", own, "-k", PROMISES)
    assert kept.returncode == 0, kept.stdout[-3000:]
    assert own in kept.stdout


def _run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    # An own run with own servers: under this worker's name it would empty and drop this worker's database.
    environment = {name: value for name, value in os.environ.items() if name != FOLDER and "XDIST" not in name}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
