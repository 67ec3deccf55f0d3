"""One sandbox for all tests of this folder; it forgets everything between two of them."""

from collections.abc import Iterator

import pytest

from tests.sandbox.running import Client, ListeningPortal, RunningSandbox

RECEIPT_TOKEN = "demo-receipts"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory, listening: ListeningPortal) -> Iterator[RunningSandbox]:
    data = tmp_path_factory.mktemp("sandbox")
    environment = {"SMS_RECEIPT_TOKEN": RECEIPT_TOKEN, "SMS_GATEWAY_TOKEN": "demo-sms"}
    environment["SMS_GATEWAY_USER_2"] = "demo-app"
    arguments = ("--portal-url", listening.url, "--receipt-seconds", "0.2", "--prompt-seconds", "60")
    sandbox = RunningSandbox(data, *arguments, environment=environment)
    yield sandbox.start()
    sandbox.stop()


@pytest.fixture(scope="session")
def listening() -> Iterator[ListeningPortal]:
    portal = ListeningPortal()
    yield portal
    portal.close()


@pytest.fixture
def sandbox(running: RunningSandbox) -> RunningSandbox:
    running.post("/clock", json={"action": "reset"})
    running.post("/reset", json={})
    return running


@pytest.fixture
def portal(listening: ListeningPortal, sandbox: RunningSandbox) -> ListeningPortal:
    listening.heard.clear()
    listening.status = 200
    return listening


@pytest.fixture
def client(sandbox: RunningSandbox) -> Client:
    return Client(sandbox).register()
