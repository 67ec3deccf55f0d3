"""The portal's own gateway adapters against the sandbox: both protocols, each fault, and the receipts."""

from collections.abc import Iterator

import pytest

from app.notify.gateways import KINDS
from app.notify.gateways.base import Gateway, PermanentError, TemporaryError
from app.notify.models import State
from tests.sandbox.running import ListeningPortal, RunningSandbox

NUMBER = "+966512345678"
PROOFS = {"sms": ("taqnyat", "", "demo-sms"), "sms2": ("unifonic", "demo-app", "")}


@pytest.fixture(params=["sms", "sms2"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def gateway(sandbox: RunningSandbox, way: str) -> Iterator[Gateway]:
    kind, user, token = PROOFS[way]
    gateway = KINDS[kind](url=f"{sandbox.url}/{way}", user=user, token=token, sender="Bawaba", timeout=1)
    yield gateway
    gateway.close()


def accepted(sandbox: RunningSandbox, reference: str) -> int:
    return int(sandbox.get("/sms/count.json", params={"reference": reference}).json()["accepted"])


def test_a_message_is_taken_once_however_often_it_is_handed_over(sandbox: RunningSandbox, gateway: Gateway) -> None:
    first = gateway.send("r1", NUMBER, "تم تقديم طلبكم")
    assert first
    assert gateway.send("r1", NUMBER, "تم تقديم طلبكم") == first
    assert accepted(sandbox, "r1") == 1


@pytest.mark.parametrize(
    ("kind", "taken", "really"),
    [
        ("500", False, 0),
        ("429", False, 0),
        ("refuse", False, 0),
        ("502", None, 0),
        ("cut", None, 0),
        ("hang", None, 0),
        ("accept_then_close", None, 1),
    ],
)
def test_the_adapter_knows_what_each_fault_says_about_the_message(
    sandbox: RunningSandbox, gateway: Gateway, way: str, kind: str, taken: bool | None, really: int
) -> None:
    sandbox.fault(way, kind, times=1)
    with pytest.raises(TemporaryError) as fault:
        gateway.send("r1", NUMBER, "hello")
    assert fault.value.taken is taken
    assert accepted(sandbox, "r1") == really
    assert gateway.send("r1", NUMBER, "hello")
    assert accepted(sandbox, "r1") == 1, "trying again never makes two"


def test_a_number_that_is_rejected_is_rejected_for_good(sandbox: RunningSandbox, gateway: Gateway, way: str) -> None:
    sandbox.fault(way, "reject", times=1)
    with pytest.raises(PermanentError):
        gateway.send("r1", NUMBER, "hello")


def test_the_portal_reads_the_receipts_as_they_come(
    sandbox: RunningSandbox, portal: ListeningPortal, gateway: Gateway
) -> None:
    gateway_ref = gateway.send("r1", NUMBER, "hello")
    portal.statuses(2)
    receipts = [type(gateway).read_receipt(each["body"]) for each in portal.heard]
    assert [receipt.means for receipt in receipts] == [State.SENT, State.DELIVERED]
    assert {(receipt.reference, receipt.gateway_ref) for receipt in receipts} == {("r1", gateway_ref)}
