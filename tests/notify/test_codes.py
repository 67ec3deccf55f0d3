"""One-time codes: bound, short-lived, few tries, limited, and nowhere to be read."""

import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from app.calendars.clock import now
from app.extensions import db, transaction
from app.identity.models import Person
from app.notify import codes
from app.notify.codes import TooManyCodes
from app.notify.drain import drain
from app.notify.models import Message, OneTimeCode
from tests.notify.conftest import let_time_pass, row
from tests.support.gateway import FakeGateway

MOBILE = "+966512345678"


def ask(**more: Any) -> None:
    values: dict[str, Any] = {"session_id": "s1", "mobile": MOBILE, "address": "10.0.0.1", "language": "ar"}
    purpose = more.pop("purpose", "consent")
    with transaction():
        codes.send(purpose, **values | more)


def enter(entered: str, **more: Any) -> bool:
    values: dict[str, Any] = {"session_id": "s1"}
    purpose = more.pop("purpose", "consent")
    with transaction():
        return codes.redeem(purpose, entered=entered, **values | more)


@pytest.fixture
def arrived(portal: Flask, gateway: FakeGateway) -> Callable[[], str]:
    """Let the code arrive and read it from the telephone."""

    def read() -> str:
        drain()
        found = re.search(r"\d{6}", gateway.phone[gateway.orders[-1]]["body"])
        assert found is not None
        return found.group()

    return read


def test_the_code_that_arrived_is_right_once(arrived: Callable[[], str]) -> None:
    ask()
    code = arrived()
    assert enter(code)
    assert not enter(code)


def test_arabic_digits_and_spaces_are_the_same_code(arrived: Callable[[], str]) -> None:
    ask()
    code = arrived().translate({ord(str(digit)): 0x660 + digit for digit in range(10)})
    assert enter(f" {code[:3]} {code[3:]} ")


@pytest.mark.parametrize("other", [{"purpose": "mobile"}, {"session_id": "s2"}, {"person_id": uuid.uuid4()}])
def test_a_code_is_good_for_its_purpose_session_and_person_alone(
    arrived: Callable[[], str], other: dict[str, Any]
) -> None:
    ask()
    code = arrived()
    assert not enter(code, **other)
    assert enter(code)


def test_after_five_tries_even_the_right_code_is_refused(arrived: Callable[[], str]) -> None:
    ask()
    code = arrived()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [enter(wrong) for _ in range(5)] == [False] * 5
    assert not enter(code)


def test_after_ten_minutes_the_code_is_dead(arrived: Callable[[], str]) -> None:
    ask()
    code = arrived()
    with time_machine.travel(now() + timedelta(minutes=10, seconds=1), tick=False):
        assert not enter(code)


def test_a_new_code_replaces_the_one_before(arrived: Callable[[], str]) -> None:
    ask()
    old = arrived()
    ask()
    new = arrived()
    assert old == new or not enter(old)
    assert enter(new)


@pytest.mark.parametrize("entered", ["", "12345", "x" * 5000, "\x00", "１２３", "٠", "\ud800"])
def test_nonsense_is_only_a_wrong_code(portal: Flask, entered: str) -> None:
    ask()
    assert not enter(entered)


def test_nobody_reads_the_code_in_the_database(arrived: Callable[[], str]) -> None:
    ask()
    (message_id,) = db.session.scalars(select(Message.id)).all()
    before = row(message_id).body
    assert before is not None
    code = arrived()
    assert code in before
    stored = str(db.session.execute(text("SELECT row_to_json(c)::text FROM one_time_code c")).scalars().all())
    assert code not in stored.replace("\\\\x", "")
    after = row(message_id)
    assert (after.body_sealed, after.recipient_sealed, after.state) == (None, None, "sent")


def test_a_code_that_cannot_be_sent_in_ten_minutes_is_wiped_and_never_sent(portal: Flask, gateway: FakeGateway) -> None:
    ask()
    gateway.fault = "500"
    drain()
    (message_id,) = db.session.scalars(select(Message.id)).all()
    assert row(message_id).body_sealed is not None, "within its ten minutes it is tried again"
    with transaction():
        db.session.execute(text("UPDATE message SET expires_at = now() - interval '1 second'"))
    gateway.fault = None
    let_time_pass()
    asked = len(gateway.asked)
    drain()
    gone = row(message_id)
    assert (gone.state, gone.body_sealed, gone.recipient_sealed) == ("expired", None, None)
    assert len(gateway.asked) == asked


def test_one_mobile_gets_three_codes_a_quarter_of_an_hour(portal: Flask) -> None:
    for index in range(3):
        ask(session_id=f"s{index}", address=f"10.0.0.{index}")
    with pytest.raises(TooManyCodes) as refused:
        ask(session_id="s9", address="10.0.0.9")
    assert refused.value.status == 429
    with time_machine.travel(now() + timedelta(minutes=16)):
        ask()


@pytest.mark.parametrize("limit", ["PER_PERSON", "PER_ADDRESS", "IN_ALL"])
def test_persons_addresses_and_the_portal_have_limits_too(
    portal: Flask, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(codes, limit, ((2, timedelta(days=1)),))
    sara = Person(country="SA", identity_key=b"key", identity_number="1000000001")
    with transaction():
        db.session.add(sara)
    for index in range(2):
        ask(mobile=f"+96650000000{index}", person_id=sara.id)
    with pytest.raises(TooManyCodes):
        ask(mobile="+966500000009", person_id=sara.id)


def test_a_mobile_that_is_nobody_s_looks_the_same_and_gets_nothing(portal: Flask) -> None:
    for index in range(3):
        ask(session_id=f"s{index}", known=False)
    with pytest.raises(TooManyCodes):
        ask(known=False)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
    assert db.session.scalar(select(func.count()).select_from(OneTimeCode)) == 3


def test_refused_requests_leave_nothing_behind(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "PER_MOBILE", ((0, timedelta(days=1)),))
    with pytest.raises(TooManyCodes):
        ask()
    assert db.session.scalar(select(func.count()).select_from(OneTimeCode)) == 0


def test_codes_are_not_guessable_from_one_another(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    monkeypatch.setattr("app.notify.codes.secrets.randbelow", lambda most: drawn.append(most) or 7)
    ask()
    assert drawn == [1_000_000]
    assert enter("000007")


def together(portal: Flask, count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act` in so many threads at the same moment, each on a connection of its own."""
    barrier, results = threading.Barrier(count), []

    def run(index: int) -> None:
        with portal.app_context():
            barrier.wait(10)
            try:
                results.append(act(index))
            except TooManyCodes:
                results.append("refused")

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_a_right_code_entered_many_times_at_once_is_right_once(portal: Flask, arrived: Callable[[], str]) -> None:
    ask()
    code = arrived()
    assert sorted(together(portal, 8, lambda index: enter(code))) == [False] * 7 + [True]


def test_asking_many_times_at_once_does_not_slip_past_the_limit(portal: Flask) -> None:
    results = together(portal, 8, lambda index: ask(session_id=f"s{index}", address=f"10.0.0.{index}"))
    assert results.count("refused") == 5
