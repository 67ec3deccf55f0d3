"""The bank: its API by the protocol of moyasar, its hosted page, and call-backs that behave as chosen."""

from typing import Any

import pytest
import requests

from tests.sandbox.running import ListeningPortal, RunningSandbox, until

AUTH = ("any-key", "")
ORDER: dict[str, Any] = {
    "amount": 10000,
    "currency": "QAR",
    "description": "1448/000123",
    "success_url": "http://127.0.0.1:9/pay?back=1",
    "back_url": "http://127.0.0.1:9/pay?back=1",
    "metadata": {"attempt": "our-reference", "language": "ar"},
}


def opened(sandbox: RunningSandbox, **changes: Any) -> dict[str, Any]:
    answer = sandbox.post("/bank/v1/invoices", json={**ORDER, **changes}, auth=AUTH)
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def invoice(sandbox: RunningSandbox, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.get(f"/bank/v1/invoices/{ref}", auth=AUTH).json()
    return found


def press(made: dict[str, Any], way: str) -> requests.Response:
    return requests.post(made["url"], data={"way": way}, allow_redirects=False, timeout=10)


def calls(portal: ListeningPortal) -> list[dict[str, Any]]:
    return [heard["fields"] for heard in portal.heard if heard["path"] == "/hooks/payments"]


def test_an_invoice_is_opened_paid_and_told(sandbox: RunningSandbox, portal: ListeningPortal) -> None:
    made = opened(sandbox)
    assert (made["status"], made["payments"]) == ("initiated", [])
    back = press(made, "success")
    assert back.status_code == 303
    assert back.headers["Location"].startswith("http://127.0.0.1:9/pay?back=1&id=")
    (call,) = until(lambda: calls(portal))
    assert (call["type"], call["data"]["invoice_id"]) == ("payment_paid", made["id"])
    now = invoice(sandbox, made["id"])
    assert (now["status"], now["payments"][0]["amount"], now["payments"][0]["status"]) == ("paid", 10000, "paid")
    assert press(made, "success").status_code == 409


@pytest.mark.parametrize(
    ("way", "status", "payments"),
    [
        ("decline", "initiated", [("failed", 10000, "QAR")]),
        ("abandon", "initiated", []),
        ("wrong_amount", "paid", [("paid", 5000, "QAR")]),
        ("wrong_currency", "paid", [("paid", 10000, "USD")]),
        ("charged_twice", "paid", [("paid", 10000, "QAR")] * 2),
    ],
)
def test_the_bank_behaves_as_chosen(
    sandbox: RunningSandbox, way: str, status: str, payments: list[tuple[str, int, str]]
) -> None:
    made = opened(sandbox)
    assert press(made, way).status_code == 303
    now = invoice(sandbox, made["id"])
    assert now["status"] == status
    assert [(each["status"], each["amount"], each["currency"]) for each in now["payments"]] == payments


def test_a_call_back_comes_twice_never_a_day_late_or_with_a_wrong_secret(
    sandbox: RunningSandbox, portal: ListeningPortal
) -> None:
    for way in ("never", "late", "twice", "bad_signature"):
        press(opened(sandbox, description=way), way)
    until(lambda: len(calls(portal)) >= 3)
    told = [call["data"]["description"] for call in calls(portal)]
    assert sorted(told) == ["bad_signature", "twice", "twice"]
    assert len({call["id"] for call in calls(portal) if call["data"]["description"] == "twice"}) == 1
    sandbox.post("/clock", json={"action": "day"})
    until(lambda: len(calls(portal)) == 4)
    assert calls(portal)[-1]["data"]["description"] == "late"


def test_invoices_are_found_by_our_reference_cancelled_and_listed(sandbox: RunningSandbox) -> None:
    made = opened(sandbox)
    found = sandbox.get("/bank/v1/invoices", params={"metadata[attempt]": "our-reference"}, auth=AUTH).json()
    assert [each["id"] for each in found["invoices"]] == [made["id"]]
    assert requests.put(f"{sandbox.url}/bank/v1/invoices/{made['id']}/cancel", auth=AUTH, timeout=10).status_code == 200
    assert press(made, "success").status_code == 409
    assert sandbox.get(f"/bank/v1/invoices/{made['id']}").status_code == 401


def test_money_goes_back_once_and_no_further(sandbox: RunningSandbox) -> None:
    made = opened(sandbox)
    press(made, "never")
    payment = invoice(sandbox, made["id"])["payments"][0]["id"]
    path = f"/bank/v1/payments/{payment}/refund"
    assert sandbox.post(path, json={"amount": 10000}, auth=AUTH).json()["refunded"] == 10000
    assert sandbox.post(path, json={"amount": 1}, auth=AUTH).status_code == 400


@pytest.mark.parametrize("fault", ["500", "429", "refuse"])
def test_its_faults_are_switched_like_those_of_the_others(sandbox: RunningSandbox, fault: str) -> None:
    sandbox.fault("bank", fault, 1)
    assert sandbox.post("/bank/v1/invoices", json=ORDER, auth=AUTH).status_code >= 429
    assert opened(sandbox)["status"] == "initiated"
