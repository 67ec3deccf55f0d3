"""An SMS gateway over real HTTP that can misbehave: the outer edge in the tests of messages."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class FakeGateway:
    """Speaks `kind` (taqnyat or unifonic). `fault` says how it behaves; `phone` is what reached people.

    Like the real ones it sends once for a reference and answers a repetition with the first result. Faults: a number is
    an HTTP status without taking the message; "hang" answers nobody until `released`; "cut" takes it and closes without
    an answer; "stall" takes it and then answers nobody; "reject" never takes this number. `before_answer` runs between
    taking and answering.
    """

    def __init__(self, kind: str = "taqnyat") -> None:
        self.kind = kind
        self.fault: str | None = None
        self.delay = 0.0
        self.before_answer: Callable[[str], object] = lambda reference: None
        self.asked: list[str] = []
        self.orders: list[str] = []
        self.phone: dict[str, dict[str, str]] = {}
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        self.entered = threading.Event()
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """From now on connections are refused."""
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def times_asked(self) -> Counter[str]:
        return Counter(self.asked)

    def _handler(gateway) -> type[BaseHTTPRequestHandler]:  # noqa: N805 the inner class needs both selves
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.serve(self, body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def read(self, body: bytes) -> dict[str, str]:
        if self.kind == "taqnyat":
            fields = json.loads(body)
            return {"reference": fields["reference"], "to": fields["recipients"][0], "body": fields["body"]}
        form = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        return {
            "reference": form["CorrelationID"],
            "to": form["Recipient"],
            "body": form["Body"],
            "app": form["AppSid"],
        }

    def serve(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        message = self.read(body)
        with self.lock:
            self.asked.append(message["reference"])
            self.headers.append(dict(request.headers))
        self.entered.set()
        fault = self.fault
        request.close_connection = fault in ("hang", "cut", "stall")
        if fault == "hang":
            self.released.wait(20)
            return
        if self.delay:
            threading.Event().wait(self.delay)
        if fault in (None, "cut", "stall"):
            with self.lock:
                if message["reference"] not in self.phone:
                    self.phone[message["reference"]] = message
                    self.orders.append(message["reference"])
        if fault == "stall":
            self.released.wait(20)
        if fault in ("cut", "stall"):
            return
        self.before_answer(message["reference"])
        status, answer = self.answer(fault, message)
        content = json.dumps(answer).encode()
        request.send_response(status)
        if status == 429:
            request.send_header("Retry-After", "7")
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def answer(self, fault: str | None, message: dict[str, str]) -> tuple[int, Any]:
        if fault and fault.isdigit():
            return int(fault), {"message": "no"}
        reference = message["reference"]
        if self.kind == "taqnyat":
            rejected = f"[{message['to']}]" if fault == "reject" else "[]"
            return 201, {"statusCode": 201, "messageId": f"T{reference[:8]}", "accepted": "[]", "rejected": rejected}
        if fault == "reject":
            return 200, {"success": "false", "errorCode": "ER-02"}
        if fault == "broke":
            return 200, {"success": "false", "errorCode": "ER-01"}
        return 200, {"success": "true", "errorCode": "ER-00", "data": {"MessageID": f"U{reference[:8]}"}}
