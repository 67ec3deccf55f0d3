"""Each lie and each failure of a provider, as the client meets it."""

import base64
import json
import time
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.faults import TOKEN
from tests.sandbox.running import Client, RunningSandbox


def part(token: str, index: int) -> dict[str, Any]:
    text = token.split(".")[index]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def tokens_with(client: Client, lie: str) -> dict[str, Any]:
    client.sandbox.fault("id_token", lie)
    tokens: dict[str, Any] = client.exchange(client.sign_in(acr_values="urn:level:high", prompt="login")["code"]).json()
    return tokens


def keys(client: Client) -> KeySet:
    return KeySet.import_key_set(client.sandbox.get("/id/jwks.json").json())


def is_signed(client: Client, token: str) -> bool:
    try:
        jwt.decode(token, keys(client), algorithms=["RS256"])
    except (JoseError, ValueError):
        return False
    return True


@pytest.mark.parametrize("lie", [lie for lie in TOKEN if not lie.startswith("userinfo")])
def test_each_lie_makes_a_token_that_differs_from_an_honest_one(client: Client, lie: str) -> None:
    token = tokens_with(client, lie)["id_token"]
    now = time.time()
    claims, header = part(token, 1), part(token, 0)
    honest = {
        "signed": is_signed(client, token),
        "typ": header.get("typ") == "JWT",
        "iss": claims["iss"] == client.issuer,
        "aud": claims["aud"] == client.client_id,
        "nonce": claims.get("nonce") == client.nonce,
        "times": now - 60 < claims["iat"] < now + 60 < claims["exp"],
        "sub": "sub" in claims,
        "acr": claims.get("acr") == "urn:level:high",
        "auth_time": abs(claims.get("auth_time", 0) - now) < 60,
        "at_hash": claims["at_hash"] != "A" * 22,
        "person": claims.get("national_id") == "1000000008" and "name" in claims,
    }
    assert [name for name, holds in honest.items() if not holds], f"{lie} tells the truth"


@pytest.mark.parametrize(
    ("lie", "claim", "value"),
    [
        ("wrong_aud", "aud", "another-client"),
        ("empty_aud", "aud", []),
        ("wrong_iss", "iss", "https://stranger.example"),
    ],
)
def test_a_lie_changes_one_claim_and_is_properly_signed(client: Client, lie: str, claim: str, value: object) -> None:
    token = tokens_with(client, lie)["id_token"]
    assert part(token, 1)[claim] == value
    assert is_signed(client, token)


@pytest.mark.parametrize(("lie", "algorithm"), [("alg_none", "none"), ("alg_hs256", "HS256"), ("alg_rs512", "RS512")])
def test_other_algorithms_are_really_used(client: Client, lie: str, algorithm: str) -> None:
    token = tokens_with(client, lie)["id_token"]
    assert part(token, 0)["alg"] == algorithm


def test_userinfo_may_be_about_somebody_else(client: Client) -> None:
    honest = client.userinfo(tokens_with(client, "none")["access_token"]).json()
    token = tokens_with(client, "userinfo_other_sub")["access_token"]
    assert client.userinfo(token).json()["sub"] != honest["sub"]
    token = tokens_with(client, "userinfo_other_national_id")["access_token"]
    assert client.userinfo(token).json()["national_id"] != honest["national_id"]


def test_a_missing_identity_number_is_missing_everywhere(client: Client) -> None:
    tokens = tokens_with(client, "no_national_id")
    assert "national_id" not in part(tokens["id_token"], 1)
    assert "national_id" not in client.userinfo(tokens["access_token"]).json()


def test_one_demo_person_has_no_name(client: Client) -> None:
    tokens = client.exchange(client.sign_in("nameless", "1000000040")["code"]).json()
    assert not [name for name in client.userinfo(tokens["access_token"]).json() if name.startswith("name")]


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        ("callback_no_iss", {"iss": None}),
        ("callback_other_iss", {"iss": "https://stranger.example"}),
        ("callback_other_state", {"state": "a-state-you-never-sent"}),
        ("callback_error", {"error": "server_error", "code": None}),
    ],
)
def test_the_way_back_can_lie_too(client: Client, fault: str, changed: dict[str, str | None]) -> None:
    client.sandbox.fault("id", fault, times=1)
    back = client.sign_in()
    assert {name: back.get(name) for name in changed} == changed


def test_a_provider_that_is_away_is_away_everywhere_but_only_itself(client: Client) -> None:
    client.sandbox.fault("id", "away")
    for path in ("/id/.well-known/openid-configuration", "/id/jwks.json", "/id/authorize", "/id/userinfo"):
        assert client.sandbox.get(path).status_code == 503
    assert client.sandbox.get("/staff/jwks.json").status_code == 200
    client.sandbox.post("/faults/none")
    assert client.sandbox.get("/id/jwks.json").status_code == 200


def test_a_provider_may_hang_up(client: Client) -> None:
    client.sandbox.fault("id", "cut", times=1)
    with pytest.raises(requests.ConnectionError):
        client.sandbox.get("/id/jwks.json")


@pytest.mark.parametrize(
    ("fault", "status"), [("token_500", 500), ("token_redirect", 307), ("token_garbage", 200), ("token_huge", 200)]
)
def test_the_token_answer_may_be_broken(client: Client, fault: str, status: int) -> None:
    code = client.sign_in()["code"]
    client.sandbox.fault("id", fault, times=1)
    data = {"grant_type": "authorization_code", "code": code}
    answer = client.sandbox.post("/id/token", data=data, allow_redirects=False, stream=True)
    assert answer.status_code == status
    if fault == "token_garbage":
        with pytest.raises(ValueError):
            answer.json()
    if fault == "token_huge":
        assert sum(len(piece) for piece in answer.iter_content(65_536)) > 40_000_000


def test_discovery_may_name_another_issuer(client: Client) -> None:
    client.sandbox.fault("id", "discovery_issuer", times=1)
    url = "/id/.well-known/openid-configuration"
    assert client.sandbox.get(url).json()["issuer"] != client.issuer
    assert client.sandbox.get(url).json()["issuer"] == client.issuer


def test_keys_rotate_with_overlap_without_and_under_the_same_name(client: Client) -> None:
    before = client.exchange(client.sign_in()["code"]).json()["id_token"]
    first = client.sandbox.get("/id/jwks.json").json()["keys"]
    client.sandbox.post("/id/keys", data={"how": "overlap"})
    assert len(client.sandbox.get("/id/jwks.json").json()["keys"]) == len(first) + 1
    assert is_signed(client, before)
    client.sandbox.post("/id/keys", data={"how": "same_kid"})
    same = client.sandbox.get("/id/jwks.json").json()["keys"]
    assert len(same) == 1
    client.sandbox.post("/id/keys", data={"how": "withdraw"})
    last = client.sandbox.get("/id/jwks.json").json()["keys"]
    assert (len(last), last[0]["kid"] == same[0]["kid"]) == (1, False)
    assert not is_signed(client, before)
    assert is_signed(client, client.exchange(client.sign_in(prompt="login")["code"]).json()["id_token"])


def test_an_unknown_fault_is_refused(sandbox: RunningSandbox) -> None:
    assert sandbox.post("/faults", json={"component": "sms", "kind": "explode"}).status_code == 422
    assert sandbox.post("/faults", data={"component": "nobody", "kind": "hang"}).status_code == 422
    assert sandbox.post("/faults", json=["hang"]).status_code == 422
    assert sandbox.get("/faults/active.json").json() == {}
