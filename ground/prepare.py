"""Brings a fresh checkout to where the portal can run: virtual environment, packages, assets; tools for the tests.

Runs on the system's Python alone (`python3 -m ground.prepare [--tests]`), changes nothing outside the checkout except
that `--tests` as root may install Debian's chromium and poppler-utils. What is there already is not done again.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
OLDEST_NODE_OF_TESTS = 22
# The same browser without its windows takes a third less processor time.
WINDOWLESS = "chromium-headless-shell"
INSTALL = ("apt-get", "install", "-y", "-qq", "--no-install-recommends")
CHROMIUM = (WINDOWLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(arguments: Sequence[str]) -> int:
    """The exit code: 1 when something is missing that a person must install; its command is the first line printed."""
    tests = "--tests" in arguments
    if missing := python_fault():
        print(missing)
        return 1
    make_environment()
    wanted, more = [ROOT / "requirements.txt"], [ROOT / "requirements-dev.txt"] if tests else []
    once("packages", [*wanted, VENV / "pyvenv.cfg"], lambda: install_packages([*wanted, *more]), also=more)
    modules, lock = ROOT / "node_modules", [ROOT / "package-lock.json", ROOT / "package.json"]
    once("npm", lock, lambda: install_node_modules(tests=tests), needs=modules, also=lock if tests else ())
    run([PYTHON, "-m", "ground.assets"])
    return install_test_tools() if tests else 0


def python_fault() -> str:
    """The command that mends this Python, or nothing when it can make virtual environments."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        return f"Python 3.11 or newer is needed, not {sys.version.split()[0]}: name one with `make PYTHON=python3.11`"
    if PYTHON.exists() or (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        return ""
    return f"{as_root()}apt-get install -y python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def as_root() -> str:
    """How this person runs a command as root."""
    return "" if os.geteuid() == 0 else "sudo "


def make_environment() -> None:
    """The virtual environment; made anew when its Python has gone."""
    if not works(PYTHON):
        say("making .venv")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def works(python: Path) -> bool:
    """Whether this interpreter starts and has pip."""
    return python.exists() and subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0


def once(
    name: str, inputs: Sequence[Path], work: Callable[[], None], *, needs: Path = VENV, also: Sequence[Path] = ()
) -> None:
    """Run `work` unless it was done for these very inputs. With `also`, inputs of the tests, it does more than without.

    Doing more leaves both marks, so that running the portal after the tests does nothing anew and takes nothing away.
    """
    plain, more = VENV / f".{name}", VENV / f".{name}-tests"
    marks = {plain: digest_of(inputs)}
    if also:
        marks[more] = digest_of([*inputs, *also])
    if needs.exists() and all(mark.is_file() and mark.read_text("ascii") == digest for mark, digest in marks.items()):
        return
    for mark in (plain, more):
        mark.unlink(missing_ok=True)
    work()
    for mark, digest in marks.items():
        mark.write_text(digest, "ascii")


def digest_of(paths: Sequence[Path]) -> str:
    """Of the contents, in this order."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install_packages(files: Sequence[Path]) -> None:
    """What the portal, or the portal and its tests, need."""
    say("installing Python packages (about half a minute)")
    install(files)


def install(files: Sequence[Path]) -> None:
    """Exactly the packages of the lock files, each checked against its hash."""
    line: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
    ]
    line += ["--root-user-action=ignore", "--prefer-binary"]
    for file in files:
        line += ["-r", file]
    run(line)


def install_node_modules(*, tests: bool) -> None:
    """The browser's libraries by the lock file, and the tests' own; with the system's npm, else one put into .venv."""
    npm = shutil.which("npm") if node_is_new(OLDEST_NODE_OF_TESTS if tests else OLDEST_NODE) else None
    if npm is None:
        say("installing node into .venv")
        install([ROOT / "requirements-node.txt"])
        npm = str(VENV / "bin" / "npm")
    say("installing browser libraries")
    line = [npm, "ci", "--silent", "--no-audit", "--no-fund", *([] if tests else ["--omit=dev"])]
    run(line, PATH=f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}")


def node_is_new(oldest: int) -> bool:
    """Whether the system has a Node of this version or newer, with npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().removeprefix("v").split(".")[0]
    return major.isdecimal() and int(major) >= oldest


def install_test_tools() -> int:
    """Chromium and poppler for the tests that look at pages and papers. Never passed over in silence."""
    may_install = os.geteuid() == 0 and shutil.which("apt-get")
    if may_install and not os.environ.get("CHROMIUM") and not shutil.which(WINDOWLESS):
        once("windowless", [], install_windowless)
    packages = []
    if not find_chromium():
        packages.append("chromium")
    if not (shutil.which("pdftoppm") and shutil.which("pdftotext")):
        packages.append("poppler-utils")
    if not packages:
        return 0
    if not may_install:
        print(f"{as_root()}apt-get install -y {' '.join(packages)}")
        print("The tests need these programs; for a Chromium of your own set CHROMIUM=path.")
        return 1
    say(f"installing {' and '.join(packages)}")
    run(["apt-get", "update", "-qq"])
    run([*INSTALL, *packages], DEBIAN_FRONTEND="noninteractive")
    return 0


def install_windowless() -> None:
    """Where the system offers it; tried once, since any Chromium does."""
    say(f"looking for {WINDOWLESS}")
    for line in (["apt-get", "update", "-qq"], [*INSTALL, WINDOWLESS]):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.run(line, env=environment, capture_output=True, check=False).returncode:
            return


def find_chromium() -> str | None:
    """CHROMIUM, else one on PATH."""
    if given := os.environ.get("CHROMIUM"):
        return given if os.access(given, os.X_OK) else None
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def run(command: Sequence[str | Path], **environment: str) -> None:
    """Run to the end; its failure is ours, said by itself."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise SystemExit(f"`{' '.join(str(word) for word in command[:5])} …` failed; what it said stands above")


def say(line: str) -> None:
    """One line about what takes time."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
