"""People and staff in the database, and browsers that are signed in as them (without a provider)."""

import re
import uuid
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.calendars.clock import now
from app.extensions import transaction
from app.identity import people, sessions, staff
from app.identity.actors import Grant
from app.identity.browser import cookie_name
from app.identity.claims import Identity
from app.identity.sessions import SignedIn

TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


def identity(number: str = "1000000008", **changes: Any) -> Identity:
    values: dict[str, Any] = {
        "country": "SA",
        "number": number,
        "id_type": "citizen",
        "name_ar": "فهد بن عبدالله السالم",
        "name_en": "Fahd Alsalem",
        "birthdate": "1984-05-12",
        "birthdate_hijri": None,
        "gender": "male",
        "nationality": "SA",
        "mobile": "+966512345678",
        "email": "fahd@example.com",
        **changes,
    }
    return Identity(**values)


def person(app: Flask, number: str = "1000000008", **changes: Any) -> uuid.UUID:
    """The id of a person who has signed in before."""
    with app.app_context(), transaction():
        return people.recognise("https://issuer.test", f"sub-{number}", identity(number, **changes), "ar").id


def member(
    app: Flask,
    *grants: Grant,
    email: str = "officer@example.com",
    name: str = "سارة",
    number: str | None = None,
    country: str = "SA",
) -> uuid.UUID:
    """The id of a member of staff who holds `grants`; `number` makes the identity known."""
    from app.identity.models import identity_key

    with app.app_context(), transaction():
        key = identity_key(country, number) if number else None
        for grant in grants:
            staff.grant(email, grant, identity=key, name=name)
        found = staff.find_by_email(email)
        assert found is not None
        return found.id


def citizen_browser(
    app: Flask, person_id: uuid.UUID, *, acr: str | None = None, auth_time: datetime | None = None
) -> FlaskClient:
    """Signed in now and at the national level, unless said otherwise."""
    level = app.config["SETTINGS"].oidc_acr_values if acr is None else acr
    return _browser(app, "citizen", person_id=person_id, acr=level, auth_time=auth_time or now())


def staff_browser(app: Flask, staff_id: uuid.UUID) -> FlaskClient:
    return _browser(app, "staff", staff_id=staff_id, acr=None, auth_time=now())


def _browser(app: Flask, kind: str, **who: Any) -> FlaskClient:
    client = app.test_client()
    with app.app_context(), transaction():
        reference = sessions.sign_in(
            None,
            kind,
            SignedIn(
                issuer="https://issuer.test",
                sub="sub",
                sid=None,
                id_token="raw",
                **who,
            ),
        )
    client.set_cookie(cookie_name(app, kind), reference)
    return client


def token_of(client: FlaskClient, path: str) -> str:
    """The form token on a page."""
    found = TOKEN.search(client.get(path).get_data(as_text=True))
    assert found, f"no form token on {path}"
    return found[1]
