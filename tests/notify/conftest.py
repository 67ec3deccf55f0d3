"""A portal whose messages go to gateways of the test, and short words to post and to let time pass."""

import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, text

from app.extensions import db, transaction
from app.notify.models import Message
from app.notify.outbox import Recipient, post
from app.notify.render import notice_words
from tests.support.gateway import FakeGateway


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with closing(FakeGateway()) as fake:
        yield fake


@pytest.fixture
def second() -> Iterator[FakeGateway]:
    with closing(FakeGateway("unifonic")) as fake:
        yield fake


class Mailbox:
    """What an SMTP server took, and how it should answer the next letters."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.rcpt = self.data = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data:
            return self.data
        self.letters.append(envelope)
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]  # type: ignore[attr-defined]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)  # type: ignore[attr-defined]
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def sms_settings(gateway: FakeGateway) -> dict[str, Any]:
    return {
        "sms_gateway": "taqnyat",
        "sms_gateway_url": gateway.url,
        "sms_gateway_token": "gateway-secret",
        "sms_sender": "Bawaba",
        "sms_gateway_2": "",
        "smtp_url": "",
        "mail_from": "Bawaba <no-reply@bawaba.example>",
        "gateway_timeout_seconds": 2,
        "message_lease_seconds": 30,
        "sms_receipt_token": "receipt-secret",
    }


@pytest.fixture
def portal(app: Flask, sms_settings: dict[str, Any]) -> Iterator[Flask]:
    """The application with the first gateway of the test, inside its context."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, **sms_settings)
    with app.app_context():
        yield app
    app.config["SETTINGS"] = before


@pytest.fixture
def configure(portal: Flask) -> Callable[..., None]:
    """Change settings for the rest of the test."""

    def change(**values: Any) -> None:
        portal.config["SETTINGS"] = replace(portal.config["SETTINGS"], **values)

    return change


@pytest.fixture
def two_gateways(configure: Callable[..., None], second: FakeGateway) -> FakeGateway:
    configure(sms_gateway_2="unifonic", sms_gateway_url_2=second.url, sms_gateway_user_2="app-sid")
    return second


@pytest.fixture
def send(portal: Flask) -> Callable[..., list[uuid.UUID]]:
    """Post notices to so many people and return the ids of their rows, in order."""

    def posted(count: int = 1, **more: Any) -> list[uuid.UUID]:
        values: dict[str, Any] = {"event": "submitted", "language": "ar", "channels": ("sms",)}
        params = {"number": "1448/000123", "service": "خدمة"}
        texts = notice_words(more.get("event", "submitted"))
        keys = [f"test:{uuid.uuid4()}" for _ in range(count)]
        with transaction():
            for index, key in enumerate(keys):
                to = Recipient(None, mobile=f"+9665{index:08d}", email=f"person{index}@mail.example")
                post(to, texts=texts, params=params, key=key, **values | more)
        rows = db.session.scalars(select(Message).where(Message.dedupe.in_([f"{k}:None:sms" for k in keys])))
        found = {row.dedupe: row.id for row in rows}
        return [found[f"{key}:None:sms"] for key in keys if f"{key}:None:sms" in found]

    return posted


def row(message_id: uuid.UUID) -> Message:
    """The message as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get(Message, message_id)
    assert found is not None
    return found


def states() -> dict[str, int]:
    db.session.rollback()
    counted = db.session.execute(text("SELECT state, count(*) FROM message GROUP BY state"))
    return {state: count for state, count in counted}


def let_time_pass() -> None:
    """All back-offs, rests and leases are over."""
    with transaction():
        db.session.execute(text("UPDATE message SET not_before = now() - interval '1 second' WHERE state = 'queued'"))
        db.session.execute(text("UPDATE message SET lease_until = now() - interval '1 second' WHERE state = 'sending'"))
        db.session.execute(text("UPDATE gateway_health SET resting_until = NULL"))
