"""What an honest provider leads to."""

import time

import pytest
from flask import Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from app.identity.audit import AuditRow
from app.identity.models import Login, Person, WebSession
from tests.support.dishonest_provider import CLIENT, another_key
from tests.support.signed_in import identity, person


def test_a_person_signs_in_and_lands_where_he_wanted_to_go(app, provider, visitor, rows) -> None:
    answer = visitor.sign_in("/services/emirate_appointment/apply?x=1")
    assert answer.status_code == 303
    assert answer.location == "/services/emirate_appointment/apply?x=1"
    (found,) = rows(Person)
    with app.app_context():
        assert found.identity_number == "1000000008"
        assert found.mobile == "+966512345678"
    assert (found.country, found.name_ar, found.name_en) == ("SA", "فهد بن عبدالله السالم", "Fahd Alsalem")
    (login,) = rows(Login)
    assert (login.issuer, login.sub) == (provider.issuer, "fahd-1")
    assert [row.kind for row in rows(AuditRow)] == ["signin"]


def test_the_request_is_made_as_agreed(provider, visitor) -> None:
    visitor.sign_in()
    asked = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["acr_values"] == "high"
    assert asked["ui_locales"] == "ar"
    assert asked["redirect_uri"] == "http://portal.test/auth/callback"
    assert "max_age" not in asked
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_the_reference_changes_at_sign_in_and_only_its_hash_is_kept(provider, visitor, rows) -> None:
    begun = visitor.begin()
    before = visitor.client.get_cookie("citizen").value
    visitor.client.get(visitor.at_provider(begun))
    after = visitor.client.get_cookie("citizen").value
    assert before != after
    assert len(after) >= 43
    (row,) = rows(WebSession)
    assert after.encode() not in row.reference_hash
    visitor.client.set_cookie("citizen", before)
    assert visitor.client.get("/account").status_code == 303


def test_names_come_from_the_provider_and_the_profile_from_the_person(app, provider, visitor, rows) -> None:
    from app.extensions import transaction
    from app.identity import people

    visitor.sign_in()
    with app.app_context(), transaction():
        found = people.find_by_number("SA", "1000000008")
        people.set_mobile(found, "+966512345999", source="person")
        people.set_email(found, "own@example.com")
    provider.person |= {"name": "فهد السالم", "phone_number": "+966500000000", "email": "new@example.com"}
    visitor.client.delete_cookie("citizen")
    visitor.sign_in()
    (found,) = rows(Person)
    with app.app_context():
        assert (found.name_ar, found.mobile, found.email) == ("فهد السالم", "+966512345999", "own@example.com")


def test_a_person_known_before_is_recognised_by_number(app, provider, visitor, rows) -> None:
    from app.extensions import transaction
    from app.identity import people

    with app.app_context(), transaction():
        people.find_or_add(identity())
    visitor.sign_in()
    assert len(rows(Person)) == 1
    assert len(rows(Login)) == 1


def test_a_number_bound_to_another_sub_is_refused_and_noted(provider, visitor, new_visitor, rows) -> None:
    visitor.sign_in()
    provider.person["sub"] = "somebody-else"
    answer = new_visitor().sign_in()
    assert answer.status_code == 400
    noted = [row for row in rows(AuditRow) if row.kind == "signin.refused"]
    assert [(row.detail["cause"], row.subject_person_id) for row in noted] == [
        ("number_bound_to_another", rows(Person)[0].id)
    ]
    assert len(rows(Login)) == 1


def test_a_sub_that_comes_with_another_number_is_refused(provider, visitor, new_visitor, rows) -> None:
    visitor.sign_in()
    provider.person["national_id"] = "1000000016"
    assert new_visitor().sign_in().status_code == 400
    assert len(rows(Person)) == 1


def test_the_same_number_of_two_countries_is_two_people(provider, visitor, new_visitor, rows) -> None:
    visitor.sign_in()
    provider.person |= {"sub": "other", "id_country": "QA"}
    assert new_visitor().sign_in().status_code == 303
    assert sorted(row.country for row in rows(Person)) == ["QA", "SA"]


@pytest.mark.parametrize("number", [1000000008, "١٠٠٠٠٠٠٠٠٨"])
def test_a_number_is_read_in_the_spellings_met_in_the_wild(app, provider, visitor, rows, number) -> None:
    provider.person["national_id"] = number
    assert visitor.sign_in().status_code == 303
    with app.app_context():
        assert rows(Person)[0].identity_number == "1000000008"


def test_decimal_times_are_accepted(provider, visitor, rows) -> None:
    provider.lies.claims = lambda honest: {**honest, "auth_time": time.time() - 2.5}
    assert visitor.sign_in().status_code == 303
    assert rows(WebSession)[0].auth_time is not None


def test_a_token_without_key_id_is_tried_with_every_key(provider, visitor) -> None:
    other = another_key("other")
    provider.lies.jwks = lambda keys: {"keys": [other.as_dict(private=False), *keys["keys"]]}
    provider.lies.header = lambda header: {"alg": "RS256"}
    assert visitor.sign_in().status_code == 303


