"""Nothing a dishonest or broken provider sends signs anybody in; it ends in a page and leaves nothing behind."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Response

from app.identity import outgoing
from app.identity.models import Person, WebSession
from tests.support.dishonest_provider import SECRET, TEXT, DishonestProvider, another_key

Lie = Callable[[DishonestProvider], None]


def claims(**changes: Any) -> Lie:
    """An ID token with other claims; None leaves one out, a function gets the honest value."""

    def tell(provider: DishonestProvider) -> None:
        provider.lies.claims = lambda honest: changed(honest, changes)

    return tell


def changed(honest: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    values = {**honest, **{name: value(honest) if callable(value) else value for name, value in changes.items()}}
    return {name: value for name, value in values.items() if value is not None}


def lie(place: str, **changes: Any) -> Lie:
    return lambda provider: setattr(provider.lies, place, lambda honest: changed(honest, changes))


def instead(place: str, answer: Callable[[], Any]) -> Lie:
    return lambda provider: setattr(provider.lies, place, lambda _: answer())


def signed(key: Callable[[DishonestProvider], Any], **header: Any) -> Lie:
    def tell(provider: DishonestProvider) -> None:
        provider.lies.signing_key = key(provider)
        provider.lies.header = lambda honest: changed(honest, header)

    return tell


def unsigned(provider: DishonestProvider) -> None:
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    provider.lies.id_token = lambda token: f"{none}.{token.split('.')[1]}."


def tampered(provider: DishonestProvider) -> None:
    def swap(token: str) -> str:
        head, _, signature = token.split(".")
        other = provider.sign({**provider.honest_claims("an-access-token"), "sub": "somebody-else"}).split(".")[1]
        return f"{head}.{other}.{signature}"

    provider.lies.id_token = swap


def nothing_published(provider: DishonestProvider) -> None:
    provider.lies.jwks = lambda _: {"keys": []}


def page(status: int) -> Callable[[], Response]:
    return lambda: Response(f"<b>{TEXT}</b>", status=status)


def redirected() -> Response:
    return Response(status=307, headers={"Location": "http://127.0.0.1:9/elsewhere"})


def huge() -> Response:
    return Response(b" " * 400_000, mimetype="application/json")


def soon(seconds: float) -> Callable[[Any], float]:
    return lambda _: time.time() + seconds


REFUSED: dict[str, Lie] = {
    "discovery of another issuer": lie("document", issuer="https://elsewhere.example"),
    "token endpoint of another host": lie("document", token_endpoint="http://localhost.example/token"),
    "userinfo endpoint of another host": lie("document", userinfo_endpoint="http://10.0.0.1/userinfo"),
    "discovery without endpoints": lie("document", authorization_endpoint=None),
    "no key published": nothing_published,
    "callback without issuer": lie("callback", iss=None),
    "callback of another issuer": lie("callback", iss="https://elsewhere.example"),
    "callback with another state": lie("callback", state="never-sent"),
    "callback without state": lie("callback", state=None),
    "callback without code": lie("callback", code=None),
    "callback with an error": lie("callback", code=None, error="access_denied", error_description=TEXT),
    "an error with another state": lie("callback", code=None, error="access_denied", state="never-sent"),
    "token endpoint says no": instead("token", lambda: Response('{"error":"invalid_grant"}', 400)),
    "token answer without id token": lie("token", id_token=None),
    "id token that is a number": lie("token", id_token=7),
    "id token that is no token": lie("token", id_token="a.b.c"),
    "another kind of token": lie("token", token_type="mac"),
    "no access token": lie("token", access_token=None),
    "access token with a line break": lie("token", access_token="a\r\nX: y"),
    "another issuer": claims(iss="https://elsewhere.example"),
    "issuer with a slash": claims(iss=lambda honest: honest["iss"] + "/"),
    "foreign audience with our azp": claims(aud="somebody", azp="portal"),
    "empty audience": claims(aud=[]),
    "extra audience": claims(aud=["portal", "somebody"]),
    "no audience": claims(aud=None),
    "foreign azp": claims(azp="somebody"),
    "expired": claims(exp=soon(-90)),
    "no expiry": claims(exp=None),
    "expiry in words": claims(exp="tomorrow"),
    "expiry that is true": claims(exp=True),
    "expiry beyond numbers": claims(exp=10**400),
    "issued in the future": claims(iat=soon(300)),
    "issued long ago": claims(iat=soon(-3600)),
    "not issued": claims(iat=None),
    "not yet valid": claims(nbf=soon(300)),
    "another nonce": claims(nonce="another"),
    "no nonce": claims(nonce=None),
    "no subject": claims(sub=None),
    "empty subject": claims(sub=""),
    "subject that is a number": claims(sub=7),
    "subject with a control character": claims(sub="fahd\n1"),
    "wrong at_hash": claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "lower level": claims(acr="low"),
    "no level": claims(acr=None),
    "signed in in the future": claims(auth_time=soon(3600)),
    "sign-in time in words": claims(auth_time="now"),
    "a logout token": claims(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
    "no signature": unsigned,
    "signed with our secret": signed(lambda _: SECRET.encode(), alg="HS256"),
    "signed with the public key as secret": signed(lambda p: p.key.as_pem(private=False), alg="HS256"),
    "stronger algorithm than agreed": signed(lambda p: p.key, alg="RS512"),
    "signed by a stranger": signed(lambda _: another_key()),
    "key nobody knows": signed(lambda _: another_key("other"), kid="other"),
    "an access token's type": signed(lambda p: p.key, typ="at+jwt"),
    "tampered after signing": tampered,
    "userinfo of somebody else": lie("userinfo", sub="somebody"),
    "userinfo of nobody": lie("userinfo", sub=None),
    "userinfo with another number": lie("userinfo", national_id="1000000016"),
    "userinfo refused": instead("userinfo", page(401)),
    "unknown country": claims(id_country="XX"),
}
MISSING: dict[str, Lie] = {
    "no number": lambda p: p.person.pop("national_id") and None,
    "number that is a list": lambda p: p.person.update(national_id=["1000000008"]),
    "number in words": lambda p: p.person.update(national_id="<script>"),
    "no name": lambda p: p.person.update(name="", name_en=None),
    "name of blanks": lambda p: p.person.update(name="\u202e \u200f", name_en=" "),
}
AWAY: dict[str, Lie] = {
    "discovery broken": instead("document", page(500)),
    "discovery without sense": instead("document", lambda: Response(TEXT)),
    "discovery that is a list": instead("document", lambda: Response("[]", mimetype="application/json")),
    "discovery too big": instead("document", huge),
    "discovery elsewhere": instead("document", redirected),
    "keys broken": instead("jwks", page(500)),
    "keys without sense": lie("jwks", keys="none"),
    "token endpoint broken": instead("token", page(500)),
    "token endpoint elsewhere": instead("token", redirected),
    "token answer cut off": instead("token", lambda: Response('{"access_token": "x', mimetype="application/json")),
    "token answer too big": instead("token", huge),
    "token answer that is a list": instead("token", lambda: Response("[]", mimetype="application/json")),
    "userinfo broken": instead("userinfo", page(503)),
    "userinfo elsewhere": instead("userinfo", redirected),
    "userinfo without sense": instead("userinfo", lambda: Response(TEXT)),
}
CASES = [
    *[pytest.param(tell, 400, "لم يكتمل الدخول", id=name) for name, tell in REFUSED.items()],
    *[pytest.param(tell, 400, "بياناتك غير مكتملة", id=name) for name, tell in MISSING.items()],
    *[pytest.param(tell, 503, "النفاذ الموحد لا يستجيب", id=name) for name, tell in AWAY.items()],
]


@pytest.mark.parametrize(("tell", "status", "title"), CASES)
def test_a_lie_signs_nobody_in(provider, visitor, rows, tell: Lie, status: int, title: str) -> None:
    tell(provider)
    answer = visitor.sign_in("/account")
    words = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in words
    assert TEXT not in words
    assert "elsewhere" not in words
    assert not any(row.person_id or row.staff_id for row in rows(WebSession))
    assert rows(Person) == []
    assert visitor.client.get("/account").status_code == 303


def test_a_refused_sign_in_leaves_neither_row_nor_cookie(provider, visitor, rows) -> None:
    provider.lies.claims = lambda honest: {**honest, "aud": "somebody"}
    visitor.sign_in()
    assert rows(WebSession) == []
    assert visitor.client.get_cookie("citizen") is None


def test_a_code_is_asked_for_once_even_if_the_callback_comes_twice(provider, visitor, rows) -> None:
    path = visitor.at_provider(visitor.begin())
    assert visitor.client.get(path).status_code == 303
    provider.requests.clear()
    again = visitor.client.get(path)
    assert again.location.startswith("/login/refused")
    assert "/token" not in provider.requests
    assert visitor.client.get("/login").status_code == 303, "the first sign-in stands"


def test_a_callback_in_another_browser_signs_nobody_in(provider, visitor, new_visitor, rows) -> None:
    path = visitor.at_provider(visitor.begin())
    assert new_visitor().client.get(path).location.startswith("/login/refused")
    assert not any(row.person_id for row in rows(WebSession))


def test_a_provider_nobody_can_reach_is_a_page(app, provider, visitor) -> None:
    app.extensions["sign_in"]["citizen"].issuer = "http://127.0.0.1:9"
    answer = visitor.sign_in()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_refusal_is_told_in_the_language_of_the_beginning(provider, visitor) -> None:
    provider.lies.claims = lambda honest: {**honest, "aud": "somebody"}
    from tests.support.signed_in import token_of

    form = {"csrf_token": token_of(visitor.client, "/en/login"), "next": "/en/account"}
    begun = visitor.client.post("/en/login", data=form, headers={"Origin": "http://localhost"})
    answer = visitor.client.get(visitor.at_provider(begun), follow_redirects=True)
    assert "Sign-in was not completed" in answer.get_data(as_text=True)
    assert answer.status_code == 400


def test_a_provider_that_accepts_and_says_nothing_does_not_hold_the_page(app, provider, visitor, monkeypatch) -> None:
    monkeypatch.setattr(outgoing, "SILENT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app.extensions["sign_in"]["citizen"].issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        assert visitor.sign_in().status_code == 503
        assert time.monotonic() - began < 3


def test_an_answer_that_drips_is_cut_off(provider, visitor, monkeypatch) -> None:
    def drops() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.05)
            yield b" "

    monkeypatch.setattr(outgoing, "WHOLE_SECONDS", 0.5)
    provider.lies.token = lambda _: Response(drops(), mimetype="application/json")
    began = time.monotonic()
    assert visitor.sign_in().status_code == 503
    assert time.monotonic() - began < 3
