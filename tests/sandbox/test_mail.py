"""Mail: taken over SMTP, shown safely."""

import smtplib
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from tests.sandbox.running import RunningSandbox


def send(sandbox: RunningSandbox, **headers: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "portal@example.test", headers.pop("to", "fahd@example.com")
    message["Subject"] = "قرار في طلبكم 1448/000123"
    message.set_content("السلام عليكم\nصدر القرار.")
    message.add_alternative("<p dir=rtl>صدر القرار</p><script>alert(1)</script>", subtype="html")
    host, port = sandbox.smtp.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port), timeout=10) as line:
        line.send_message(message)


def test_mail_arrives_with_both_its_parts(sandbox: RunningSandbox) -> None:
    send(sandbox)
    send(sandbox, to="noura@example.com")
    (mail,) = sandbox.get("/mailbox/sent.json", params={"to": "fahd@example.com"}).json()
    assert mail["subject"] == "قرار في طلبكم 1448/000123"
    assert mail["text"].startswith("السلام عليكم")
    assert "صدر القرار" in mail["html"]
    assert len(sandbox.get("/mailbox/sent.json").json()) == 2


def test_its_html_is_shown_where_it_can_do_nothing(sandbox: RunningSandbox) -> None:
    send(sandbox)
    number = sandbox.get("/mailbox/sent.json").json()[0]["id"]
    page = BeautifulSoup(sandbox.get(f"/mailbox/{number}").text, "html.parser")
    frame = page.iframe
    assert frame
    assert frame["sandbox"] == [], "no permission at all"
    assert "alert(1)" not in page.get_text()
    policy = sandbox.get(str(frame["src"])).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")


def test_the_mailbox_lists_and_misses(sandbox: RunningSandbox) -> None:
    assert "لم يصل بريد بعد" in sandbox.get("/mailbox").text
    send(sandbox)
    assert "قرار في طلبكم" in sandbox.get("/mailbox").text
    assert sandbox.get("/mailbox/999999").status_code == 404


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("away", smtplib.SMTPResponseException),
        ("refuse_sender", smtplib.SMTPSenderRefused),
        ("refuse_recipient", smtplib.SMTPRecipientsRefused),
    ],
)
def test_the_server_may_refuse(sandbox: RunningSandbox, kind: str, error: type[Exception]) -> None:
    sandbox.fault("mail", kind, times=1)
    with pytest.raises(error):
        send(sandbox)
    send(sandbox)
    assert len(sandbox.get("/mailbox/sent.json").json()) == 1
