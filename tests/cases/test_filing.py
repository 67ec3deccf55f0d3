"""Filing through the pages: from the empty form to the number."""

import re

import pytest
from sqlalchemy import func, select

from app.cases.conversation import Draft, Signature
from app.cases.models import Case, History
from app.documents.models import Attachment
from app.extensions import db
from app.notify.models import Message
from tests.support.world import APPOINTMENT, World, letter

APPLY = "/services/emirate_appointment/apply"


def test_a_request_is_filed_with_number_sms_and_signature(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    page = browser.get(f"/account/cases/{number}?filed=1")
    assert page.status == 200
    assert number.replace("-", "/") in page.html
    with world.app.app_context():
        assert db.session.scalars(select(Message.event).where(Message.channel == "sms")).all() == ["submitted"]
        assert db.session.scalar(select(func.length(Signature.shown_hash))) == 64
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_an_empty_form_is_refused_and_kept(world: World) -> None:
    page = world.citizen().post(APPLY, {"action": "check"})
    assert page.status == 422
    assert "اختر النوع" in page.html
    assert 'id="error-summary"' in page.html


def test_what_was_typed_and_uploaded_survives_an_error(world: World) -> None:
    browser = world.citizen()
    page = browser.post(APPLY, {**APPOINTMENT, "mobile": "12", "subject_letter": letter(), "action": "check"})
    assert page.status == 422
    assert APPOINTMENT["subject_text"] in page.html
    assert "خطاب.jpg" in page.html
    assert "أدخل رقم جوال سعوديًا" in page.html


def test_a_second_press_gives_the_same_number(world: World) -> None:
    browser = world.citizen()
    page = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "action": "check"})
    check = browser.get(page.location)
    first = browser.post(page.location, {"token": check.field("token"), "declaration": "yes"})
    second = browser.post(page.location, {"token": check.field("token"), "declaration": "yes"})
    assert first.location == second.location
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_draft_that_was_sent_in_another_tab_says_so_and_leads_to_the_request(world: World) -> None:
    browser = world.citizen()
    form = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "action": "check"}).location
    check = browser.get(form)
    browser.post(form, {"token": check.field("token"), "declaration": "yes"})
    open_form = form.removesuffix("/check")
    for page in (
        browser.get(open_form),
        browser.get(form),
        browser.post(open_form, {"action": "save"}, page="/account"),
    ):
        assert page.status == 404
        assert "لم تعد هذه المسودة موجودة" in page.html
        assert 'href="/account/cases?service=emirate_appointment"' in page.html
    saved = browser.post(open_form, {"action": "save"}, page="/account", **{"HX-Request": "true"})
    assert saved.response.headers["HX-Retarget"] == "body"


def test_nobody_signs_answers_that_he_was_not_shown(world: World) -> None:
    """A page that was left open while the draft was changed in another tab."""
    browser = world.citizen()
    check = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "action": "check"}).location
    seen = browser.get(check)
    sent = {"token": seen.field("token"), "shown": seen.field("shown"), "declaration": "yes"}
    browser.post(check.removesuffix("/check"), {**APPOINTMENT, "subject_text": "شيء آخر", "action": "draft"})
    answer = browser.post(check, sent)
    assert answer.status == 409
    assert "شيء آخر" in answer.html
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    assert browser.post(check, {**sent, "shown": answer.field("shown")}).status == 303


def test_the_files_that_count_go_with_the_case_and_the_draft_is_gone(world: World) -> None:
    browser = world.citizen()
    wrong = browser.post(APPLY, {**APPOINTMENT, "mobile": "12", "subject_letter": letter("أول.jpg"), "action": "check"})
    address = re.search(r'formaction="([^"?#]+)|<form[^>]+action="([^"?#]+/apply/[^"?#]+)"', wrong.html)
    assert address
    page = browser.post(
        address[1] or address[2], {**APPOINTMENT, "subject_letter": letter("ثان.jpg"), "action": "check"}
    )
    check = browser.get(page.location)
    browser.post(page.location, {"token": check.field("token"), "declaration": "yes"})
    with world.app.app_context():
        case = db.session.scalars(select(Case)).one()
        files = {each.name: each for each in db.session.scalars(select(Attachment))}
        assert db.session.scalars(select(Draft)).all() == []
    assert set(files) == {"أول.jpg", "ثان.jpg"}
    assert {each.draft_id for each in files.values()} == {None}
    assert {name for name, each in files.items() if each.case_id == case.id} == {"ثان.jpg"}


