"""خدمات الزواج as it is filled in: what cannot be is refused at its field, and what is signed."""

import json
from typing import Any

import pytest

from app.cases.conversation import Signature
from app.extensions import db
from tests.services.marriage import AGENT, SLUG, file, on, refused, said
from tests.support.world import World

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a Saudi as the other party": (
        {"spouse_nationality": "sa"},
        "spouse_nationality",
        "fields.spouse_nationality.wrong",
    ),
    "a citizen's number as the other party's residence": (
        {"spouse_residence_id": "1000000305"},
        "spouse_residence_id",
        "fields.spouse_residence_id.wrong",
    ),
    "a residence number with a slip": (
        {"spouse_residence_id": "2000000023"},
        "spouse_residence_id",
        "fields.spouse_residence_id.wrong",
    ),
    "a residence without a number": (
        {"spouse_residence_id": ""},
        "spouse_residence_id",
        "fields.spouse_residence_id.missing",
    ),
    "a birth today": ({"spouse_birth_date": on(0)}, "spouse_birth_date", "rules.born_before_today.wrong"),
    "a birth tomorrow": ({"spouse_birth_date": on(1)}, "spouse_birth_date", "rules.born_before_today.wrong"),
    "a test a day too old": ({"test_date": on(-181)}, "test_date", "rules.test_is_valid.wrong"),
    "a test that is still to come": ({"test_date": on(1)}, "test_date", "rules.test_is_valid.wrong"),
    "half a child": ({"children_count": "1.5"}, "children_count", "fields.children_count.wrong"),
    "an income in words": ({"monthly_income": "كثير"}, "monthly_income", "fields.monthly_income.wrong"),
    "a passport in Arabic letters": (
        {"spouse_passport_number": "أ1234567"},
        "spouse_passport_number",
        "fields.spouse_passport_number.wrong",
    ),
    "an agent who files for himself": (
        AGENT | {"principal_id": "1000000008"},
        "principal_id",
        "rules.files_for_another.wrong",
    ),
    "a divorce without its deed": ({"marital_status": "divorced"}, "status_proof", "fields.status_proof.missing"),
}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_cannot_be_is_refused_at_its_field_in_words(world: World, language: str) -> None:
    for name, (changes, field, key) in WRONG.items():
        assert refused(world, language, **changes) == {field: said(key, language)}, name


@pytest.mark.parametrize(
    "changes",
    [
        {"spouse_birth_date": on(-1)},
        {"test_date": on(0)},
        {"test_date": on(-180)},
        {"spouse_birth_date": "١٤١٦/١٠/٢٥"},
        {"spouse_residence": "outside", "spouse_residence_id": None},
    ],
    ids=["born yesterday", "tested today", "tested on the first day that counts", "a Hijri birthday", "abroad"],
)
def test_the_days_at_the_edge_and_both_calendars_are_taken(world: World, changes: dict[str, Any]) -> None:
    assert world.case(file(world, **changes)).stage == "submitted"


def test_whoever_files_for_himself_is_not_asked_for_whom(world: World) -> None:
    page = world.citizen().get(f"/services/{SLUG}/apply").html
    assert "principal_name" not in page
    missing = {"principal_name": said("fields.principal_name.missing")}
    assert refused(world, **AGENT | {"principal_name": ""}) == missing


def test_numbers_are_read_as_typed_and_sealed_where_they_lie(world: World) -> None:
    number = file(world)
    page = world.citizen().get(f"/account/cases/{number}").html
    assert "A23456701" in page
    assert "14,200.50" in page
    kept = json.dumps(world.case(number).answers, ensure_ascii=False)
    assert "A23456701" not in kept
    assert "2000000022" not in kept


def test_the_consent_to_use_health_data_is_part_of_what_is_signed(world: World) -> None:
    number = file(world)
    with world.app.app_context():
        signed = db.session.get_one(Signature, world.case(number).id).text_shown
    assert "أوافق على معالجة البيانات الصحية" in signed
    assert signed.startswith("أقر بأن ما قدمته")
