"""The virus scanner: clamd's INSTREAM over TCP (`host:port`) or a Unix socket (`unix:/path`)."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

CHUNK = 64 * 1024
SECONDS = 8.0


class Verdict(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    AWAY = "away"


def scan(content: bytes, address: str, seconds: float = SECONDS) -> Verdict:
    """What the scanner says. Without an address there is none and the file counts as clean; «away» means wait."""
    if not address:
        return Verdict.CLEAN
    try:
        with _connected(address, seconds) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                connection.sendall(struct.pack("!L", len(part)) + part)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
    except OSError:
        return Verdict.AWAY
    if answer.endswith(b"FOUND"):
        return Verdict.INFECTED
    return Verdict.CLEAN if answer.endswith(b"OK") else Verdict.AWAY


@contextmanager
def _connected(address: str, seconds: float) -> Iterator[socket.socket]:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        with connection:
            connection.connect(address.removeprefix("unix:"))
            yield connection
        return
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=seconds) as connection:
        yield connection


def _answer(connection: socket.socket) -> bytes:
    received = b""
    while not received.endswith(b"\0") and len(received) < 4096:
        part = connection.recv(4096)
        if not part:
            break
        received += part
    return received.rstrip(b"\0\n ").strip()
