"""How a certificate ends: replaced under its number, revoked and objected to, expired by the clock."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.cases import appeals, certificates, clockwork, trail
from app.cases.errors import StepRefused
from app.cases.models import Deadline
from app.cases.steps import move
from app.documents.models import Document
from app.extensions import db, transaction
from app.notify.models import Message
from tests.cases.issued import certificate, owner, sign, upload, visitor, words
from tests.support.declared import PROFILE
from tests.support.robots import Walk


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
    assert f"تحل هذه النسخة محل الشهادة رقم {walk.case.number}" in twin.html
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


ENDS = {
    "approve_correction": ("حلّت نسخة أحدث محل هذه الوثيقة", "اطلب من صاحبها النسخة الأحدث"),
    "revoke": ("ألغت جهة الإصدار هذه الوثيقة", "لا تقبلها، فلم يعد لها أثر"),
    "expire": ("الوثيقة صحيحة لكنها منتهية", "اطلب من صاحبها وثيقة سارية"),
}


@pytest.mark.parametrize("step", ENDS)
def test_whoever_holds_file_or_code_of_one_that_has_ended_is_told_not_to_accept_it(walk: Walk, step: str) -> None:
    content, code = sign(walk), certificate(walk).code
    walk.take(step)
    verdict, advice = ENDS[step]
    for said in (words(upload(walk, content)), words(visitor(walk).get(f"/verify/{code}"))):
        assert verdict in said
        assert advice in said
        assert "قارن البيانات أدناه" not in said


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
