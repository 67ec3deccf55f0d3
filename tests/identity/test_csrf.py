"""Each POST shows that it comes from our own page, by origin and by token."""

import pytest

from tests.support.signed_in import citizen_browser, person, token_of

OWN = "http://portal.test"
PATH = "/logout"


@pytest.fixture
def client(app):
    return citizen_browser(app, person(app))


@pytest.fixture
def token(client) -> str:
    return token_of(client, "/account/profile")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": OWN},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": OWN, "HX-Request": "true"},
    ],
)
def test_our_own_form_is_accepted(client, token, headers) -> None:
    assert client.post(PATH, data={"csrf_token": token}, headers=headers).status_code == 303


def test_the_token_may_come_in_the_header(client, token) -> None:
    assert client.post(PATH, headers={"X-CSRF-Token": token}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": f"{OWN}.evil.example"},
        {"Origin": "https://portal.test"},
        {"Origin": f"{OWN}:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_is_refused_even_with_the_token(client, token, headers) -> None:
    assert client.post(PATH, data={"csrf_token": token}, headers=headers).status_code == 400
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("given", ["", "0" * 64, "\u0660" * 64, None])
def test_without_the_token_nothing_happens(client, given) -> None:
    data = {} if given is None else {"csrf_token": given}
    assert client.post(PATH, data=data, headers={"Origin": OWN, "HX-Request": "true"}).status_code == 400
    assert client.get("/account").status_code == 200


def test_the_token_of_another_person_is_refused(app, client) -> None:
    other = token_of(citizen_browser(app, person(app, "1000000016")), "/account/profile")
    assert client.post(PATH, data={"csrf_token": other}).status_code == 400


def test_a_visitors_token_is_refused_once_signed_in(app, client) -> None:
    visitor = app.test_client()
    token = token_of(visitor, "/login")
    client.set_cookie("visitor", visitor.get_cookie("visitor").value)
    assert client.post(PATH, data={"csrf_token": token}).status_code == 400


def test_the_visitor_cookie_is_bound_to_the_token(app) -> None:
    first, second = app.test_client(), app.test_client()
    token = token_of(first, "/login")
    token_of(second, "/login")
    assert second.post("/login", data={"csrf_token": token}).status_code == 400


def test_a_stale_form_comes_back_with_everything_typed(client) -> None:
    typed = {"csrf_token": "old", "next": "/account", "words": '"><img src=x> نص'}
    answer = client.post("/logout", data=typed, headers={"Origin": OWN})
    words = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'name="next" value="/account"' in words
    assert 'value="&#34;&gt;&lt;img src=x&gt; نص"' in words
    assert '"old"' not in words
    token = words.split('name="csrf_token" value="')[-1][:64]
    assert client.post("/logout", data={"csrf_token": token}, headers={"Origin": OWN}).status_code == 303


def test_a_form_of_unknown_origin_is_not_offered_for_sending_again(client) -> None:
    answer = client.post("/logout", data={"words": "typed-words"})
    assert answer.status_code == 400
    assert "typed-words" not in answer.get_data(as_text=True)
