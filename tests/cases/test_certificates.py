"""Certificates of cases: issued once, signed, handed to whom they belong, with the names and the receipt they carry."""

import io
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import certificates, collecting
from app.cases.certificate_words import age
from app.cases.models import Case
from app.documents import press
from app.documents.models import Document
from app.documents.orders import sheet_of
from app.documents.signature.check import Verdict, verdict_on
from app.documents.signature.key import chain
from app.documents.storage import storage
from app.extensions import db, transaction
from app.identity.audit import AuditRow
from app.kit.certificate import Certificate
from app.payments import bills, receipts
from tests.cases.issued import certificate, later, owner, sign, visitor, words
from tests.support import signed_in
from tests.support.declared import SERVICES
from tests.support.robots import Robot, Walk
from tests.support.world import Browser


@pytest.fixture
def settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def change(**values: Any) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **values))

    return change


def test_the_certificate_has_the_number_of_the_request_and_one_signature(walk: Walk) -> None:
    content, document = sign(walk), certificate(walk)
    assert document.number == walk.case.number
    assert document.code
    assert len(document.code) == 12
    assert verdict_on(content, chain().certificates) == Verdict.GENUINE
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1


def test_it_is_rendered_once_and_what_was_stored_stays(walk: Walk) -> None:
    first = sign(walk)
    key = certificate(walk).storage_key
    with later(days=2):
        assert not press.render(certificate(walk).id)
    assert certificate(walk).storage_key == key
    assert storage().get(str(key)) == first


def test_it_is_good_for_ten_days_and_never_beyond_the_vaccination() -> None:
    rule = Certificate((), valid_days=10, never_beyond=("animals", "rabies_until"))
    on = date(2026, 11, 24)
    assert certificates.last_day(rule, {"animals": [{"rabies_until": "2027-01-01"}]}, on, None) == date(2026, 12, 4)
    two = {"animals": [{"rabies_until": "2027-01-01"}, {"rabies_until": "2026-11-30"}]}
    assert certificates.last_day(rule, two, on, None) == date(2026, 11, 30)
    first = Document(valid_until=date(2026, 11, 26))
    assert certificates.last_day(rule, two, on, first) == date(2026, 11, 26), "a correction gives no new time"


@pytest.mark.parametrize(
    ("born", "ar", "en"),
    [(date(2024, 11, 24), "سنتان", "2 years"), (date(2024, 11, 25), "23 شهرًا", "23 months"),
     (date(2015, 1, 1), "11 سنة", "11 years"), (date(2026, 9, 30), "شهر", "1 month")],
)  # fmt: skip
def test_the_age_is_that_of_the_day_of_issue(born: date, ar: str, en: str) -> None:
    assert age(born, date(2026, 11, 24), "ar") == ar
    assert age(born, date(2026, 11, 24), "en") == en


def test_until_it_is_signed_nobody_gets_it_and_its_owner_is_told(walk: Walk) -> None:
    browser, path = owner(walk), f"/account/cases/{walk.case.address}"
    for page in (browser.get(f"{path}/certificate.pdf"), browser.get(path)):
        assert "يجري توقيع الشهادة الآن" in page.html
    twin = browser.get(f"{path}/papers/certificate")
    assert twin.status == 302
    assert "أشهد أنا الطبيب" not in browser.get(f"{path}/certificate.pdf").html
    assert visitor(walk).get(f"/verify/{certificate(walk).code}").status == 404


