"""An objection may bring one file, which the supervisor reads and nobody loses over a missing word."""

import io

import pytest

from tests.cases.test_desk_steps import take
from tests.support.world import Browser, World, letter

WORDS = {"subject": "الرفض", "grounds": "لم تُقرأ حجتي", "late_reason": ""}


@pytest.fixture
def refused(world: World) -> tuple[Browser, str]:
    browser, officer = world.citizen(), world.actor()
    number = world.file(browser, "emirate_appointment")
    take(world, number, "start_review", officer)
    take(world, number, "refuse", officer, reasons=["no_slots"])
    return browser, number


def test_the_file_survives_a_missing_word_and_reaches_the_supervisor(
    world: World, refused: tuple[Browser, str]
) -> None:
    from tests.cases.test_appeals import supervisor

    browser, number = refused
    path = f"/account/cases/{number}/appeal"
    wrong = browser.post(path, {**WORDS, "grounds": "", "evidence": letter("حكم.jpg")})
    assert wrong.status == 422
    assert "حكم.jpg" in wrong.html
    assert browser.post(path, WORDS).status == 303
    page = supervisor(world).get(f"/desk/appeals/{number}").html
    assert "حكم.jpg" in page
    assert "ملف مع الاعتراض" in world.officer().get(f"/desk/cases/{number}").html
    assert "حكم.jpg" in browser.get(f"/account/cases/{number}").html


def test_a_file_that_is_none_is_refused_in_words_and_an_objection_needs_none(
    world: World, refused: tuple[Browser, str]
) -> None:
    browser, number = refused
    path = f"/account/cases/{number}/appeal"
    assert 'type="file"' in browser.get(path).html
    bad = browser.post(path, {**WORDS, "evidence": (io.BytesIO(b"MZ"), "bad.exe")})
    assert bad.status == 422
    assert WORDS["grounds"] in bad.html
    assert browser.post(path, WORDS).status == 303


def test_a_waiting_file_can_be_taken_away(world: World, refused: tuple[Browser, str]) -> None:
    browser, number = refused
    path = f"/account/cases/{number}/appeal"
    kept = browser.post(path, {**WORDS, "subject": "", "evidence": letter("حكم.jpg")})
    after = browser.post(path, {**WORDS, "remove_file": kept.html.split('name="remove_file" value="')[1].split('"')[0]})
    assert after.status == 200
    assert "حكم.jpg" not in after.html
    assert WORDS["grounds"] in after.html
