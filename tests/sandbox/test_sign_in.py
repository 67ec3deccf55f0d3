"""The code flow at the citizens' provider, walked as a client and a browser walk it."""

import time

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.sandbox.running import Client, ListeningPortal, RunningSandbox, number_shown, until

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def claims_of(client: Client, token: str) -> dict[str, object]:
    keys = KeySet.import_key_set(client.sandbox.get(f"/{client.provider}/jwks.json").json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


def test_a_citizen_signs_in_with_the_number_shown(client: Client) -> None:
    waiting = client.ask_number("1000000008", acr_values="urn:level:high", ui_locales="ar")
    assert waiting.headers["Refresh"] == "10"
    assert int(number_shown(waiting)) in client.sandbox.get("/phone/fahd/prompt.json").json()["choices"]
    assert client.pick("fahd", int(number_shown(waiting))).url.endswith("answered=approved")
    back = client.returned(client.go(waiting.url))
    assert back["state"] == client.state
    assert back["iss"] == client.issuer
    tokens = client.exchange(back["code"]).json()
    claims = claims_of(client, tokens["id_token"])
    assert claims["iss"] == client.issuer
    assert claims["aud"] == client.client_id
    assert claims["nonce"] == client.nonce
    assert claims["acr"] == "urn:level:high"
    assert abs(int(str(claims["auth_time"])) - time.time()) < 30
    assert claims["national_id"] == "1000000008"
    userinfo = client.userinfo(tokens["access_token"]).json()
    assert userinfo.items() <= claims.items()
    assert {"name", "name_ar", "name_en", "birthdate", "birthdate_hijri", "gender"} <= userinfo.keys()
    assert {"phone_number", "email", "nationality", "id_type", "id_country"} <= userinfo.keys()


def test_arabic_digits_are_an_identity_number_too(client: Client) -> None:
    assert number_shown(client.ask_number("١٠٠٠٠٠٠٠٠٨"))
    assert number_shown(client.ask_number("۲۸۰۶۳۴۰۰۰۰۰")), "Persian digits, and the Qatari"


def test_an_unknown_number_is_said_at_the_field_and_what_was_typed_stays(client: Client) -> None:
    page = client.ask_number("1111111111")
    assert page.status_code == 422
    assert 'value="1111111111"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert client.go(page.url, "POST", data={"national_id": ""}).status_code == 422


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_wrong_request_is_answered_at_the_callback(client: Client, change: dict[str, str | None], error: str) -> None:
    assert client.returned(client.authorize(**change))["error"] == error


@pytest.mark.parametrize("change", [{"client_id": "nobody"}, {"redirect_uri": "http://127.0.0.1:9/other"}])
def test_an_unknown_client_or_address_is_sent_nowhere(client: Client, change: dict[str, str]) -> None:
    answer = client.authorize(**change)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_code_is_good_once_and_its_second_use_takes_the_token_back(client: Client) -> None:
    code = client.sign_in()["code"]
    tokens = client.exchange(code).json()
    assert client.userinfo(tokens["access_token"]).status_code == 200
    assert client.exchange(code).json() == {"error": "invalid_grant"}
    assert client.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize("change", [{"code_verifier": "x" * 50}, {"redirect_uri": "http://127.0.0.1:9/other"}])
def test_a_stolen_code_alone_gives_nothing(client: Client, change: dict[str, str]) -> None:
    answer = client.exchange(client.sign_in()["code"], **change)
    assert answer.status_code == 400
    assert "id_token" not in answer.json()


def test_a_wrong_secret_is_refused(client: Client) -> None:
    code = client.sign_in()["code"]
    client.secret = "wrong"
    assert client.exchange(code).status_code == 401


def test_a_client_may_prove_itself_by_its_own_key(client: Client, portal: ListeningPortal) -> None:
    key = RSAKey.generate_key(2048, {"kid": "k1"})
    portal.keys = {"keys": [key.as_dict(private=False)]}
    client.register(client_secret="", jwks_uri=f"{portal.url}/keys")

    def assertion(audience: str, signer: RSAKey, seconds: int = 60) -> dict[str, str]:
        claims = {"iss": "test", "sub": "test", "aud": audience, "exp": int(time.time()) + seconds, "jti": "1"}
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, signer)
        return {"client_assertion_type": ASSERTION, "client_assertion": token}

    for audience in (client.issuer, f"{client.issuer}/token"):
        assert client.exchange(client.sign_in(prompt="login")["code"], **assertion(audience, key)).status_code == 200
    code = client.sign_in(prompt="login")["code"]
    assert client.exchange(code, **assertion("https://elsewhere.example", key)).status_code == 401
    assert client.exchange(code, **assertion(client.issuer, RSAKey.generate_key(2048))).status_code == 401
    assert client.exchange(code, **assertion(client.issuer, key, seconds=-600)).status_code == 401


