import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from ground import prepare

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements", "requirements-dev", "requirements-node")


def test_without_venv_the_first_line_is_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "none")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert prepare.main([]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert re.fullmatch(r"(sudo )?apt-get install -y python3\.\d+-venv", first)


def test_an_old_python_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "OLDEST_PYTHON", (99, 0))
    assert prepare.main([]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_work_is_done_once_for_the_same_inputs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    lock = tmp_path / "lock"
    done: list[str] = []
    for content in ("a", "a", "b"):
        lock.write_text(content)
        prepare.once("thing", [lock], lambda: done.append(lock.read_text()), needs=tmp_path)
    assert done == ["a", "b"]


def test_what_the_tests_add_is_kept_until_the_inputs_change(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    lock = tmp_path / "lock"
    done: list[str] = []

    def prepared(content: str, *, tests: bool) -> list[str]:
        lock.write_text(content)
        work = "more" if tests else "plain"
        prepare.once("thing", [lock], lambda: done.append(work), needs=tmp_path, also=[lock] if tests else ())
        return done

    assert prepared("a", tests=False) == ["plain"]
    assert prepared("a", tests=True) == ["plain", "more"]
    assert prepared("a", tests=False) == ["plain", "more"], "more holds the plain"
    assert prepared("a", tests=True) == ["plain", "more"]
    assert prepared("b", tests=False)[2:] == ["plain"]
    assert prepared("b", tests=True)[3:] == ["more"]


@pytest.mark.parametrize(("tests", "omitted"), [(False, True), (True, False)])
def test_libraries_of_the_tests_are_for_the_tests_only(
    monkeypatch: pytest.MonkeyPatch, tests: bool, omitted: bool
) -> None:
    lines: list[list[str]] = []
    monkeypatch.setattr(prepare, "node_is_new", lambda oldest: True)
    monkeypatch.setattr(prepare, "run", lambda line, **_: lines.append(line))
    prepare.install_node_modules(tests=tests)
    assert ("--omit=dev" in lines[0]) is omitted


def test_a_work_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prepare, "VENV", tmp_path)

    def fail() -> None:
        raise SystemExit("no network")

    for _ in range(2):
        with pytest.raises(SystemExit):
            prepare.once("thing", [], fail, needs=tmp_path)


def test_missing_test_tools_are_named_to_an_ordinary_user(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert prepare.install_test_tools() == 1
    assert capsys.readouterr().out.splitlines()[0] == "sudo apt-get install -y chromium poppler-utils"


@pytest.mark.parametrize("offered", [True, False])
def test_root_gets_the_chromium_without_windows_and_any_other_is_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, offered: bool
) -> None:
    asked: list[str] = []

    def run(line: Sequence[str], **_: object) -> SimpleNamespace:
        asked.append(line[-1])
        return SimpleNamespace(returncode=0 if offered or line[-1] == "-qq" else 100)

    programs = {"apt-get", "chromium", "pdftoppm", "pdftotext"}
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: name if name in programs else None)
    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    assert [prepare.install_test_tools() for _ in range(2)] == [0, 0]
    assert asked == ["-qq", "chromium-headless-shell"]
    assert prepare.find_chromium() == "chromium"


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_an_exact_version_and_hashes(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry and not entry.startswith(("#", "-c"))]
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\]-]+==\S+", entry), entry[:60]
        assert "--hash=sha256:" in entry


@pytest.mark.parametrize("name", LOCKS)
def test_every_wanted_package_is_locked_at_the_wanted_version(name: str) -> None:
    locked = (ROOT / f"{name}.txt").read_text("utf-8").lower().replace("_", "-")
    for line in (ROOT / f"{name}.in").read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "-")):
            wanted = re.sub(r"\[.*?\]", "", line.split(";")[0].strip().lower())
            assert re.search(rf"^{re.escape(wanted)}\b", locked, re.MULTILINE), line


def test_lock_files_name_no_server() -> None:
    for name in [*(f"{lock}.txt" for lock in LOCKS), "package-lock.json", ".npmrc"]:
        text = (ROOT / name).read_text("utf-8")
        assert "resolved" not in re.sub("omit-lockfile-registry-resolved", "", text)
        assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|registry=", text)


def test_the_makefile_explains_every_public_target() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "setup", "worker", "test", "faults", "lint", "fix", "types", "bench", "service"):
        assert f"make {target} " in told
