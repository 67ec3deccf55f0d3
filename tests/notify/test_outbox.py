"""Posting: rows in the transaction of the event, each once, sealed."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.calendars.clock import now
from app.extensions import db, transaction
from app.notify.models import Message
from app.notify.outbox import Recipient, post, troubled
from app.notify.render import notice_words

SARA = Recipient(None, mobile="+966512345678", email="sara@mail.example")


def submitted(key: str = "case:1", to: Recipient = SARA, **more: Any) -> Any:
    values: dict[str, Any] = {
        "event": "submitted",
        "texts": notice_words("submitted"),
        "language": "ar",
        "params": {"number": "1448/000123", "service": "موعد"},
    }
    return post(to, key=key, **values | more)


def post_and_stumble() -> None:
    submitted()
    submitted("case:2", params={})


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_one_event_gives_one_message_for_each_channel(portal: Flask) -> None:
    with transaction():
        notice = submitted()
    rows = {row.channel: row for row in db.session.scalars(select(Message))}
    assert rows["sms"].body == notice.sms
    assert rows["sms"].recipient == SARA.mobile
    assert rows["email"].subject == notice.mail_subject
    assert rows["email"].body == notice.mail_text
    assert rows["email"].recipient == SARA.email
    assert notice.body.startswith("استلمنا طلبك في خدمة «موعد»")


def test_posting_the_same_event_again_changes_nothing(portal: Flask) -> None:
    for _ in range(2):
        with transaction():
            submitted()
    with transaction():
        submitted()
        submitted()
    assert count() == 2


def test_another_person_of_the_same_event_gets_a_message_of_his_own(portal: Flask) -> None:
    with transaction():
        post_to = [Recipient(None, mobile="+966512345678"), Recipient(None, mobile="+966512345679")]
        submitted("case:1:a", post_to[0])
        submitted("case:1:b", post_to[1])
    assert count() == 2


def test_a_missing_address_means_one_message_less(portal: Flask) -> None:
    with transaction():
        submitted(to=Recipient(None, mobile="+966512345678"))
        submitted("case:2", to=Recipient(None))
    assert count() == 1


def test_nothing_is_posted_when_the_event_is_rolled_back(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[tuple[str, ...]] = []
    monkeypatch.setitem(portal.extensions, "ring", lambda *bells: rung.extend(bells))
    with pytest.raises(KeyError), transaction():
        post_and_stumble()
    assert count() == 0
    assert rung == []


def test_the_drain_is_woken_after_the_commit_and_only_for_what_is_due(
    portal: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[tuple[str, ...], int]] = []
    monkeypatch.setitem(portal.extensions, "ring", lambda *bells: rung.append((*bells, count())))
    with transaction():
        submitted()
        assert rung == []
    assert rung == [(("drain",), 2)]
    rung.clear()
    with transaction():
        submitted("case:2", not_before=now() + timedelta(days=1))
    assert rung == []


def test_a_portal_whose_bell_is_broken_still_posts(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(portal.extensions, "ring", lambda *bells: 1 / 0)
    with transaction():
        submitted()
    assert count() == 2


def test_no_person_can_be_read_from_the_stored_rows(portal: Flask, send: Callable[..., list[uuid.UUID]]) -> None:
    with transaction():
        submitted()
    stored = str(db.session.execute(text("SELECT row_to_json(m)::text FROM message m")).scalars().all())
    assert "512345678" not in stored
    assert "sara" not in stored
    bodies = db.session.execute(text("SELECT body_sealed, recipient_sealed FROM message")).all()
    assert all("طلبك".encode() not in body and b"512345678" not in to for body, to in bodies)


def test_a_sealed_text_moved_to_another_message_does_not_open(portal: Flask) -> None:
    from app.vault import SealBroken

    with transaction():
        submitted(to=Recipient(None, mobile="+966512345678"))
        submitted("case:2", to=Recipient(None, mobile="+966512345679"))
    with transaction():
        db.session.execute(
            text("UPDATE message SET body_sealed = (SELECT body_sealed FROM message ORDER BY id LIMIT 1)")
        )
    last = db.session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
    with pytest.raises(SealBroken):
        last.body  # noqa: B018 reading is the test


def test_messages_that_did_not_arrive_are_found_by_their_case(portal: Flask) -> None:
    assert troubled(uuid.uuid4()) == []
