"""Letters: how they are composed, handed over, and what an SMTP server's answers mean."""

import email.policy
import socket
import uuid
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest

from app.notify.gateways.base import PermanentError, TemporaryError
from app.notify.mail import Letter, Mailer, compose

SENDER = "بوابة <no-reply@bawaba.example>"


def letter(**more: Any) -> Letter:
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "to": "sara@mail.example",
        "subject": "استلمنا طلبك",
        "text": "السلام عليكم،\n\nسطر\nآخر <b>",
        "language": "ar",
    }
    return Letter(**values | more)


def mailer(port: int, user: str = "") -> Mailer:
    return Mailer(f"smtp://{user}127.0.0.1:{port}", SENDER, 1)


def received(envelope: Any) -> EmailMessage:
    return message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[return-value]


def test_a_letter_arrives_as_text_and_as_a_page_of_its_direction(mailbox: Any) -> None:
    sent = letter()
    link = mailer(mailbox.port)
    assert link.send(sent) == f"<{sent.id}@bawaba.example>"
    link.close()
    got = received(mailbox.letters[0])
    assert mailbox.letters[0].rcpt_tos == ["sara@mail.example"]
    assert got["Subject"] == sent.subject
    assert got["Message-ID"] == f"<{sent.id}@bawaba.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    text, page = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "سطر\r\nآخر <b>" in text.get_content()
    assert '<html lang="ar" dir="rtl">' in page.get_content()
    assert "سطر<br>آخر &lt;b&gt;" in page.get_content()


def test_an_address_of_the_portal_can_be_pressed(mailbox: Any) -> None:
    link = Mailer(f"smtp://127.0.0.1:{mailbox.port}", SENDER, 1, "https://portal.example")
    link.send(letter(text="الإيصال: https://portal.example/r/7F3K9Q2A وغيره: https://other.example/r/7F3K9Q2A"))
    link.close()
    page = received(mailbox.letters[0]).get_body(("html",))
    assert page is not None
    assert 'href="https://portal.example/r/7F3K9Q2A"' in page.get_content()
    assert 'href="https://other.example' not in page.get_content()


def test_one_connection_carries_several_letters(mailbox: Any) -> None:
    link = mailer(mailbox.port)
    link.send(letter())
    link.send(letter())
    link.close()
    assert len(mailbox.letters) == 2
    assert mailbox.letters[0].smtp_utf8 == mailbox.letters[1].smtp_utf8


@pytest.mark.parametrize("address", ["", "no-at", "a@b\r\nBcc: c@d", "a@b, c@d", "<a@b>"])
def test_what_is_not_one_address_is_never_sent(address: str) -> None:
    with pytest.raises(PermanentError, match="address"):
        compose(letter(to=address), SENDER)


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    with pytest.raises(PermanentError):
        compose(letter(subject="x\r\nBcc: evil@mail.example"), SENDER)


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        ("rcpt", "550 no such user", PermanentError),
        ("rcpt", "450 busy", TemporaryError),
        ("data", "554 refused", PermanentError),
        ("data", "451 later", TemporaryError),
    ],
)
def test_five_hundreds_are_final_and_four_hundreds_pass(mailbox: Any, where: str, answer: str, error: type) -> None:
    setattr(mailbox, where, answer)
    link = mailer(mailbox.port)
    with pytest.raises(error, match=f"smtp_{answer[:3]}"):
        link.send(letter())
    link.close()


def test_a_server_that_is_away_is_a_temporary_trouble() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TemporaryError):
        mailer(port).send(letter())


def test_a_password_does_not_travel_in_the_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Link:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def starttls(self, context: Any) -> None:
            asked.append("starttls")
            raise TimeoutError

        def login(self, *_: str) -> None:
            asked.append("login")

    monkeypatch.setattr("smtplib.SMTP", Link)
    with pytest.raises(TemporaryError):
        Mailer("smtp://user:secret@mail.example:25", SENDER, 1).send(letter())
    assert asked == ["starttls"]
