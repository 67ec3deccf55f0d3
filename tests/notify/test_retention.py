"""What the outbox forgets, and what it must not."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from app.calendars.clock import now
from app.extensions import db, transaction
from app.jobs import retention
from app.notify import codes
from app.notify.drain import drain
from app.notify.models import Message, OneTimeCode
from tests.notify.conftest import row

Send = Callable[..., list[uuid.UUID]]


def age(days: int) -> None:
    with transaction():
        for table in (Message, OneTimeCode):
            db.session.execute(table.__table__.update().values(created_at=now() - timedelta(days=days)))


def test_after_ninety_days_words_and_address_are_gone_and_the_fact_stays(portal: Flask, send: Send) -> None:
    (one,) = send()
    drain()
    age(days=89)
    retention.forget()
    assert row(one).body is not None
    age(days=91)
    retention.forget()
    gone = row(one)
    assert (gone.body, gone.recipient, gone.state, gone.gateway) == (None, None, "sent", "sms_1")


def test_what_still_waits_keeps_its_words(portal: Flask, send: Send) -> None:
    (one,) = send(not_before=now() + timedelta(days=1))
    age(days=400)
    retention.forget()
    assert row(one).body is not None


def test_codes_are_kept_as_long_as_the_daily_limits_count_them(portal: Flask) -> None:
    with transaction():
        codes.send("consent", session_id="s", mobile="+966512345678", address="10.0.0.1", language="ar")
    retention.forget()
    assert db.session.scalar(select(func.count()).select_from(OneTimeCode)) == 1
    age(days=3)
    retention.forget()
    assert db.session.scalar(select(func.count()).select_from(OneTimeCode)) == 0
