"""Whoever holds a certificate checks it: by its code, by the very file, and what is told of a changed one."""

import pytest
from sqlalchemy import select

from app.extensions import db
from app.identity.audit import AuditRow
from app.identity.models import Person
from tests.cases.issued import certificate, sign, upload, visitor, words
from tests.support.robots import Walk


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
        (b"", 422, "اختر ملف الوثيقة"),
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