def test_keys_of_other_kinds_beside_the_right_one_do_no_harm(provider, visitor) -> None:
    strange = [{"kty": "PQC", "kid": "x"}, {"kty": "RSA", "kid": 7, "n": "!", "e": "AQAB"}, "nonsense", None]
    provider.lies.jwks = lambda keys: {"keys": [*strange, *keys["keys"]]}
    assert visitor.sign_in().status_code == 303


def test_a_new_key_is_found_at_once_and_a_withdrawn_one_forgotten(app, provider, visitor, new_visitor) -> None:
    visitor.sign_in()
    old, provider.key = provider.key, another_key("second")
    app.extensions["sign_in"]["citizen"]._keys.read_at -= 31
    assert new_visitor().sign_in().status_code == 303
    provider.lies.signing_key, provider.lies.header = old, lambda header: {**header, "kid": "first"}
    assert new_visitor().sign_in().status_code == 400
    provider.key = old


def test_keys_are_not_read_again_for_every_bad_signature(provider, visitor, new_visitor) -> None:
    provider.lies.signing_key = another_key()
    for _ in range(3):
        new_visitor().sign_in()
    assert provider.requests.count("/jwks") == 1


def test_what_the_provider_says_of_itself_has_an_age_limit(app, provider, visitor, new_visitor) -> None:
    visitor.sign_in()
    new_visitor().sign_in()
    assert provider.requests.count("/.well-known/openid-configuration") == 1
    app.extensions["sign_in"]["citizen"]._document.read_at -= 601
    new_visitor().sign_in()
    assert provider.requests.count("/.well-known/openid-configuration") == 2


def test_the_request_is_pushed_where_the_provider_takes_it(provider, visitor) -> None:
    provider.offers_par = True
    begun = visitor.begin()
    assert "code_challenge" not in begun.location
    assert "request_uri=" in begun.location
    assert visitor.client.get(visitor.at_provider(begun)).status_code == 303
    assert provider.asked["code_challenge_method"] == "S256"


@pytest.mark.parametrize(
    ("answer", "status"),
    [(lambda honest: {}, 400), (lambda honest: Response("no", 500), 503), (lambda honest: {"request_uri": 7}, 400)],
)
def test_a_push_that_fails_is_a_page(provider, visitor, answer, status) -> None:
    provider.offers_par, provider.lies.pushed = True, answer
    assert visitor.begin().status_code == status


def test_the_portal_can_prove_itself_with_its_own_key(app, provider, visitor) -> None:
    key = RSAKey.generate_key(2048, auto_kid=True)
    app.extensions["sign_in"]["citizen"].private_key = key
    assert visitor.sign_in().status_code == 303
    token = jwt.decode(provider.token_form["client_assertion"], key, algorithms=["RS256"])
    assert token.header["kid"] == key.kid
    assert (token.claims["iss"], token.claims["sub"], token.claims["aud"]) == (CLIENT, CLIENT, provider.issuer)
    assert token.claims["exp"] - time.time() <= 120
    published = app.test_client().get("/.well-known/jwks.json").get_json()["keys"]
    assert key.kid in [entry["kid"] for entry in published]
    assert all("d" not in entry for entry in published)


def test_signed_userinfo_is_understood(provider, visitor) -> None:
    provider.lies.userinfo = lambda person: Response(
        provider.sign({"iss": provider.issuer, "aud": CLIENT, **person}), mimetype="application/jwt"
    )
    assert visitor.sign_in().status_code == 303


def test_signed_userinfo_for_somebody_else_is_not(provider, visitor) -> None:
    provider.lies.userinfo = lambda person: Response(
        provider.sign({"iss": provider.issuer, "aud": "other", **person}), mimetype="application/jwt"
    )
    assert visitor.sign_in().status_code == 400


def test_twenty_begun_sign_ins_in_one_browser_do_no_harm(provider, visitor, rows) -> None:
    begun = [visitor.begin() for _ in range(20)]
    (row,) = rows(WebSession)
    assert len(row.begun) == 5
    assert visitor.client.get(visitor.at_provider(begun[-1])).status_code == 303
    assert len(visitor.client.get_cookie("citizen").value) < 100


def test_a_fresh_sign_in_is_asked_for_and_checked(provider, visitor, new_visitor) -> None:
    assert visitor.sign_in(again="600").status_code == 303
    assert provider.asked["max_age"] == "600"
    provider.lies.claims = lambda honest: {**honest, "auth_time": time.time() - 900}
    assert new_visitor().sign_in(again="600").status_code == 400
    provider.lies.claims = lambda honest: {name: value for name, value in honest.items() if name != "auth_time"}
    assert new_visitor().sign_in(again="600").status_code == 400


def test_an_english_beginning_asks_for_an_english_provider(provider, visitor) -> None:
    from tests.support.signed_in import token_of

    form = {"csrf_token": token_of(visitor.client, "/en/login")}
    visitor.at_provider(visitor.client.post("/en/login", data=form))
    assert provider.asked["ui_locales"] == "en"


def test_somebody_who_is_signed_in_goes_straight_on(app) -> None:
    from tests.support.signed_in import citizen_browser

    client = citizen_browser(app, person(app))
    answer = client.get("/login?next=/account/cases")
    assert (answer.status_code, answer.location) == (303, "/account/cases")
