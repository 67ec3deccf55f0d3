"""Compensation of damage in dishonest hands: nobody signs, awards or pays what somebody else has not seen."""

import pytest

from app.cases import deadlines, queries
from app.cases.errors import DecidedAgainst, NeedsFirst, ReportOutdated, SamePerson
from app.kit.roles import Role
from app.kit.words import WORDS
from tests.services.damage import PEOPLE, VALUED, awarded, desk, inspected, sentence, signed, somebody, take
from tests.support.correcting import correct
from tests.support.world import World


def test_what_is_found_not_to_be_covered_is_neither_valued_nor_awarded(world: World) -> None:
    number, officer = inspected(world, world.citizen()), somebody(world, Role.OFFICER)
    signed(world, number)
    take(world, number, "check_exclusions", officer, result="excluded")
    with pytest.raises(DecidedAgainst):
        take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    take(world, number, "check_exclusions", officer, result="covered")
    take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    take(world, number, "check_exclusions", officer, result="excluded")
    with pytest.raises(DecidedAgainst):
        take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))


@pytest.mark.parametrize("decider", [Role.VALUER, Role.SECTION_HEAD])
def test_whoever_valued_or_awarded_does_not_put_the_transfer_on_record(world: World, decider: Role) -> None:
    number = awarded(world, world.citizen())
    with pytest.raises(SamePerson):
        take(world, number, "transfer", somebody(world, Role.FINANCE_OFFICER, PEOPLE[decider]), transfer="FT-1")
    take(world, number, "transfer", somebody(world, Role.FINANCE_OFFICER), transfer="FT-1")


def test_an_objection_is_owed_its_answer_after_the_transfer_too(world: World) -> None:
    browser = world.citizen()
    number = awarded(world, browser)
    own = f"/account/cases/{number}/appeal"
    assert browser.post(own, {"subject": "المبلغ", "grounds": "لم يُحسب السقف"}, page=own).status == 303
    take(world, number, "transfer", somebody(world, Role.FINANCE_OFFICER), transfer="FT-1")
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        assert [each.kind for each in deadlines.open_deadlines(case)] == ["appeal"]


def test_a_report_that_was_handed_out_is_not_taken_back_in_silence(world: World) -> None:
    browser = world.citizen()
    number = inspected(world, browser)
    signed(world, number)
    assert browser.get(f"/account/cases/{number}/report.pdf").status == 200
    take(world, number, "return_report", somebody(world, Role.COMMITTEE_FINANCE), internal_note="سقط السقف")
    own = browser.get(f"/account/cases/{number}").html
    assert sentence(world, "actions.return_report.timeline") in own
    assert "سقط السقف" not in own


def test_an_answer_that_changes_between_two_signatures_is_signed_by_all_anew(world: World) -> None:
    number = inspected(world, world.citizen())
    signed(world, number, "sign_emirate", "sign_finance")
    correct(world, number, "place", "مزرعة على طريق آخر")
    with pytest.raises(ReportOutdated):
        signed(world, number, "sign_civil_defence")
    third = somebody(world, Role.COMMITTEE_CIVIL_DEFENCE)
    take(world, number, "return_report", third, internal_note="تغيّر المكان")
    signed(world, number, "sign_civil_defence", "sign_emirate")
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    signed(world, number, "sign_finance")


def test_another_account_changes_nothing_of_what_was_signed(world: World) -> None:
    number = inspected(world, world.citizen())
    signed(world, number, "sign_emirate")
    correct(world, number, "iban", "SA0380000000608010167519")
    signed(world, number, "sign_finance", "sign_civil_defence")
    assert (
        WORDS.text("ar", "cases.errors.report_outdated")
        not in desk(world, Role.VALUER).get(f"/desk/cases/{number}").html
    )


def test_an_objection_that_waits_is_answered_before_another_is_taken_in(world: World) -> None:
    browser = world.citizen()
    number = awarded(world, browser)
    own = f"/account/cases/{number}"
    grounds = {"subject": "المبلغ", "grounds": "لم يُحسب السقف"}
    assert browser.post(f"{own}/appeal", grounds, page=own).status == 303
    take(world, number, "return_transfer", somebody(world, Role.FINANCE_OFFICER), internal_note="رد المصرف الحوالة")
    judge = desk(world, Role.SUPERVISOR)
    assert number not in judge.get("/desk/appeals").html
    take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    assert f"{own}/appeal" not in browser.get(own).html
    assert browser.post(f"{own}/appeal", grounds, page=own).status == 409
    assert number in judge.get("/desk/appeals").html
    form = {"version": judge.get(f"/desk/appeals/{number}").field("version"), "outcome": "dismissed", "answer": "لا"}
    assert judge.post(f"/desk/appeals/{number}", form).status == 303
    assert f"{own}/appeal" in browser.get(own).html


def test_nothing_is_valued_or_awarded_for_answers_that_the_report_is_not_about(world: World) -> None:
    livestock = {"asset_kind": "livestock", "ownership_kind": "livestock_record", "livestock_count": "12"}
    number = inspected(world, world.citizen(), **livestock, in_wadi=None)
    signed(world, number)
    take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    correct(world, number, "livestock_count", "200")
    with pytest.raises(ReportOutdated):
        take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    with pytest.raises(ReportOutdated):
        take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
    take(world, number, "return_report", somebody(world, Role.COMMITTEE_FINANCE), internal_note="تغيّر العدد")
    signed(world, number)
    take(world, number, "approve_preliminary", somebody(world, Role.VALUER), **VALUED)
    take(world, number, "approve_final", somebody(world, Role.SECTION_HEAD))
