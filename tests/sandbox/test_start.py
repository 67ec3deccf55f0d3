"""Starting, stopping, and refusing to."""

import os
import subprocess
import sys
from pathlib import Path

from tests.sandbox.running import ROOT, RunningSandbox


def test_it_refuses_to_start_in_production(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", "0", "--data", str(tmp_path / "data")],
        cwd=ROOT, env={**os.environ, "PORTAL_ENV": "production"}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "production" in done.stderr
    assert not (tmp_path / "data").exists()


def test_it_says_in_one_line_that_its_port_is_taken(sandbox: RunningSandbox, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", str(sandbox.port), "--data", str(tmp_path)],
        cwd=ROOT, env={**os.environ, "PORTAL_ENV": "test"}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == f"Port {sandbox.port} of 127.0.0.1 is not free: Address already in use\n"


def test_sigterm_ends_it_cleanly_and_its_keys_stay_the_same(tmp_path: Path) -> None:
    sandbox = RunningSandbox(tmp_path / "data").start()
    keys = sandbox.get("/id/jwks.json").json()
    assert keys["keys"][0]["alg"] == "RS256"
    assert "d" not in keys["keys"][0]
    assert sandbox.stop() == 0
    sandbox.start()
    assert sandbox.get("/id/jwks.json").json() == keys
    assert sandbox.get("/staff/jwks.json").json() != keys
    assert (tmp_path / "data" / "id-keys.json").stat().st_mode & 0o777 == 0o600
    sandbox.stop()


def test_it_knows_the_portal_by_the_settings_the_portal_runs_with(tmp_path: Path) -> None:
    environment = {"PUBLIC_URL": "http://127.0.0.1:7777", "OIDC_CLIENT_ID": "our-portal"}
    sandbox = RunningSandbox(tmp_path / "data", environment=environment).start()
    policy = sandbox.get("/").headers["Content-Security-Policy"]
    asked = {"client_id": "our-portal", "redirect_uri": "http://127.0.0.1:7777/auth/callback"}
    known = sandbox.get("/id/authorize", params=asked, allow_redirects=False)
    sandbox.stop()
    assert "form-action 'self' http://127.0.0.1:7777" in policy
    assert known.headers["Location"].startswith("http://127.0.0.1:7777/auth/callback?error=")
