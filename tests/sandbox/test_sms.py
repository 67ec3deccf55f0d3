"""The SMS gateways: what is accepted, what is counted, what a kill -9 leaves."""

from pathlib import Path

import pytest
import requests

from tests.sandbox.running import RunningSandbox

ARABIC = "تم تقديم طلبكم رقم 1448/000123"


def unifonic(sandbox: RunningSandbox, **changes: str) -> requests.Response:
    form = {"AppSid": "demo-app", "SenderID": "Bawaba", "Recipient": "966512345678", "Body": ARABIC}
    form["CorrelationID"] = "u1"
    return sandbox.post("/sms2/rest/SMS/messages", data={**form, **changes})


def count(sandbox: RunningSandbox, reference: str) -> dict[str, object]:
    found: dict[str, object] = sandbox.get("/sms/count.json", params={"reference": reference}).json()
    return found


def test_taqnyat_accepts_a_message_as_its_protocol_says(sandbox: RunningSandbox) -> None:
    answer = sandbox.taqnyat("r1", body=ARABIC)
    assert answer.status_code == 201
    assert answer.json()["accepted"] == "[966512345678,]"
    sent = sandbox.get("/sms/sent.json", params={"to": "+966512345678"}).json()
    assert [(each["reference"], each["body"], each["sender"]) for each in sent] == [("r1", ARABIC, "Bawaba")]
    assert sent[0]["id"] == answer.json()["messageId"]


def test_the_same_reference_is_answered_with_the_first_result(sandbox: RunningSandbox) -> None:
    first = sandbox.taqnyat("r1", body="one").json()
    assert sandbox.taqnyat("r1", body="two").json()["messageId"] == first["messageId"]
    assert count(sandbox, "r1") == {"received": 2, "accepted": 1, "duplicates": 1, "gateways": ["sms"]}
    assert [each["body"] for each in sandbox.get("/sms/sent.json").json()] == ["one"]


def test_the_second_gateway_speaks_unifonic_and_has_a_memory_of_its_own(sandbox: RunningSandbox) -> None:
    sandbox.taqnyat("u1")
    answer = unifonic(sandbox).json()
    assert (answer["success"], answer["errorCode"]) == (True, "ER-00")
    assert unifonic(sandbox).json()["data"]["MessageID"] == answer["data"]["MessageID"]
    assert count(sandbox, "u1") == {"received": 3, "accepted": 2, "duplicates": 1, "gateways": ["sms", "sms2"]}
    only = sandbox.get("/sms/sent.json", params={"gateway": "sms2"}).json()
    assert [each["protocol"] for each in only] == ["unifonic"]


@pytest.mark.parametrize("number", ["+966512345678", "00966512345678", "0512345678", "", "966 51"])
def test_a_number_that_is_not_international_without_plus_is_refused(sandbox: RunningSandbox, number: str) -> None:
    assert sandbox.taqnyat("r2", to=number).status_code == 400
    assert unifonic(sandbox, Recipient=number).status_code == 400
    assert sandbox.get("/sms/count.json").json()["accepted"] == 0


def test_without_the_right_proof_nothing_is_accepted(sandbox: RunningSandbox) -> None:
    data = {"recipients": ["966512345678"], "body": "x", "sender": "Bawaba", "reference": "r3"}
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        assert sandbox.post("/sms/v1/messages", json=data, headers=headers).status_code == 401
    assert unifonic(sandbox, AppSid="wrong").status_code == 401
    assert count(sandbox, "r3") == {"received": 2, "accepted": 0, "duplicates": 0, "gateways": []}


def test_nonsense_instead_of_json_is_refused_in_words(sandbox: RunningSandbox) -> None:
    headers = {"Authorization": "Bearer demo-sms", "Content-Type": "application/json"}
    for body in ("[]", "{", '{"recipients": "966512345678"}', "null"):
        assert sandbox.post("/sms/v1/messages", data=body, headers=headers).status_code == 400


def test_arabic_is_counted_in_parts_of_70_then_67(sandbox: RunningSandbox) -> None:
    for reference, length in (("p1", 70), ("p2", 71), ("p3", 135)):
        sandbox.taqnyat(reference, body="ب" * length)
    parts = {each["reference"]: each["parts"] for each in sandbox.get("/sms/sent.json").json()}
    assert parts == {"p1": 1, "p2": 2, "p3": 3}


@pytest.mark.parametrize(
    ("kind", "status"), [("500", 500), ("502", 502), ("429", 429), ("refuse", 503), ("reject", 400)]
)
def test_a_gateway_that_fails_has_accepted_nothing(sandbox: RunningSandbox, kind: str, status: int) -> None:
    sandbox.fault("sms", kind, times=1)
    assert sandbox.taqnyat("f1").status_code == status
    assert count(sandbox, "f1")["accepted"] == 0
    assert sandbox.taqnyat("f1").status_code == 201, "a fault for one time is gone the second time"


def test_a_cut_connection_has_accepted_nothing(sandbox: RunningSandbox) -> None:
    sandbox.fault("sms", "cut", times=1)
    with pytest.raises(requests.ConnectionError):
        sandbox.taqnyat("f2")
    assert count(sandbox, "f2") == {"received": 1, "accepted": 0, "duplicates": 0, "gateways": []}


def test_a_gateway_may_accept_and_close_so_that_nobody_knows(sandbox: RunningSandbox) -> None:
    sandbox.fault("sms", "accept_then_close", times=1)
    with pytest.raises(requests.ConnectionError):
        sandbox.taqnyat("f3")
    assert count(sandbox, "f3")["accepted"] == 1
    assert sandbox.taqnyat("f3").status_code == 201
    assert count(sandbox, "f3") == {"received": 2, "accepted": 1, "duplicates": 1, "gateways": ["sms"]}


def test_a_hanging_gateway_outlasts_any_patience(sandbox: RunningSandbox) -> None:
    sandbox.fault("sms", "hang", times=1)
    data = {"recipients": ["966512345678"], "body": "x", "sender": "Bawaba", "reference": "f4"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{sandbox.url}/sms/v1/messages", json=data, timeout=0.5)
    assert sandbox.taqnyat("f5").status_code == 201, "the others are served meanwhile"


def test_a_kill_9_forgets_no_message_that_was_acknowledged(tmp_path: Path) -> None:
    sandbox = RunningSandbox(tmp_path / "data").start()
    ids = {f"k{n}": sandbox.taqnyat(f"k{n}").json()["messageId"] for n in range(20)}
    sandbox.kill()
    sandbox.start()
    again = {reference: sandbox.taqnyat(reference).json()["messageId"] for reference in ids}
    counts = sandbox.get("/sms/count.json").json()
    log = (tmp_path / "data" / "sms.log").read_text().splitlines()
    sandbox.stop()
    assert again == ids
    assert (counts["accepted"], counts["duplicates"]) == (20, 20)
    assert len(log) == 20


def test_the_telephone_shows_the_message_and_numbers_of_nobody_are_listed(sandbox: RunningSandbox) -> None:
    sandbox.taqnyat("t1", body=f"{ARABIC} <b>")
    sandbox.taqnyat("t2", to="966599999999", body="to a new number")
    assert f"{ARABIC} &lt;b&gt;" in sandbox.get("/phone/fahd").text
    assert "/phone/number/966599999999" in sandbox.get("/phone").text
    assert "to a new number" in sandbox.get("/phone/number/+966599999999").text
