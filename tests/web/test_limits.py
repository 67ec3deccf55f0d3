"""What costs much is limited per session, and a stranger at the same address is not held up by it."""

import io
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from limits import parse

from app import create_app
from app.extensions import limiter
from app.identity.actors import Grant
from app.kit.roles import Role
from app.kit.words import WORDS
from config import SettingsError, check
from tests.support.database import leave
from tests.support.world import TRANSACTION, Browser, World


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The portal with its rate limits on, counted in memory."""
    monkeypatch.setattr(limiter, "enabled", True)
    other = create_app(replace(app.config["SETTINGS"], rate_limits="on", redis_url=""))
    world = World(other)
    yield world
    limiter.reset()
    leave(other)


def posts(browser: Browser, path: str, times: int, **data: str) -> list[int]:
    token = browser.token()
    return [browser.client.post(path, data={"csrf_token": token, **data}).status_code for _ in range(times)]


def test_messages_are_limited_for_one_session_and_not_for_another(limited: World) -> None:
    citizen = limited.citizen()
    number = limited.file(citizen)
    path = f"/account/cases/{number}/messages"
    assert posts(citizen, path, 16, message="?") == [303] * 15 + [429]
    refused = citizen.client.post(path, data={"csrf_token": citizen.token(), "message": "?"})
    # The store counts in whole seconds, so the minute may end in the one after.
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 61
    assert f"انتظر {WORDS.plural('ar', 'wait_seconds', wait)} ثم" in refused.get_data(as_text=True)
    assert "E-" in refused.get_data(as_text=True)
    assert posts(limited.citizen(), path, 1, message="?") == [303]


def test_a_copy_of_all_data_is_made_some_times_an_hour(limited: World) -> None:
    citizen = limited.citizen()
    assert posts(citizen, "/account/data/download", 7) == [200] * 6 + [429]
    refused = citizen.client.post("/account/data/download", data={"csrf_token": citizen.token()})
    wait = int(refused.headers["Retry-After"])
    assert 3540 < wait <= 3601
    assert f"انتظر {-(-wait // 60)} دقيقة" in refused.get_data(as_text=True)


def test_files_are_limited_beside_forms_without_files(limited: World) -> None:
    citizen, path = limited.citizen(), "/services/general_transaction/apply"
    token = citizen.token()

    def send(**more: object) -> int:
        data = {"csrf_token": token, **TRANSACTION, "action": "draft", **more}
        return citizen.client.post(path, data=data, content_type="multipart/form-data").status_code

    sent = [send(attachments=(io.BytesIO(b"not a picture"), "a.jpg")) for _ in range(31)]
    assert 429 not in sent[:30]
    assert sent[30] == 429
    assert send() == 303


def test_files_are_counted_each_and_behind_an_empty_one_too(limited: World) -> None:
    citizen, path = limited.citizen(), "/services/general_transaction/apply"
    token = citizen.token()

    def send(many: int) -> int:
        letters = [(io.BytesIO(b"not a picture"), "a.jpg") for _ in range(many)]
        data = {"csrf_token": token, **TRANSACTION, "action": "draft", "letter": [(io.BytesIO(), ""), *letters]}
        return citizen.client.post(path, data=data, content_type="multipart/form-data").status_code

    assert [send(20), send(10)] == [422, 422]
    assert send(1) == 429
    assert send(0) == 303


def test_searching_the_catalogue_is_limited_and_opening_it_is_not(limited: World) -> None:
    client = limited.app.test_client()
    here = {"environ_base": {"REMOTE_ADDR": "203.0.113.90"}}
    assert {client.get("/services?q=x", **here).status_code for _ in range(300)} == {200}
    assert client.get("/services?q=x", **here).status_code == 429
    assert client.get("/services", **here).status_code == 200


@pytest.mark.parametrize("path", ["/desk/cashier/find", "/desk/refunds/{id}/propose", "/counter/new"])
def test_forms_of_staff_about_money_and_clients_are_limited(limited: World, path: str) -> None:
    roles = (Role.CASHIER, Role.SUPERVISOR, Role.COUNTER_AGENT)
    desk = limited.officer(*(Grant(role, agency="municipality") for role in roles))
    answers = posts(desk, path.format(id=uuid.uuid4()), 121, number="1")
    assert 429 not in answers[:120]
    assert answers[120] == 429


# Signing out is never refused, and what a gateway tells us comes again for days when it is.
UNLIMITED = {"login.logout", "login.end_session", "desk_login.logout", "desk_login.end_session"}


def test_everything_that_changes_something_has_a_limit(app: Flask) -> None:
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    with app.test_request_context():  # some limits are settings
        bare = {each for each in posts if not limiter.limit_manager.resolve_limits(app, each)[1]}
    assert {each for each in bare if not each.startswith("hooks.")} == UNLIMITED


def test_certificates_to_be_checked_are_limited_across_addresses(limited: World) -> None:
    client = limited.app.test_client()
    token = Browser(client).token("/verify")

    def send(address: str) -> int:
        data = {"csrf_token": token, "paper": (io.BytesIO(b"not a paper"), "a.pdf")}
        here = {"environ_base": {"REMOTE_ADDR": address}}
        return client.post("/verify/file", data=data, content_type="multipart/form-data", **here).status_code

    assert {send(f"203.0.113.{each // 10}") for each in range(60)} == {422}
    assert send("203.0.113.99") == 429


def test_an_address_that_was_refused_shuts_out_nobody_else(limited: World) -> None:
    client = limited.app.test_client()
    token = Browser(client).token("/verify")

    def answers(address: str, times: int) -> list[int]:
        here = {"environ_base": {"REMOTE_ADDR": address}}
        return [client.post("/verify/file", data={"csrf_token": token}, **here).status_code for _ in range(times)]

    assert answers("203.0.113.1", 75).count(429) >= 55
    assert answers("203.0.113.2", 1) == [422]


def sent_files(browser: Browser, times: int, address: str) -> list[int]:
    token, here = browser.token("/verify"), {"environ_base": {"REMOTE_ADDR": address}}
    return [browser.client.post("/verify/file", data={"csrf_token": token}, **here).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("settings", "taken"),
    [
        ({}, 10),
        ({"file_checks_an_hour": 3}, 3),
        ({"file_checks_an_hour": 360}, 20),
        ({"file_checks_an_hour": 7, "file_checks_an_hour_in_all": 7}, 7),
    ],
)
def test_how_many_files_one_address_may_send_is_a_setting(
    limited: World, monkeypatch: pytest.MonkeyPatch, settings: dict[str, int], taken: int
) -> None:
    """By itself for an hour, and a share of it within a minute."""
    changed = replace(limited.app.config["SETTINGS"], **settings)
    monkeypatch.setitem(limited.app.config, "SETTINGS", changed)
    browser = Browser(limited.app.test_client())
    assert sent_files(browser, taken + 1, "203.0.113.40") == [422] * taken + [429]
    next_door = [429] if changed.file_checks_an_hour_in_all == taken else [422]
    assert sent_files(browser, 1, "203.0.113.41") == next_door


@pytest.mark.parametrize(("address", "everybody"), [(0, 1200), (-1, 1200), (200, 100)])
def test_an_address_is_granted_something_and_no_more_than_all_together(
    app: Flask, address: int, everybody: int
) -> None:
    known = app.config["SETTINGS"]
    check(replace(known, file_checks_an_hour=100, file_checks_an_hour_in_all=100))
    with pytest.raises(SettingsError, match="FILE_CHECKS_AN_HOUR must be"):
        check(replace(known, file_checks_an_hour=address, file_checks_an_hour_in_all=everybody))


def test_an_officer_sends_more_files_and_is_not_held_up_by_what_others_send(
    limited: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(limited.app.config["SETTINGS"], file_checks_an_hour=3, file_checks_an_hour_in_all=3)
    monkeypatch.setitem(limited.app.config, "SETTINGS", settings)
    assert sent_files(Browser(limited.app.test_client()), 4, "203.0.113.50") == [422] * 3 + [429]
    desk = limited.officer(Grant(Role.OFFICER, agency="municipality"))
    assert sent_files(desk, 34, "203.0.113.50") == [422] * 33 + [429]
    # A cookie that belongs to no session is a stranger's.
    stranger = Browser(limited.app.test_client())
    stranger.client.set_cookie("staff", "A" * 43)
    assert sent_files(stranger, 1, "203.0.113.50") == [429]


def test_look_ups_that_an_address_was_refused_are_not_counted_for_everybody(limited: World) -> None:
    client = limited.app.test_client()
    form = {"agency": "municipality", "number": "100001", "hijri_year": "1448", "digits": "0000"}
    form["csrf_token"] = Browser(client).token("/inquiry/transactions")
    answers = []
    for number in range(100_001, 100_026):
        here = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
        answers.append(client.post("/inquiry/transactions", data={**form, "number": str(number)}, **here).status_code)
    assert answers == [200] * 10 + [429] * 15
    with limited.app.app_context():
        left = limiter.limiter.get_window_stats(parse("3000/hour"), "everybody", "inquiries").remaining
    assert left == 3000 - 10


def test_an_officer_with_a_hundred_requests_a_minute_is_not_held_up(limited: World) -> None:
    desk = limited.officer(Grant(Role.OFFICER, agency="municipality"))
    path = "/desk/cases/1448-000001/steps/start_review"
    answers = posts(desk, path, 121)
    assert set(answers[:120]) == {404}
    assert answers[120] == 429
    # Many at once are counted apart.
    assert posts(desk, "/desk", 21) == [422] * 20 + [429]


def inquiries(world: World, asked: list[tuple[str, str]]) -> list[int]:
    """Answers to a stranger who asks for these numbers from these addresses."""
    client, path = world.app.test_client(), "/inquiry/transactions"
    form = {"csrf_token": Browser(client).token(path), "agency": "municipality", "hijri_year": "1448", "digits": "0008"}
    return [
        client.post(path, data={**form, "number": number}, environ_base={"REMOTE_ADDR": address}).status_code
        for number, address in asked
    ]


def test_a_transaction_is_asked_for_so_often_however_its_number_is_typed(limited: World) -> None:
    typed = ["0" * more + "67" for more in range(8)] + ["٦٧", "۶۷", "\u200f67", " 67 ", "00067\u200e"]
    asked = [(number, f"203.0.113.{place}") for place, number in enumerate(typed)]
    assert inquiries(limited, asked) == [200] * 12 + [429]
    assert inquiries(limited, [("68", "203.0.113.90")]) == [200]


def test_all_addresses_of_one_subscriber_are_limited_together(limited: World) -> None:
    asked = [(str(place), f"2001:db8:1:2:{place}::1") for place in range(1, 12)]
    assert inquiries(limited, asked) == [200] * 10 + [429]
    assert inquiries(limited, [("90", "2001:db8:1:3::1")]) == [200]
