"""Files, sessions and fields that a form did not expect: refused at their field, with everything else kept."""

import io
from datetime import timedelta

import pikepdf
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.calendars.clock import now
from app.cases import drafts
from app.cases.conversation import Draft
from app.cases.models import Case
from app.documents.models import Attachment
from app.extensions import db, transaction
from app.identity.models import WebSession
from tests.support.signed_in import citizen_browser, person
from tests.support.world import APPOINTMENT, Browser, Page, World, letter, picture
from tests.web.stage import rules, who_may


def locked_pdf() -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(buffer, encryption=pikepdf.Encryption(owner="o", user="u"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("program.jpg", b"MZ\x90\x00" + b"\x00" * 500),
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("large.jpg", picture() + b"\x00" * 6 * 1024 * 1024),
        ("empty.pdf", b""),
        ("locked.pdf", locked_pdf()),
        ("letter.exe", picture()),
    ],
)
def test_a_file_that_is_refused_says_so_at_its_field_and_the_others_are_kept(
    world: World, name: str, content: bytes
) -> None:
    companion = {
        "companions-0-row": "1",
        "companions-0-companion_name": "سالم",
        "companions-0-companion_id": "1000000024",
        "companions-0-companion_id_image": letter("هوية.jpg"),
    }
    browser = world.citizen()
    form = {**APPOINTMENT, **companion, "subject_letter": (io.BytesIO(content), name), "action": "check"}
    # Encoded here: the test client would leave a file of so large a form open.
    boundary, body = encode_multipart(
        {key: FileStorage(*value) if isinstance(value, tuple) else value for key, value in form.items()}
        | {"csrf_token": browser.token()}
    )
    kind = f"multipart/form-data; boundary={boundary}"
    page = Page(browser.client.post("/services/emirate_appointment/apply", data=body, content_type=kind))
    assert page.status == 422
    soup = BeautifulSoup(page.html, "html.parser")
    summary = soup.select_one("#error-summary")
    assert summary is not None
    assert summary.select_one("a[href^='#subject_letter']"), summary.get_text()
    at_field = soup.select_one("#subject_letter-field.field-error")
    assert at_field is not None, "the sentence stands at the field"
    sentence = summary.select_one("a[href^='#subject_letter']")
    assert sentence is not None
    assert sentence.get_text(strip=True) in at_field.get_text(" ", strip=True)
    assert "هوية.jpg" in page.html
    assert APPOINTMENT["subject_text"] in page.html
    with world.app.app_context():
        assert db.session.scalars(select(Attachment.field)).all() == ["companion_id_image"]


def test_what_was_typed_survives_a_session_that_ended_meanwhile_also_for_htmx(app: Flask, world: World) -> None:
    person_id = person(app)
    browser = Browser(citizen_browser(app, person_id))
    token = browser.token("/services/emirate_appointment/apply")
    with app.app_context(), transaction():
        db.session.execute(update(WebSession).values(ends_at=now() - timedelta(seconds=1)))
    form = {**{key: value for key, value in APPOINTMENT.items()}, "csrf_token": token, "action": "check"}
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "Origin": "http://localhost"}
    answer = browser.client.post("/services/emirate_appointment/apply", data=form, headers=headers)
    assert answer.status_code == 401
    assert "/login?next=" in answer.headers["HX-Redirect"]
    with app.app_context():
        kept = db.session.scalars(select(Draft)).one()
        assert kept.person_id == person_id
        assert drafts.read(kept)["subject_text"] == APPOINTMENT["subject_text"]
    assert str(kept.id) in answer.headers["HX-Redirect"]
    again = Browser(citizen_browser(app, person_id)).get(f"/services/emirate_appointment/apply/{kept.id}?kept=1")
    assert APPOINTMENT["subject_text"] in again.html


def test_fields_that_no_form_has_change_nothing(world: World) -> None:
    more = {
        name: "approved"
        for name in (
            "stage",
            "status",
            "version",
            "outcome",
            "office",
            "agency",
            "person_id",
            "applicant_id",
            "id",
            "year",
        )
    }
    number = world.file(world.citizen(), **more)
    case = world.case(number)
    assert (case.stage, case.agency, case.office, case.outcome) == ("submitted", "emirate", "emirate_main", None)
    with world.app.app_context():
        assert db.session.scalars(select(Case.id)).all() == [case.id]
    assert who_may(world.app, next(rules(world.app, "POST")))
