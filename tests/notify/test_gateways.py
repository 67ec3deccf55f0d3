"""How each gateway is spoken to, how its failures are told apart, and how its receipts are read."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notify.gateways import KINDS, gateways_of
from app.notify.gateways.base import Gateway, MalformedReceipt, PermanentError, TemporaryError
from app.notify.models import State
from config import Settings, SettingsError
from tests.support.gateway import FakeGateway


def connect(fake: FakeGateway) -> Gateway:
    return KINDS[fake.kind](url=fake.url, user="app-sid", token="secret", sender="Bawaba", timeout=1)


@pytest.fixture(params=["taqnyat", "unifonic"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeGateway]:
    with closing(FakeGateway(request.param)) as server:
        yield server


def test_a_message_travels_with_our_reference_and_without_the_plus(fake: FakeGateway) -> None:
    with closing(connect(fake)) as gateway:
        ref = gateway.send("ref-1", "+966512345678", "نص")
    assert ref == {"taqnyat": "Tref-1", "unifonic": "Uref-1"}[fake.kind]
    assert fake.phone["ref-1"]["to"] == "966512345678"
    assert fake.phone["ref-1"]["body"] == "نص"
    assert fake.headers[0]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("status", ["401", "429", "500", "503"])
def test_a_gateway_that_says_no_surely_has_not_taken_the_message(fake: FakeGateway, status: str) -> None:
    fake.fault = status
    with closing(connect(fake)) as gateway, pytest.raises(TemporaryError) as fault:
        gateway.send("ref-1", "+966512345678", "x")
    assert fault.value.taken is False
    assert fault.value.code == f"http_{status}"
    assert fault.value.wait == (7 if status == "429" else 0)


@pytest.mark.parametrize("trouble", ["hang", "cut", "502", "504", "302"])
def test_after_a_silence_nobody_knows_whether_the_message_was_taken(fake: FakeGateway, trouble: str) -> None:
    fake.fault = trouble
    with closing(connect(fake)) as gateway, pytest.raises(TemporaryError) as fault:
        gateway.send("ref-1", "+966512345678", "x")
    assert fault.value.taken is None


def test_a_refused_connection_has_taken_nothing() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    gateway = KINDS["taqnyat"](url=url, user="", token="t", sender="s", timeout=1)
    with closing(gateway), pytest.raises(TemporaryError) as fault:
        gateway.send("ref-1", "+966512345678", "x")
    assert (fault.value.code, fault.value.taken) == ("refused", False)


def test_tls_spoken_to_a_plain_server_has_taken_nothing(fake: FakeGateway) -> None:
    gateway = KINDS[fake.kind](url=fake.url.replace("http:", "https:"), user="", token="t", sender="s", timeout=1)
    with closing(gateway), pytest.raises(TemporaryError) as fault:
        gateway.send("ref-1", "+966512345678", "x")
    assert fault.value.taken is False
    assert fake.phone == {}


@pytest.mark.parametrize("trouble", ["reject", "400", "422"])
def test_a_wrong_number_is_never_tried_again(fake: FakeGateway, trouble: str) -> None:
    fake.fault = trouble
    with closing(connect(fake)) as gateway, pytest.raises(PermanentError):
        gateway.send("ref-1", "+966512345678", "x")


def test_an_empty_account_is_the_account_s_trouble_and_not_the_message_s() -> None:
    with closing(FakeGateway("unifonic")) as fake, closing(connect(fake)) as gateway:
        fake.fault = "broke"
        with pytest.raises(TemporaryError, match="ER-01"):
            gateway.send("ref-1", "+966512345678", "x")


def test_a_second_gateway_exists_only_when_it_is_configured() -> None:
    one = Settings(sms_gateway="taqnyat", sms_gateway_url="http://a", sms_sender="Bawaba")
    assert list(gateways_of(one)) == ["sms_1"]
    two = Settings(sms_gateway="taqnyat", sms_gateway_2="unifonic", sms_gateway_url_2="http://b", sms_sender="Bawaba")
    assert list(gateways_of(two)) == ["sms_1", "sms_2"]
    assert gateways_of(two)["sms_2"].sender == "Bawaba"


@pytest.mark.parametrize(
    ("name", "value"), [("SMS_GATEWAY", "other"), ("SMS_GATEWAY_2", "other"), ("SMTP_URL", "http://mail.example")]
)
def test_a_gateway_nobody_knows_stops_the_start(environment: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must"):
        Settings.from_environment({**environment, name: value})


@pytest.mark.parametrize(
    ("word", "means"),
    [("sent", State.SENT), ("DELIVERED", State.DELIVERED), ("failed", State.UNDELIVERED), ("parked", None)],
)
def test_a_taqnyat_receipt_is_json(word: str, means: State | None) -> None:
    body = json.dumps(
        {"messageId": 77, "reference": "r", "recipient": "9665", "status": word, "time": "2026-11-24T10:00Z"}
    )
    receipt = KINDS["taqnyat"].read_receipt(body.encode())
    assert (receipt.reference, receipt.gateway_ref, receipt.means) == ("r", "77", means)


def test_a_unifonic_receipt_is_a_form() -> None:
    receipt = KINDS["unifonic"].read_receipt(b"MessageID=9&CorrelationID=r&Recipient=9665&Status=Delivered&DLRTime=1")
    assert (receipt.reference, receipt.gateway_ref, receipt.means) == ("r", "9", State.DELIVERED)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"status": "sent"}',
        b'{"reference": ["x"], "status": "sent"}',
        b'{"reference": {"a": 1}, "status": "sent"}',
        b'{"reference": "r"}',
        b"null",
    ],
)
def test_a_malformed_taqnyat_receipt_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedReceipt):
        KINDS["taqnyat"].read_receipt(body)


@given(st.binary(max_size=300), st.sampled_from(sorted(KINDS)))
def test_no_body_whatever_breaks_the_reading_of_receipts(body: bytes, kind: str) -> None:
    try:
        receipt = KINDS[kind].read_receipt(body)
    except MalformedReceipt:
        return
    assert receipt.status
    assert "\x00" not in receipt.status + receipt.reference + receipt.gateway_ref


@given(
    st.dictionaries(
        st.sampled_from(["messageId", "reference", "status", "time"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=200) | st.lists(st.text(), max_size=2),
    )
)
def test_any_json_receipt_is_read_or_refused_and_fits_its_columns(fields: dict[str, object]) -> None:
    try:
        receipt = KINDS["taqnyat"].read_receipt(json.dumps(fields).encode())
    except MalformedReceipt:
        return
    assert len(receipt.reference) <= 120
    assert len(receipt.status) <= 40
    receipt.status.encode()
