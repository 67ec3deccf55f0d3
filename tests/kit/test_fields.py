"""Fields read one answer: the normalised value, or the code of what is wrong with it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.fields import (
    Choice,
    Choices,
    Date,
    Email,
    EstablishmentId,
    Field,
    Form,
    Group,
    LongText,
    Microchip,
    Mobile,
    NationalId,
    Number,
    Plate,
    Text,
    Tick,
    Transaction,
    Wrong,
    YesNo,
)
from app.kit.more_fields import Coordinates, Iban, Money, Passport
from app.kit.shared import SHARED, in_section, shared
from app.kit.words import WORDS

GOOD: list[tuple[Field, str, Any]] = [
    (Text(id="x"), "  اسم   الجهة ", "اسم الجهة"),
    (LongText(id="x"), "سطر\r\nسطر ", "سطر\nسطر"),
    (Choice(id="x", options=("a", "b")), "a", "a"),
    (YesNo(id="x"), "no", "no"),
    (Tick(id="x"), "yes", "yes"),
    (NationalId(id="x"), "١٠٠٠٠٠٠٠٠٨", "1000000008"),
    (Mobile(id="x"), "0512345678", "+966512345678"),
    (Email(id="x"), " Fahd@Example.com ", "Fahd@example.com"),
    (Plate(id="x"), "ا ب ح 1234", "ابح 1234"),
    (EstablishmentId(id="x"), "1010 123456", "1010123456"),
    (Date(id="x"), "٢٤/١١/٢٠٢٦", "2026-11-24"),
    (Date(id="x"), "2026-11-4", "2026-11-04"),
    (Date(id="x"), "14/6/1448", "2026-11-24"),
    (Microchip(id="x"), "634 098 100 000 001", "634098100000001"),
    (Number(id="x"), "٠٫٥", "0.5"),
    (Number(id="x", whole=True), "٣", "3"),
    (NationalId(id="x", kinds=("resident",)), "٢٠٠٠٠٠٠٠٠٦", "2000000006"),
    (Transaction(id="x"), "1448/123", "000123/1448"),
    (Money(id="x"), "١٢٥٠٫٥", "1,250.50"),
    (Money(id="x"), "1,250", "1,250"),
    (Iban(id="x"), "sa44 2000 0001 2345 6789 1234", "SA4420000001234567891234"),
    (Passport(id="x"), "ab 123 4567", "AB1234567"),
    (Number(id="x", whole=True), "١٢", "12"),
    (Coordinates(id="x"), "24.7136, 46.6753", "24.7136, 46.6753"),
    (Coordinates(id="x"), "٢٤٫٧١٣٦٠٠٠١٢٣، ٤٦٫٦٧٥٣", "24.7136, 46.6753"),
    (Coordinates(id="x"), "-1.5 36", "-1.5, 36"),
]
BAD: list[tuple[Field, str, str]] = [
    (Text(id="x", most=5), "كلمات كثيرة", "too_long"),
    (Text(id="x", least=4), "اب", "wrong"),
    (Text(id="x"), "...", "wrong"),
    (LongText(id="x", most=3), "أربعة", "too_long"),
    (Number(id="x", whole=True), "1.5", "wrong"),
    (NationalId(id="x", kinds=("resident",)), "1000000008", "wrong"),
    (Choice(id="x", options=("a",)), "c", "wrong"),
    (Choices(id="x", options=("a",)), "c", "wrong"),
    (YesNo(id="x"), "maybe", "wrong"),
    (Tick(id="x"), "on", "wrong"),
    (NationalId(id="x"), "1000000009", "wrong"),
    (Mobile(id="x"), "0112345678", "landline"),
    (Plate(id="x"), "ABC", "wrong"),
    (EstablishmentId(id="x"), "12", "wrong"),
    (Date(id="x"), "24 تشرين", "wrong"),
    (Date(id="x"), "1/13/2026", "wrong"),
    (Date(id="x"), "1/1/26", "wrong"),
    (Date(id="x"), "30/2/2026", "no_such_day"),
    (Date(id="x"), "30/9/1446", "no_such_day"),
    (Microchip(id="x"), "63409810000001", "wrong"),
    (Number(id="x"), "0,5", "wrong"),
    (Number(id="x"), "1000001", "too_big"),
    (Number(id="x", whole=True), "1.5", "wrong"),
    (Coordinates(id="x"), "24.7136", "wrong"),
    (Coordinates(id="x"), "91, 46", "wrong"),
    (Coordinates(id="x"), "24, 181", "wrong"),
    (Coordinates(id="x"), "شمال القرية", "wrong"),
    (Transaction(id="x"), "123", "wrong"),
    (Money(id="x"), "ألف", "wrong"),
    (Money(id="x"), "12.345", "wrong"),
    (Money(id="x"), "-5", "wrong"),
    (Iban(id="x"), "SA4420000001234567891235", "wrong"),
    (Iban(id="x"), "GB82WEST12345698765432", "wrong"),
    (Passport(id="x"), "ABCDEFG", "wrong"),
    (Passport(id="x"), "جواز 1234567", "wrong"),
]


@pytest.mark.parametrize(("field", "typed", "clean"), GOOD, ids=lambda value: getattr(value, "type", None))
def test_an_answer_is_kept_in_one_form(field: Field, typed: str, clean: Any) -> None:
    assert field.clean(typed) == clean
    assert field.clean(str(clean)) == clean


@pytest.mark.parametrize(("field", "typed", "code"), BAD, ids=lambda value: getattr(value, "type", None))
def test_a_wrong_answer_names_its_sentence(field: Field, typed: str, code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        field.clean(typed)
    assert wrong.value.code == code
    assert WORDS.has(f"errors.{field.type}.{code}")


@given(st.text(max_size=400))
def test_no_text_in_the_world_is_a_fault_of_ours(typed: str) -> None:
    for field, _typed, _clean in GOOD:
        try:
            clean = field.clean(typed)
        except Wrong:
            continue
        assert "\x00" not in clean
        assert not set(clean) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def test_a_field_is_asked_for_the_answers_it_names_and_for_all_its_conditions() -> None:
    plate = Plate(id="plate", when={"items": ("car",), "brings": ("yes",)})
    assert plate.is_asked({"items": ["car", "phone"], "brings": "yes"})
    assert not plate.is_asked({"items": ["phone"], "brings": "yes"})
    assert not plate.is_asked({"items": ["car"], "brings": "no"})
    assert not plate.is_asked({})
    assert Text(id="x").is_asked({})


def test_only_what_names_a_person_is_personal() -> None:
    personal = {type(field) for field, _typed, _clean in GOOD if field.personal}
    assert personal == {NationalId, Mobile, Email, Iban, Passport}


def test_a_form_finds_fields_inside_groups_and_names_what_it_has_not() -> None:
    inner = Text(id="inner")
    form = Form(("a",), in_section("a", Text(id="first"), Group(id="rows", fields=(inner,))))
    assert form.field("inner") is inner
    assert [each.id for each in form.in_section("a")] == ["first", "rows"]
    assert [(each.id, group.id if group else None) for each, group in form.walk()] == [
        ("first", None),
        ("rows", None),
        ("inner", "rows"),
    ]
    with pytest.raises(KeyError):
        form.field("nowhere")


@pytest.mark.parametrize("name", sorted(SHARED))
def test_a_shared_field_has_its_words_and_takes_what_a_service_says(name: str) -> None:
    field = shared(name, required=False)
    assert (field.use, field.required) == (name, False)
    for part in ("label", "missing", "wrong"):
        assert WORDS.has(f"fields.{name}.{part}")
    assert shared(name).id == name