def test_posted_identity_has_no_effect(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser, applicant_name="غيره", applicant_id="1000000016", stage="approved")
    case = world.case(number)
    assert case.stage == "submitted"
    assert "غيره" not in browser.get(f"/account/cases/{number}").html


def test_personal_answers_are_sealed_in_the_row(world: World) -> None:
    case = world.case(world.file(world.citizen()))
    assert "1000000008" not in str(case.answers)
    assert "512345678" not in str(case.answers)


def test_companions_keep_their_pictures_when_rows_are_added_and_removed(world: World) -> None:
    browser = world.citizen()
    page = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "add": "companions"})
    address = page.location.split("?")[0].split("#")[0]
    row = {
        "companions-0-row": "1",
        "companions-0-companion_name": "سالم",
        "companions-0-companion_id": "١٠٠٠٠٠٠٠١٦",
        "companions-0-companion_id_image": letter("سالم.jpg"),
    }
    browser.post(address, {**APPOINTMENT, **row, "add": "companions"})
    both = {
        **{key: value for key, value in row.items() if "image" not in key},
        "companions-1-row": "2",
        "companions-1-companion_name": "علي",
        "companions-1-companion_id": "1000000024",
        "companions-1-companion_id_image": letter("علي.jpg"),
    }
    browser.post(address, {**APPOINTMENT, **both, "drop": "companions-1"})
    page = browser.get(address)
    assert "علي.jpg" in page.html
    assert "سالم.jpg" not in page.html


def test_a_companion_with_the_applicants_own_number_is_refused(world: World) -> None:
    row = {"companions-0-row": "1", "companions-0-companion_name": "سالم", "companions-0-companion_id": "1000000008"}
    page = world.citizen().post(APPLY, {**APPOINTMENT, **row, "subject_letter": letter(), "action": "check"})
    assert "هذا رقم هويتك" in page.html


def test_one_open_request_of_a_service_is_enough(world: World) -> None:
    browser = world.citizen()
    world.file(browser)
    page = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "action": "check"})
    again = browser.post(page.location, {"token": browser.get(page.location).field("token"), "declaration": "yes"})
    assert again.status == 409
    assert "لديك طلب قائم" in again.html


def test_the_history_begins_with_the_filing(world: World) -> None:
    case = world.case(world.file(world.citizen()))
    with world.app.app_context():
        row = db.session.scalars(select(History).where(History.case_id == case.id)).unique().one()
        assert (row.seq, row.step, row.from_stage, row.to_stage) == (1, "submit", "draft", "submitted")


def test_a_filing_wakes_all_its_workers_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[list[str]] = []
    monkeypatch.setitem(world.app.extensions, "ring", lambda *bells: rung.append([name for name, *_ids in bells]))
    world.file(world.citizen())
    assert sorted(rung[-1]) == ["drain", "render"]
    assert not any("drain" in bells for bells in rung[:-1])


def test_the_draft_of_another_person_is_not_there(world: World) -> None:
    page = world.citizen().post(APPLY, {**APPOINTMENT, "action": "draft"})
    assert page.status == 303
    assert world.citizen("1000000016").get(page.location).status == 404


def test_nothing_is_filed_without_the_tick(world: World) -> None:
    browser = world.citizen()
    page = browser.post(APPLY, {**APPOINTMENT, "subject_letter": letter(), "action": "check"})
    check = browser.get(page.location)
    unsigned = browser.post(page.location, {"token": check.field("token")})
    assert unsigned.status == 422
    assert "وافق على الإقرار لتتابع" in unsigned.html
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_page_that_was_saved_quietly_keeps_one_draft(world: World) -> None:
    browser = world.citizen()
    fragment = {"HX-Request": "true", "HX-Request-Type": "partial"}
    saved = browser.post(APPLY, {**APPOINTMENT, "action": "refresh", "draft": ""}, **fragment)
    address = saved.response.headers["HX-Replace-Url"]
    # The form on the open page still posts to the address of the empty form.
    again = browser.post(
        APPLY, {**APPOINTMENT, "subject_text": "نص أطول", "action": "draft", "draft": address.rsplit("/", 1)[1]}
    )
    assert again.location.startswith(address)
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 1
    assert "نص أطول" in browser.get(address).html
