"""A sandbox process, a client of its providers, and a portal that only listens."""

import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0


def until(check: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first true value of `check`."""
    end = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)
    return value


class RunningSandbox:
    """`python -m sandbox` on free ports, with its data in `data`."""

    def __init__(self, data: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.data = data
        self.arguments = arguments
        self.environment = environment or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.url = self.smtp = ""

    def start(self, port: int = 0) -> "RunningSandbox":
        address = self.data / "address"
        address.unlink(missing_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "SANDBOX_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(self.data), *self.arguments],
            cwd=ROOT,
            env={**clean, **self.environment},
            stdout=subprocess.DEVNULL,
        )
        until(lambda: address.exists() and address.read_text().endswith("\n"))
        _, self.url, self.smtp = address.read_text().split()
        return self

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=PATIENCE, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return requests.post(self.url + path, timeout=PATIENCE, **options)

    def fault(self, component: str, kind: str, times: int | None = None) -> None:
        assert self.post("/faults", json={"component": component, "kind": kind, "times": times}).status_code == 200

    def taqnyat(self, reference: str, to: str = "966512345678", body: str = "hello") -> requests.Response:
        data = {"recipients": [to], "body": body, "sender": "Bawaba", "reference": reference}
        return self.post("/sms/v1/messages", json=data, headers={"Authorization": "Bearer demo-sms"})


class PortalHandler(BaseHTTPRequestHandler):
    portal: "ListeningPortal"

    def do_GET(self) -> None:
        self._answer(200, json.dumps(self.portal.keys).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_json = self.headers["Content-Type"].startswith("application/json")
        fields = json.loads(body) if is_json else dict(parse_qsl(body.decode()))
        proof = self.headers.get("Authorization")
        self.portal.heard.append({"path": self.path, "proof": proof, "fields": fields, "body": body})
        self._answer(self.portal.status, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


class ListeningPortal:
    """Takes receipts and logout tokens, publishes a client's keys, and remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 200
        self.keys: dict[str, Any] = {"keys": []}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (PortalHandler,), {"portal": self}))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def statuses(self, count: int) -> list[str]:
        """The status words heard so far, once there are `count`."""
        until(lambda: len(self.heard) >= count)
        return [str(each["fields"].get("status") or each["fields"].get("Status")) for each in self.heard]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Client:
    """A relying party with a browser of its own."""

    def __init__(self, sandbox: RunningSandbox, provider: str = "id") -> None:
        self.sandbox, self.provider, self.client_id, self.secret = sandbox, provider, "test", "s3cret"
        self.issuer = f"{sandbox.url}/{provider}"
        self.callback = "http://127.0.0.1:9/callback"
        self.browser = requests.Session()
        self.verifier = secrets.token_urlsafe(40)
        self.state, self.nonce = secrets.token_urlsafe(8), secrets.token_urlsafe(8)

    def register(self, **more: Any) -> "Client":
        data = {"client_id": self.client_id, "client_secret": self.secret, "redirect_uris": [self.callback], **more}
        assert self.sandbox.post(f"/{self.provider}/clients", json=data).status_code == 201
        return self

    def request(self, **changes: str | None) -> dict[str, str]:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked: dict[str, str | None] = {
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "response_type": "code",
            "scope": "openid profile phone email",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def authorize(self, **changes: str | None) -> requests.Response:
        return self.go(f"{self.issuer}/authorize", params=self.request(**changes))

    def go(self, url: str, method: str = "GET", **options: Any) -> requests.Response:
        """Like a browser, but stop before the client's own address."""
        answer = self.browser.request(method, url, allow_redirects=False, timeout=PATIENCE, **options)
        while "Location" in answer.headers and answer.headers["Location"].startswith((self.sandbox.url, "/")):
            next_url = requests.compat.urljoin(answer.url, answer.headers["Location"])
            answer = self.browser.get(next_url, allow_redirects=False, timeout=PATIENCE)
        return answer

    def ask_number(self, national_id: str, **changes: str | None) -> requests.Response:
        """Begin and type the identity number: the waiting page, or the form again."""
        return self.go(self.authorize(**changes).url, "POST", data={"national_id": national_id})

    def pick(self, person: str, pick: int | None = None) -> requests.Response:
        """On the telephone: choose the number shown, or another one."""
        waiting = self.sandbox.get(f"/phone/{person}/prompt.json").json()
        data = {"prompt": waiting["prompt"], "pick": str(pick or waiting["shown"])}
        return self.sandbox.post(f"/phone/{person}/answer", data=data)

    def sign_in(self, person: str = "fahd", national_id: str = "1000000008", **changes: str | None) -> dict[str, str]:
        """The whole way; what came back to the callback."""
        waiting = self.ask_number(national_id, **changes)
        assert self.pick(person).status_code == 200
        return self.returned(self.go(waiting.url))

    def returned(self, answer: requests.Response) -> dict[str, str]:
        address = answer.headers["Location"]
        assert address.startswith(self.callback)
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

    def exchange(self, code: str, **changes: Any) -> requests.Response:
        data = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
            **changes,
        }
        proof = None if "client_assertion" in data else (self.client_id, self.secret)
        return self.sandbox.post(f"/{self.provider}/token", data=data, auth=proof)

    def userinfo(self, access_token: str) -> requests.Response:
        return self.sandbox.get(f"/{self.provider}/userinfo", headers={"Authorization": f"Bearer {access_token}"})


def number_shown(answer: requests.Response) -> str:
    number = BeautifulSoup(answer.text, "html.parser").select_one(".big-number")
    assert number, answer.text
    return number.get_text()
