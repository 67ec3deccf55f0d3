"""The gateway's settings: complete or the start stops; two secrets of call-backs hold while one follows the other."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from config import Settings, SettingsError, check
from tests.payments.conftest import Market
from tests.support.bank import SECRET


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"payment_gateway": "somebody"}, "PAYMENT_GATEWAY"),
        ({"payment_secret_key": ""}, "PAYMENT_SECRET_KEY"),
        ({"payment_webhook_secret": ""}, "PAYMENT_WEBHOOK_SECRET"),
        ({"payment_webhook_secret": "a,b,c"}, "PAYMENT_WEBHOOK_SECRET"),
        ({"payment_gateway_url": ""}, "PAYMENT_GATEWAY_URL"),
    ],
)
def test_a_gateway_that_lacks_something_stops_the_start(app: Flask, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        check(replace(app.config["SETTINGS"], **changes))


def test_without_a_gateway_the_portal_starts(app: Flask) -> None:
    check(replace(app.config["SETTINGS"], payment_gateway="", payment_secret_key=""))


def test_pages_are_opened_at_the_gateway_unless_other_hosts_are_named() -> None:
    own = Settings(payment_gateway_url="https://api.bank.example/v1x")
    assert own.payment_page_hosts == ("https://api.bank.example",)
    named = replace(own, payment_page_url="https://pay.bank.example/a, https://second.example")
    assert named.payment_page_hosts == ("https://pay.bank.example", "https://second.example")


@pytest.mark.parametrize(("secrets", "answer"), [(f"{SECRET},next", 200), (f"next,{SECRET}", 200), ("next", 401)])
def test_both_secrets_hold_during_a_rotation(
    market: Market, app: Flask, monkeypatch: pytest.MonkeyPatch, secrets: str, answer: int
) -> None:
    walk = market.approved()
    market.bank.pay(market.started(walk))
    changed = replace(app.config["SETTINGS"], payment_webhook_secret=secrets)
    monkeypatch.setitem(app.config, "SETTINGS", changed)
    assert market.bank.tell(market.app) == [answer]


def test_a_call_back_for_a_portal_without_a_gateway_is_not_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], payment_gateway=""))
    assert app.test_client().post("/hooks/payments", json={}).status_code == 404
