"""Signing out ends both sessions, and the provider can end ours behind the browser's back."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from app.identity.models import LogoutToken, WebSession
from tests.support.dishonest_provider import another_key
from tests.support.signed_in import token_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def signed_in(provider, visitor):
    assert visitor.sign_in().status_code == 303
    return visitor.client


def told(app, token: str) -> int:
    """The status that another worker's client gets for this logout token."""
    return app.test_client().post("/auth/backchannel-logout", data={"logout_token": token}).status_code


def test_signing_out_ends_the_session_here_first_and_then_at_the_provider(provider, signed_in, rows) -> None:
    cookie = signed_in.get_cookie("citizen").value
    answer = signed_in.post("/logout", data={"csrf_token": token_of(signed_in, "/account/profile")})
    asked = parse_qs(urlsplit(answer.location).query)
    assert answer.location.startswith(f"{provider.issuer}/end?")
    assert asked["post_logout_redirect_uri"] == ["http://portal.test/signed-out"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert rows(WebSession) == []
    signed_in.set_cookie("citizen", cookie)
    assert signed_in.get("/account").status_code == 303


def test_signing_out_works_while_the_provider_is_away(app, provider, signed_in, rows) -> None:
    token = token_of(signed_in, "/account/profile")
    app.extensions["sign_in"]["citizen"]._document.read_at -= 601
    app.extensions["sign_in"]["citizen"].issuer = "http://127.0.0.1:9"
    answer = signed_in.post("/logout", data={"csrf_token": token}, follow_redirects=True)
    assert answer.status_code == 200
    assert "لم يستجب النفاذ الموحد" in answer.get_data(as_text=True)
    assert rows(WebSession) == []


def test_the_raw_id_token_is_kept_sealed(app, signed_in, rows) -> None:
    (row,) = rows(WebSession)
    with app.app_context():
        assert row.id_token.count(".") == 2
        assert row.id_token.encode() not in bytes(row.id_token_sealed)


def test_a_logout_token_ends_the_session(app, provider, signed_in) -> None:
    assert told(app, provider.logout_token()) == 200
    assert signed_in.get("/account").status_code == 303
    assert signed_in.get("/account", headers={"HX-Request": "true"}).status_code == 401


def test_a_sid_ends_that_session_and_a_sub_ends_them_all(app, provider, signed_in, new_visitor) -> None:
    provider.sid = "sid-2"
    second = new_visitor()
    second.sign_in()
    assert told(app, provider.logout_token(sid="sid-1")) == 200
    assert signed_in.get("/account").status_code == 303
    assert second.client.get("/account").status_code == 200
    assert told(app, provider.logout_token(sid=None)) == 200
    assert second.client.get("/account").status_code == 303


def test_others_stay_signed_in(app, provider, signed_in, new_visitor) -> None:
    provider.person |= {"sub": "noura-1", "national_id": "1000000016"}
    provider.sid = "sid-9"
    other = new_visitor()
    other.sign_in()
    assert told(app, provider.logout_token(sub="fahd-1", sid="sid-1")) == 200
    assert other.client.get("/account").status_code == 200


def test_a_logout_token_counts_once(app, provider, signed_in, new_visitor, rows) -> None:
    token = provider.logout_token(jti="once")
    assert told(app, token) == 200
    new = new_visitor()
    new.sign_in()
    assert told(app, token) == 400
    assert new.client.get("/account").status_code == 200
    assert [row.jti for row in rows(LogoutToken)] == ["once"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody"},
        {"aud": []},
        {"aud": ["portal", "x"]},
        {"nonce": "n"},
        {"events": None},
        {"events": {}},
        {"events": {EVENT: True}},
        {"events": [EVENT]},
        {"jti": None},
        {"jti": 7},
        {"sub": None, "sid": None},
        {"sub": 7},
        {"iat": None},
        {"iat": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
        {"exp": 1},
    ],
)
def test_a_wrong_logout_token_ends_nothing(app, provider, signed_in, changes) -> None:
    assert told(app, provider.logout_token(**changes)) == 400
    assert signed_in.get("/account").status_code == 200


def test_a_logout_token_of_a_stranger_ends_nothing(app, provider, signed_in) -> None:
    claims = {
        "iss": provider.issuer,
        "aud": "portal",
        "iat": int(time.time()),
        "jti": "x",
        "sub": "fahd-1",
        "events": {EVENT: {}},
    }
    assert told(app, provider.sign(claims, key=another_key())) == 400
    assert told(app, provider.id_token("an-access-token")) == 400
    assert told(app, "nonsense") == 400
    assert app.test_client().post("/auth/backchannel-logout").status_code == 400
    assert signed_in.get("/account").status_code == 200


def test_staff_sign_out_by_the_same_address(app, provider, new_visitor) -> None:
    from app.identity.actors import Grant
    from app.kit.roles import Role
    from tests.support.signed_in import member

    member(app, Grant(Role.OFFICER, agency="emirate"), email="fahd@example.com")
    provider.person["email_verified"] = True
    officer = new_visitor("staff")
    assert officer.sign_in().status_code == 303
    assert told(app, provider.logout_token()) == 200
    assert officer.client.get("/desk").status_code == 303
