"""A small load generator: a few threads, each with one connection that stays open, requests made beforehand."""

import socket
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from urllib.parse import urlencode

THREADS = 4
HEAD_END = b"\r\n\r\n"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(frozen=True)
class Visit:
    """One request as bytes."""

    path: str
    form: Mapping[str, str] | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self, number: int) -> bytes:
        """Every visit comes from an address of its own, as the proxy would say it."""
        body = urlencode(self.form).encode() if self.form is not None else b""
        method = "GET" if self.form is None else "POST"
        lines = [f"{method} {self.path} HTTP/1.1", "Host: portal.invalid", "X-Forwarded-Proto: https"]
        lines.append(f"X-Forwarded-For: 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        lines.append("Accept: text/html\r\nUser-Agent: Mozilla/5.0\r\nAccept-Language: ar")
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + HEAD_END + body


@dataclass
class Answer:
    status: int
    body: bytes
    headers: bytes


class Connection:
    """One connection, opened again when the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> Answer:
        try:
            return self._ask(request)
        except OSError:
            self.close()
            return self._ask(request)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = self._until_head()
        head, _, body = received.partition(HEAD_END)
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0)
        while len(body) < length:
            body += self._more()
        if b"connection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), body, head)

    def _until_head(self) -> bytes:
        received = self._more()
        while HEAD_END not in received:
            received += self._more()
        return received

    def _more(self) -> bytes:
        assert self._socket is not None
        more = self._socket.recv(65536)
        if not more:
            raise OSError("the server closed the connection")
        return more


class Crowd:
    """Visitors who come one after the other on every connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._number = 0

    def one(self, visit: Visit) -> Answer:
        """A single visit, answered."""
        self._number += 1
        connection = Connection(self.port)
        try:
            return connection.ask(visit.encoded(self._number))
        finally:
            connection.close()

    def come(self, visits: Sequence[Visit], expected: int) -> None:
        """All visits, on a few connections at once. Raises AssertionError for another status than `expected`."""
        waiting: SimpleQueue[bytes] = SimpleQueue()
        for visit in visits:
            self._number += 1
            waiting.put(visit.encoded(self._number))
        seen: list[Counter[int]] = [Counter() for _ in range(THREADS)]
        threads = [threading.Thread(target=self._work, args=(waiting, each)) for each in seen]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        total = sum(seen, Counter())
        assert set(total) == {expected}, f"{visits[0].path} answered {dict(total)} instead of {expected}"

    def _work(self, waiting: "SimpleQueue[bytes]", seen: "Counter[int]") -> None:
        connection = Connection(self.port)
        while True:
            try:
                request = waiting.get_nowait()
            except Empty:
                connection.close()
                return
            try:
                seen[connection.ask(request).status] += 1
            except OSError:
                seen[0] += 1