def test_without_the_key_it_waits_with_words_and_an_alarm_and_is_signed_when_the_key_is_back(
    walk: Walk, settings: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    path = walk.robot.app.config["SETTINGS"].certificate_key_file
    settings(certificate_key_file=Path("/nowhere/key.pem"))
    for hours in range(8):
        with later(hours=hours):
            assert not press.render(certificate(walk).id)
    document = certificate(walk)
    assert (document.render_state, document.attempts) == ("ordered", 0), "it is never given up"
    assert document.failure == "KeyUnfit: key missing"
    assert "a certificate waits for a key that can sign: key missing" in caplog.text
    page = owner(walk).get(f"/account/cases/{walk.case.address}/certificate.pdf")
    assert "تأخر توقيع الشهادة" in page.html
    token = walk.robot.app.config["SETTINGS"].metrics_token
    figures = walk.robot.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert "portal_certificates_without_key 1" in figures.get_data(as_text=True)
    settings(certificate_key_file=path)
    with later(hours=9):
        press.render(document.id)
    assert certificate(walk).is_ready
    assert certificate(walk).failure is None


def test_the_owner_downloads_the_signed_file_and_it_is_noted(walk: Walk) -> None:
    content = sign(walk)
    browser, path = owner(walk), f"/account/cases/{walk.case.address}"
    assert "حمّل الشهادة" in browser.get(path).html
    sent = browser.get(f"{path}/certificate.pdf")
    assert sent.response.data == content
    assert sent.response.content_type == "application/pdf"
    noted = db.session.scalars(select(AuditRow).where(AuditRow.kind == "certificate.downloaded")).one()
    assert (noted.case_id, noted.subject_person_id) == (walk.case_id, walk.case.applicant_id)
    twin = browser.get(f"{path}/papers/certificate")
    for said in ("أشهد أنا الطبيب البيطري", "I, the official veterinarian", walk.case.number):
        assert said in twin.html


def test_nobody_elses_certificate_is_found(walk: Walk) -> None:
    sign(walk)
    stranger = Browser(signed_in.citizen_browser(walk.robot.app, signed_in.person(walk.robot.app, "1000000305")))
    assert stranger.get(f"/account/cases/{walk.case.address}/certificate.pdf").status == 404


def test_staff_have_it_at_the_desk_and_the_look_is_noted(walk: Walk) -> None:
    content = sign(walk)
    head = walk.actor("section_head")
    assert head.staff_id is not None
    desk = Browser(signed_in.staff_browser(walk.robot.app, head.staff_id))
    page = desk.get(f"/desk/cases/{walk.case.address}")
    assert "حمّل الشهادة" in page.html
    assert "بوابة الدفع" in words(page), "the gateway took the step, no officer"
    assert desk.get(f"/desk/cases/{walk.case.address}/papers/certificate").response.data == content
    seen = db.session.scalars(select(AuditRow).where(AuditRow.kind == "paper.viewed")).one()
    assert seen.detail["paper"] == "certificate"


def test_the_names_under_it_are_of_those_who_approved(walk: Walk) -> None:
    signed = sheet_of(certificate(walk)).paper["signatures"]
    assert [each["label"]["en"] for each in signed] == ["Veterinarian", "Head of the Veterinary Quarantine Section"]
    assert all(each["name"] for each in signed)


def test_the_receipt_of_the_payment_stands_on_it_and_on_its_correction(open_app: Flask) -> None:
    walk = Robot(open_app, SERVICES["veterinary_export"]).file()
    walk.to("approved")
    cashier, bill = walk.actor("cashier"), bills.open_bill(walk.case_id)
    assert bill is not None
    with transaction():
        collecting.open_day("ministry", by=cashier)
    with transaction():
        collecting.collect(bill.id, "cash", "1000", by=cashier)
    (receipt,) = receipts.receipts_of_case(walk.case_id)
    first = pairs_of(certificate(walk))
    assert first[0][1]["lines"][0]["value"] == receipt.number
    assert sign(walk)
    walk.take("approve_correction")
    assert pairs_of(certificate(walk))[0][1]["lines"][0]["value"] == receipt.number


def pairs_of(document: Document) -> Any:
    return sheet_of(document).paper["parts"][0]["pairs"]


def test_two_orders_of_one_edition_are_one(walk: Walk) -> None:
    case = db.session.get_one(Case, walk.case_id)
    assert isinstance(case.id, uuid.UUID)
    assert len(certificates.editions(case)) == 1
    assert re.fullmatch(r"\d{4}/\d{6,}", str(certificate(walk).number))
