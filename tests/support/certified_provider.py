"""A certified provider that is not ours (npm package oidc-provider), started as a process of its own."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PROGRAM = Path(__file__).with_suffix(".mjs")
OLDEST_NODE = 22


def node() -> str:
    """The Node that `make setup-tests` chose: its own beside this Python, else the system's."""
    own = Path(sys.executable).parent / "node"
    found = str(own) if own.exists() else shutil.which("node")
    assert found, "no Node here: run `make setup-tests`"
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"v(\d+)", told)
    assert version, told
    assert int(version[1]) >= OLDEST_NODE, f"{found} is Node {told.strip()}, too old: run `make setup-tests`"
    return found


@contextmanager
def running(accounts: Mapping[str, Any], houses: Mapping[str, Any], log: Path) -> Iterator[dict[str, str]]:
    """The issuers by the names of `houses` until the block ends; what the provider complains of goes to `log`."""
    with log.open("wb") as complaints, _process(complaints) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"accounts": accounts, "houses": houses}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, log.read_text("utf-8")
        yield json.loads(answer)


@contextmanager
def _process(complaints: IO[bytes]) -> Iterator["subprocess.Popen[str]"]:
    """It ends by itself when its input is closed, also when the tests are killed."""
    process = subprocess.Popen(
        [node(), str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True
    )
    try:
        yield process
    finally:
        process.communicate(timeout=20)
