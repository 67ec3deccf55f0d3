"""Receipts on their way to the portal: in order, out of order, twice, late, never, and past a kill -9."""

import time
from pathlib import Path

import pytest

from tests.sandbox.running import ListeningPortal, RunningSandbox, until

QUIET = 0.8


def test_sent_then_delivered_with_the_tokens_proof(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    number = sandbox.taqnyat("r1").json()["messageId"]
    assert portal.statuses(2) == ["sent", "delivered"]
    first = portal.heard[0]
    assert first["path"] == "/hooks/sms/receipts/taqnyat"
    assert first["proof"] == "Bearer demo-receipts"
    assert first["fields"].keys() == {"messageId", "reference", "recipient", "status", "time"}
    assert (first["fields"]["reference"], first["fields"]["messageId"]) == ("r1", number)


def test_unifonic_sends_a_form(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    form = {"AppSid": "demo-app", "SenderID": "B", "Recipient": "966512345678", "Body": "x", "CorrelationID": "u1"}
    sandbox.post("/sms2/rest/SMS/messages", data=form)
    assert portal.statuses(2) == ["Sent", "Delivered"]
    assert portal.heard[0]["path"] == "/hooks/sms/receipts/unifonic"
    assert portal.heard[0]["fields"].keys() == {"MessageID", "CorrelationID", "Recipient", "Status", "DLRTime"}


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        ("twice", ["sent", "sent", "delivered", "delivered"]),
        ("reversed", ["delivered", "sent"]),
        ("failed", ["sent", "failed"]),
    ],
)
def test_receipts_go_wrong_as_asked(
    sandbox: RunningSandbox, portal: ListeningPortal, kind: str, heard: list[str]
) -> None:
    sandbox.fault("receipts", kind, times=1)
    sandbox.taqnyat("r1")
    assert portal.statuses(len(heard)) == heard


def test_they_may_never_come(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    sandbox.fault("receipts", "never")
    sandbox.taqnyat("r1")
    time.sleep(QUIET)
    assert portal.heard == []


def test_they_may_come_a_day_late_by_the_demo_clock(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    sandbox.fault("receipts", "day_late", times=1)
    sandbox.taqnyat("r1")
    time.sleep(QUIET)
    assert portal.heard == []
    sandbox.post("/clock", json={"action": "day"})
    assert portal.statuses(2) == ["sent", "delivered"]


def test_they_may_come_before_the_send_is_answered(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    sandbox.fault("receipts", "early", times=1)
    sandbox.taqnyat("r1")
    assert [each["fields"]["status"] for each in portal.heard] == ["sent", "delivered"]


def test_they_may_be_about_a_message_nobody_knows_or_carry_a_wrong_proof(
    sandbox: RunningSandbox, portal: ListeningPortal
) -> None:
    sandbox.fault("receipts", "unknown", times=1)
    sandbox.taqnyat("r1")
    portal.statuses(2)
    assert portal.heard[0]["fields"]["reference"] not in ("r1", "")
    sandbox.fault("receipts", "wrong_token", times=1)
    sandbox.taqnyat("r2")
    portal.statuses(4)
    assert portal.heard[2]["proof"] != "Bearer demo-receipts"


def test_a_portal_that_fails_hears_them_again(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    portal.status = 503
    sandbox.taqnyat("r1")
    portal.statuses(1)
    portal.status = 200
    portal.heard.clear()
    assert sorted(portal.statuses(2)) == ["delivered", "sent"]


def test_a_refused_receipt_is_not_repeated(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    portal.status = 401
    sandbox.taqnyat("r1")
    portal.statuses(2)
    time.sleep(QUIET)
    assert len(portal.heard) == 2


def test_a_kill_9_loses_no_receipt(tmp_path: Path, portal: ListeningPortal) -> None:
    sandbox = RunningSandbox(tmp_path / "data", "--portal-url", portal.url, "--receipt-seconds", "0.1")
    sandbox.start().fault("receipts", "day_late", times=1)
    sandbox.taqnyat("r1")
    sandbox.kill()
    sandbox.start()
    sandbox.post("/clock", json={"action": "day"})
    statuses = portal.statuses(2)
    sandbox.stop()
    assert statuses == ["sent", "delivered"]


def test_moving_the_clock_back_does_not_hold_receipts_up(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    sandbox.post("/clock", json={"action": "five_days"})
    sandbox.taqnyat("r1")
    sandbox.post("/clock", json={"action": "reset"})
    assert until(lambda: portal.statuses(2)) == ["sent", "delivered"]
