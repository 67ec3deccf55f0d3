"""Certificates of cases: issued once, signed, corrected under the same number, revoked, ended by the clock."""

import io
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.cases import appeals, certificates, clockwork, collecting, trail
from app.cases.certificate_words import age
from app.cases.errors import StepRefused
from app.cases.models import Case, Deadline
from app.cases.steps import move
from app.documents import press
from app.documents.models import Document
from app.documents.orders import sheet_of
from app.documents.signature.check import Verdict, verdict_on
from app.documents.signature.key import chain
from app.documents.storage import storage
from app.extensions import db, transaction
from app.identity.audit import AuditRow
from app.identity.models import Person
from app.kit.certificate import Certificate
from app.kit.registry import Registry
from app.notify.models import Message
from app.payments import bills, receipts
from tests.support import signed_in
from tests.support.declared import PROFILE, SERVICES
from tests.support.robots import Robot, Walk
from tests.support.world import Browser, Page


@pytest.fixture
def open_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The portal with every folder switched on."""
    monkeypatch.setitem(app.extensions, "services", Registry({slug: SERVICES[slug] for slug in SERVICES}))
    monkeypatch.setitem(app.extensions, "profile", PROFILE)
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def walk(open_app: Flask) -> Walk:
    """A case whose certificate has been issued and not yet signed."""
    walk = Robot(open_app, SERVICES["veterinary_export"]).file()
    walk.to("issued")
    return walk


@pytest.fixture
def settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def change(**values: Any) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **values))

    return change


def certificate(walk: Walk) -> Document:
    db.session.expire_all()
    return certificates.editions(walk.case)[-1]


def sign(walk: Walk) -> bytes:
    """Let the worker do its work; gives the file."""
    document = certificate(walk)
    db.session.rollback()
    press.render(document.id)
    key = certificate(walk).storage_key
    assert key is not None
    return storage().get(key)


def owner(walk: Walk) -> Browser:
    assert walk.citizen.person_id is not None
    return Browser(signed_in.citizen_browser(walk.robot.app, walk.citizen.person_id))


def visitor(walk: Walk) -> Browser:
    browser = Browser(walk.robot.app.test_client())
    browser.home = "/verify"
    return browser


def words(page: Page) -> str:
    soup = BeautifulSoup(page.html, "html.parser")
    return " ".join(soup.select_one("main").get_text(" ").split())  # type: ignore[union-attr]


def later(**by: float) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(**by))


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
        assert "تُوقَّع شهادتك الآن" in page.html
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
    assert "تأخر توقيع شهادتك" in page.html
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


def test_the_code_says_what_a_stranger_may_compare_and_no_name(walk: Walk) -> None:
    sign(walk)
    person = db.session.get_one(Person, walk.citizen.person_id)
    page = visitor(walk).get(f"/verify/{certificate(walk).code}")
    said = words(page)
    assert "الوثيقة صحيحة وسارية" in said
    assert walk.case.number in said
    chip = walk.case.answers["animals"][0]["microchip"]
    assert f"رقم الشريحة ينتهي بـ {chip[-4:]}" in said
    for hidden in (chip, person.identity_number, person.name("ar"), person.name("en")):
        assert hidden not in page.html
    assert f"{person.name('ar')[0]}***" in said
    noted = db.session.scalars(select(AuditRow).where(AuditRow.kind == "certificate.verified")).one()
    assert noted.case_id == walk.case_id
    assert noted.detail == {"by": "code", "state": "valid"}


def upload(walk: Walk, content: bytes, name: str = "شهادة.pdf") -> Page:
    """Sent as a browser does; the test client would leave a file behind for a large one."""
    browser, sent = visitor(walk), FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart({"csrf_token": browser.token("/verify"), "paper": sent})
    kind = f"multipart/form-data; boundary={boundary}"
    return Page(browser.client.post("/verify/file", data=body, content_type=kind))


def test_the_very_file_is_genuine_and_its_state_is_told(walk: Walk) -> None:
    said = words(upload(walk, sign(walk)))
    assert "الملف هو الأصل الموقّع نفسه" in said
    assert "الوثيقة صحيحة وسارية" in said
    assert walk.case.number in said


def test_one_changed_byte_and_it_is_not_accepted(walk: Walk) -> None:
    content = sign(walk)
    for at in (200, len(content) // 4, len(content) // 2, len(content) - 2):
        changed = bytearray(content)
        changed[at] ^= 1
        said = words(upload(walk, bytes(changed)))
        assert "لا تقبله" in said, at
        assert "صحيحة" not in said, at
    added = words(upload(walk, content + b"\n"))
    assert "هذا الملف غُيّر بعد توقيعه" in added


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 422, "اختر ملف الشهادة"),
        (b"\x89PNG\r\n", 422, "الملف ليس PDF"),
        (b"%PDF-1.7\n" + b"x" * (2 * 1024 * 1024), 422, "الملف أكبر من 2 ميغابايت"),
        (b"%PDF-1.7\n" + b"[" * 500_000, 200, "ليس شهادة من هذه البوابة"),
        (b"%PDF-1.7\nnothing", 200, "ليس شهادة من هذه البوابة"),
    ],
    ids=["nothing", "a picture", "too large", "a trap", "a broken file"],
)
def test_what_is_no_certificate_is_answered_in_words(walk: Walk, content: bytes, status: int, said: str) -> None:
    page = upload(walk, content)
    assert page.status == status
    assert said in words(page)


def test_a_correction_replaces_it_under_the_same_number_with_a_stroke(walk: Walk) -> None:
    sign(walk)
    first = certificate(walk)
    walk.take("approve_correction")
    second = certificate(walk)
    sign(walk)
    assert second.number == f"{walk.case.number}/2"
    assert second.valid_until == first.valid_until
    assert db.session.get_one(Document, first.id).state == "superseded"
    said = words(visitor(walk).get(f"/verify/{first.code}"))
    assert "حلّت نسخة أحدث محل هذه الوثيقة" in said
    assert f"{walk.case.number}/2" in said
    twin = owner(walk).get(f"/account/cases/{walk.case.address}/papers/certificate")
    assert f"تحل هذه الشهادة محل الشهادة رقم {walk.case.number}" in twin.html
    assert list(trail.verify()) == []


def test_a_revoked_certificate_is_not_handed_out_and_who_scans_it_is_told(walk: Walk) -> None:
    content, code = sign(walk), certificate(walk).code
    walk.take("revoke")
    assert certificate(walk).state == "revoked"
    browser, path = owner(walk), f"/account/cases/{walk.case.address}"
    assert browser.get(f"{path}/certificate.pdf").status == 404
    page = browser.get(path)
    assert "ملغاة" in words(page)
    assert "صدرت الوثيقة بالخطأ" in words(page), "the owner reads why"
    assert "ألغت جهة الإصدار هذه الوثيقة" in words(visitor(walk).get(f"/verify/{code}"))
    assert "ألغت جهة الإصدار هذه الوثيقة" in words(upload(walk, content))
    sms = db.session.scalars(select(Message).where(Message.event == "revoked", Message.channel == "sms")).all()
    assert len(sms) == 1


def test_a_revocation_is_objected_to_and_what_was_revoked_wrongly_comes_back(walk: Walk) -> None:
    sign(walk)
    walk.take("revoke")
    browser, path = owner(walk), f"/account/cases/{walk.case.address}"
    assert f"{path}/appeal" in browser.get(path).html
    sent = browser.post(f"{path}/appeal", {"subject": "الإلغاء", "grounds": "الشهادة صحيحة"}, page=f"{path}/appeal")
    assert sent.status == 303
    judge = walk.actor("supervisor")
    with transaction():
        appeals.decide(walk.case_id, "accepted", "نعيد الشهادة", by=judge, version=walk.case.version)
    assert (walk.case.stage, walk.case.outcome) == ("issued", None)
    again = certificate(walk)
    assert (again.number, again.state) == (f"{walk.case.number}/2", "issued")
    assert [each.state for each in certificates.editions(walk.case)] == ["revoked", "issued"]


def test_an_expired_certificate_gives_nothing_to_object_to(walk: Walk) -> None:
    walk.take("expire")
    browser, path = owner(walk), f"/account/cases/{walk.case.address}"
    assert f"{path}/appeal" not in browser.get(path).html
    assert browser.post(f"{path}/appeal", {"subject": "x", "grounds": "y"}, page=path).status == 409


def test_it_ends_by_the_clock_after_its_own_last_day_and_once(walk: Walk) -> None:
    sign(walk)
    document, zone = certificate(walk), PROFILE.agency("ministry").zone
    assert document.valid_until is not None
    midnight = datetime.combine(document.valid_until + timedelta(days=1), datetime.min.time(), zone)
    with time_machine.travel(midnight - timedelta(minutes=1)):
        clockwork.run_due()
        assert walk.case.stage == "issued"
        assert "صحيحة وسارية" in words(visitor(walk).get(f"/verify/{document.code}"))
    with time_machine.travel(midnight + timedelta(minutes=1)):
        late = words(visitor(walk).get(f"/verify/{document.code}"))
        assert "صحيحة لكنها منتهية" in late, "also before the clock has come round"
        clockwork.run_due()
        clockwork.run_due()
        db.session.expire_all()
        assert (walk.case.stage, walk.case.outcome) == ("closed", "expired")
        assert certificate(walk).state == "expired"
        page = owner(walk).get(f"/account/cases/{walk.case.address}")
        assert "منتهية" in words(page)
        assert owner(walk).get(f"/account/cases/{walk.case.address}/certificate.pdf").status == 200
    fired = select(func.count()).select_from(Deadline).where(Deadline.kind == "certificate", Deadline.state == "fired")
    assert db.session.scalar(fired) == 1


def test_what_has_ended_cannot_be_revoked_or_replaced(walk: Walk) -> None:
    walk.take("revoke")
    for name in ("revoke", "approve_correction"):
        with pytest.raises(StepRefused), transaction():
            move(walk.case_id, name, by=walk.actor("section_head"), version=None, reasons=["issued_in_error"])
    assert len(certificates.editions(walk.case)) == 1


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