def test_a_request_may_be_pushed_first(client: Client) -> None:
    pushed = client.sandbox.post("/id/par", data=client.request(), auth=(client.client_id, client.secret))
    assert pushed.status_code == 201
    handle = {"client_id": client.client_id, "request_uri": pushed.json()["request_uri"]}
    form = client.go(f"{client.issuer}/authorize", params=handle)
    assert "/id/sign-in/" in form.url
    assert client.go(f"{client.issuer}/authorize", params=handle).status_code == 400, "a handle is good once"


def test_who_is_signed_in_is_not_asked_again_unless_the_client_wants_it(client: Client) -> None:
    first = client.sign_in()
    again = client.returned(client.authorize(prompt="none"))
    assert again["code"] != first["code"]
    assert "/id/sign-in/" in client.authorize(prompt="login").url
    assert "code" in client.returned(client.authorize(max_age="600"))
    client.sandbox.post("/clock", json={"seconds": 3600})
    assert "/id/sign-in/" in client.authorize(max_age="600").url


def test_signing_out_ends_the_session_and_tells_the_client_behind_the_browsers_back(
    client: Client, portal: ListeningPortal
) -> None:
    client.register(
        post_logout_redirect_uris=["http://127.0.0.1:9/bye"], backchannel_logout_uri=f"{portal.url}/backchannel"
    )
    token = client.exchange(client.sign_in()["code"]).json()["id_token"]
    asked = {"id_token_hint": token, "post_logout_redirect_uri": "http://127.0.0.1:9/bye", "state": "xyz"}
    answer = client.go(f"{client.issuer}/end-session", params=asked)
    assert answer.headers["Location"] == "http://127.0.0.1:9/bye?state=xyz"
    until(lambda: portal.heard)
    told = claims_of(client, portal.heard[0]["fields"]["logout_token"])
    assert told["sid"] == claims_of(client, token)["sid"]
    assert told["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in told
    assert client.returned(client.authorize(prompt="none"))["error"] == "login_required"


def test_signing_out_never_leads_to_an_address_that_is_not_registered(client: Client) -> None:
    token = client.exchange(client.sign_in()["code"]).json()["id_token"]
    asked = {"id_token_hint": token, "post_logout_redirect_uri": "http://127.0.0.1:9/evil"}
    answer = client.go(f"{client.issuer}/end-session", params=asked)
    assert answer.url.endswith("/id/signed-out")


def test_a_session_can_be_ended_from_outside(client: Client, portal: ListeningPortal) -> None:
    client.register(backchannel_logout_uri=f"{portal.url}/backchannel")
    token = client.exchange(client.sign_in()["code"]).json()["id_token"]
    client.sandbox.post("/id/sessions/end", data={"sid": claims_of(client, token)["sid"]})
    until(lambda: portal.heard)
    assert portal.heard[0]["path"] == "/backchannel"


def test_staff_sign_in_with_one_press(sandbox: RunningSandbox) -> None:
    client = Client(sandbox, "staff").register()
    page = client.authorize()
    assert page.text.count('name="person"') >= 10
    back = client.returned(client.go(page.url, "POST", data={"person": "officer"}))
    claims = claims_of(client, client.exchange(back["code"]).json()["id_token"])
    assert claims["iss"] == f"{sandbox.url}/staff"
    assert claims["email_verified"] is True
    assert claims["email"] == "officer@bawaba.example"
    assert {"sub", "name", "national_id"} <= claims.keys()


def test_one_employee_is_also_a_demo_citizen(sandbox: RunningSandbox) -> None:
    people = {}
    for provider, way in (("staff", "person"), ("id", "number")):
        client = Client(sandbox, provider).register()
        if way == "person":
            back = client.returned(client.go(client.authorize().url, "POST", data={"person": "saad"}))
        else:
            back = client.sign_in("saad", "1000000032")
        people[provider] = claims_of(client, client.exchange(back["code"]).json()["id_token"])
    assert people["staff"]["national_id"] == people["id"]["national_id"]
