"""An objection may bring one file, which the supervisor reads and nobody loses over a missing word."""

import io

import pytest
from bs4 import BeautifulSoup

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


def test_where_nothing_can_be_objected_to_no_form_is_shown(world: World, refused: tuple[Browser, str]) -> None:
    browser, number = refused
    assert browser.post(f"/account/cases/{number}/appeal", WORDS).status == 303
    again = browser.get(f"/account/cases/{number}/appeal")
    assert again.status == 409
    assert "لا يمكن اتخاذ هذه الخطوة الآن" in again.html
    other = world.citizen("1000000016")
    running = other.get(f"/account/cases/{world.file(other)}/appeal")
    assert running.status == 409
    assert "None" not in running.html


def test_who_has_objected_is_not_told_that_he_may(world: World, refused: tuple[Browser, str]) -> None:
    browser, number = refused

    def head() -> str:
        page = BeautifulSoup(browser.get(f"/account/cases/{number}").html, "html.parser")
        [told] = page.select("p.row > .muted")
        return told.get_text()

    assert head().startswith("يحق لك الاعتراض")
    browser.post(f"/account/cases/{number}/appeal", WORDS)
    assert head().startswith("وصلنا اعتراضك، ونبلغك بالرد عليه")
