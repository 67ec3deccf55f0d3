"""Compensation of damage: a report of three signatures, the valuation, the award, the transfer, the objection."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.calendars.clock import now
from app.cases import deadlines, queries, reports
from app.cases.demo.past import at
from app.cases.errors import BadInput, IdentityUnknown, NeedsFirst, SamePerson, StepRefused
from app.documents.layout import Sheet, pdf_html
from app.documents.models import Document
from app.documents.orders import sheet_of
from app.documents.rendering import render_pdf
from app.extensions import db
from app.identity.actors import Grant
from app.kit.roles import Role
from tests.services.damage import (
    BODIES,
    EMIRATE,
    IBAN,
    PEOPLE,
    SLUG,
    VALUED,
    WORDS,
    awarded,
    desk,
    hour_after,
    inspected,
    sentence,
    signed,
    somebody,
    take,
)
from tests.support.steps import sms
from tests.support.world import Browser, World


def papers(world: World, kind: str) -> list[str]:
    """The states of the papers of this kind, by the step that ordered them."""
    with world.app.app_context():
        rows = db.session.scalars(select(Document).where(Document.kind == kind)).all()
        return [str(each.state) for each in sorted(rows, key=lambda paper: int(paper.key))]


def sheet(world: World, kind: str) -> Sheet:
    with world.app.app_context():
        rows = select(Document).where(Document.kind == kind).order_by(Document.created_at.desc())
        return sheet_of(db.session.scalars(rows).first())  # type: ignore[arg-type]


def test_three_persons_sign_the_same_words_whoever_begins(world: World) -> None:
    browser = world.citizen()
    number = inspected(world, browser)
    signed(world, number, "sign_finance")
    address = f"/desk/cases/{number}"
    second = desk(world, Role.COMMITTEE_EMIRATE).get(address).html
    assert WORDS["report_extent"] in second
    assert 'name="report_cause"' not in second
    emirate = somebody(world, Role.COMMITTEE_EMIRATE)
    take(world, number, "sign_emirate", emirate, hour_after(world, number), report_cause="سبب آخر")
    assert papers(world, "report") == []
    signed(world, number, "sign_civil_defence")
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        found = reports.report_of(case)
        assert found is not None
        assert (found.is_complete, found.words["cause"]) == (True, WORDS["report_cause"])
    assert papers(world, "report") == ["issued"]
    own = browser.get(f"/account/cases/{number}").html
    assert all(sentence(world, f"actions.{each}.timeline") in own for each in BODIES)
    assert "حمّل المحضر" in own


def test_the_first_who_signs_writes_cause_and_extent(world: World) -> None:
    number = inspected(world, world.citizen())
    emirate = somebody(world, Role.COMMITTEE_EMIRATE)
    for missing in WORDS:
        words = {key: value for key, value in WORDS.items() if key != missing}
        with pytest.raises(BadInput):
            take(world, number, "sign_emirate", emirate, hour_after(world, number), **words)


def test_nobody_signs_twice_for_whatever_body_and_account(world: World) -> None:
    number = inspected(world, world.citizen())
    signed(world, number, "sign_emirate")
    later = hour_after(world, number)
    with pytest.raises(StepRefused):
        signed(world, number, "sign_emirate")
    other_account = somebody(world, Role.COMMITTEE_FINANCE, PEOPLE[Role.COMMITTEE_EMIRATE])
    with pytest.raises(SamePerson):
        take(world, number, "sign_finance", other_account, later)
    nobody = world.actor(Grant(Role.COMMITTEE_FINANCE, agency=EMIRATE), email="nobody@example.com")
    with pytest.raises(IdentityUnknown):
        take(world, number, "sign_finance", nobody, later)


def test_no_valuation_without_all_three_signatures(world: World) -> None:
    number, valuer = inspected(world, world.citizen()), somebody(world, Role.VALUER)
    signed(world, number, "sign_emirate", "sign_finance")
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_preliminary", valuer, **VALUED)
    html = desk(world, Role.VALUER).get(f"/desk/cases/{number}").html
    assert sentence(world, "actions.sign_civil_defence.button") in html
    signed(world, number, "sign_civil_defence")
    for wrong in ({"valuation": "صفر"}, {"valuation": "0"}, {"valuation_basis": " "}):
        with pytest.raises(BadInput):
            take(world, number, "approve_preliminary", valuer, **{**VALUED, **wrong})
    take(world, number, "approve_preliminary", valuer, **{**VALUED, "valuation": "١٢٬٥٠٠٫٥٠"})


def test_a_report_with_a_fault_is_written_and_signed_anew(world: World) -> None:
    browser = world.citizen()
    number, finance = inspected(world, browser), somebody(world, Role.COMMITTEE_FINANCE)
    with pytest.raises(StepRefused):
        take(world, number, "return_report", finance, internal_note="لا محضر بعد")
    signed(world, number)
    take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    take(world, number, "return_report", finance, internal_note="سقط من المحضر ذكر السقف")
    assert papers(world, "report") == ["superseded"]
    assert browser.get(f"/account/cases/{number}/report.pdf").status == 404
    assert "سقط من المحضر" not in browser.get(f"/account/cases/{number}").html
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    later = hour_after(world, number)
    for step, role in BODIES.items():
        take(world, number, step, somebody(world, role), later, **{**WORDS, "report_extent": "السور والسقف"})
    assert papers(world, "report") == ["superseded", "issued"]
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))


def test_whoever_valued_never_awards(world: World) -> None:
    number = inspected(world, world.citizen())
    signed(world, number)
    take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    with pytest.raises(SamePerson):
        take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD, PEOPLE[Role.VALUER]))


def test_the_amount_is_the_houses_own_until_it_is_awarded_and_then_told_with_the_right_to_object(world: World) -> None:
    browser = world.citizen()
    number = inspected(world, browser)
    signed(world, number)
    take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    own = f"/account/cases/{number}"
    assert "12,500" not in browser.get(own).html
    assert "12,500 ريال سعودي" in desk(world, Role.SECTION_HEAD).get(f"/desk/cases/{number}").html
    take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    told = browser.get(own).html
    for words in ("12,500 ريال سعودي", VALUED["valuation_basis"], "صدر القرار", f"/account/cases/{number}/appeal"):
        assert words in told
    assert sms(world)[-1] == "awarded"
    assert world.case(number).stage == "awarded"


def test_the_papers_say_what_was_found_and_awarded_and_show_the_account_by_its_last_digits(world: World) -> None:
    number = awarded(world, world.citizen())
    with world.app.test_request_context():
        for kind, words in (
            ("report", (WORDS["report_cause"], "عضو الدفاع المدني", "محضر معاينة ضرر")),
            ("decision", ("12,500", VALUED["valuation_basis"], IBAN[-4:], "يحق لك الاعتراض")),
        ):
            made = sheet(world, kind)
            html = pdf_html(made)
            assert all(each in html for each in words), kind
            assert IBAN not in html
            assert render_pdf(html, title=made.title, author="Bawaba").startswith(b"%PDF-")
    assert world.case(number).transaction_number


def test_the_transfer_is_put_on_record_with_its_reference_and_ends_the_claim(world: World) -> None:
    browser = world.citizen()
    number, finance = awarded(world, browser), somebody(world, Role.FINANCE_OFFICER)
    with pytest.raises(BadInput):
        take(world, number, "transfer", finance)
    take(world, number, "transfer", finance, transfer="FT-26334-0001")
    case = world.case(number)
    assert (case.stage, case.outcome) == ("closed", "transferred")
    own = browser.get(f"/account/cases/{number}").html
    assert "حُوّل المبلغ: 12,500 ريال سعودي" in own
    assert "FT-26334-0001" not in own
    assert "FT-26334-0001" in desk(world, Role.FINANCE_OFFICER).get(f"/desk/cases/{number}").html


def test_an_award_that_cannot_be_transferred_goes_back_and_is_awarded_anew(world: World) -> None:
    browser = world.citizen()
    number = awarded(world, browser)
    finance = somebody(world, Role.FINANCE_OFFICER)
    take(world, number, "return_transfer", finance, internal_note="رد المصرف الحوالة")
    own = browser.get(f"/account/cases/{number}").html
    assert 'id="award"' not in own
    assert papers(world, "decision") == ["superseded"]
    take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    assert papers(world, "decision") == ["superseded", "issued"]


def object_to(world: World, browser: Browser, number: str, outcome: str = "accepted") -> None:
    own = f"/account/cases/{number}"
    sent = browser.post(f"{own}/appeal", {"subject": "المبلغ", "grounds": "لم يُحسب السقف"}, page=f"{own}/appeal")
    assert sent.status == 303
    judge, address = desk(world, Role.SUPERVISOR), f"/desk/appeals/{number}"
    form = {"version": judge.get(address).field("version"), "outcome": outcome, "answer": "يعاد التقدير"}
    assert judge.post(address, form).status == 303


@pytest.mark.parametrize("is_transferred", [False, True])
def test_an_objection_that_is_accepted_asks_for_a_new_valuation(world: World, is_transferred: bool) -> None:
    browser = world.citizen()
    number, finance = awarded(world, browser), somebody(world, Role.FINANCE_OFFICER)
    if is_transferred:
        take(world, number, "transfer", finance, transfer="FT-1")
    object_to(world, browser, number)
    assert world.case(number).stage == "in_review"
    assert papers(world, "decision") == ["superseded"]
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    valuer = somebody(world, Role.VALUER)
    if is_transferred:
        with pytest.raises(BadInput):
            take(world, number, "approve_preliminary", valuer, **VALUED)
    take(world, number, "approve_preliminary", valuer, **{**VALUED, "valuation": "15000"})
    take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    take(world, number, "transfer", finance, transfer="FT-2")
    own = browser.get(f"/account/cases/{number}").html
    assert f"حُوّل المبلغ: {'2,500' if is_transferred else '15,000'} ريال" in own


def test_an_objection_that_is_dismissed_leaves_the_award_and_is_no_second_time(world: World) -> None:
    browser = world.citizen()
    number = awarded(world, browser)
    object_to(world, browser, number, "dismissed")
    assert world.case(number).stage == "awarded"
    own = browser.get(f"/account/cases/{number}").html
    assert "يعاد التقدير" in own
    assert f"/account/cases/{number}/appeal" not in own
    assert browser.get(f"/account/cases/{number}/appeal").status == 409
    take(world, number, "transfer", somebody(world, Role.FINANCE_OFFICER), transfer="FT-1")


def test_the_last_day_to_object_is_counted_from_the_award_and_not_from_the_transfer(world: World) -> None:
    number = awarded(world, world.citizen())
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        until = deadlines.appeal_until(case).last_on
    finance = somebody(world, Role.FINANCE_OFFICER)
    take(world, number, "transfer", finance, now() + timedelta(days=9), transfer="FT-1")
    with world.app.app_context(), at(now() + timedelta(days=10)):
        case = queries.find_case(number)
        assert case is not None
        assert deadlines.appeal_until(case).last_on == until


def test_nobody_is_told_an_amount_by_sms(world: World) -> None:
    service = world.app.extensions["services"][SLUG]
    for event in ("inspection_set", "awarded", "transferred"):
        assert not any("{amount}" in words for words in service.texts["notices"][event]["sms"].values())
