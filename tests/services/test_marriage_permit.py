"""خدمات الزواج, as the two, the officer, the security officer and the head of the section live through it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.calendars.clock import today
from app.cases import appeals, certificates, queries
from app.cases.demo.past import at
from app.cases.errors import BadInput, DecidedAgainst, NeedsFirst, OwnCase, RuleBroken, SamePerson
from app.cases.models import Case
from app.extensions import db, transaction
from app.identity.actors import CLOCK, Actor, Grant
from app.kit.roles import Role
from tests.services.marriage import (
    AGENT,
    HEAD,
    SECOND,
    SLUG,
    checked,
    examined,
    file,
    head,
    issue,
    officer,
    on,
    paper_of,
    said,
    security,
    take,
    values_of,
)
from tests.support.correcting import correct
from tests.support.world import SECURITY, World


def test_an_officer_who_is_one_of_the_two_does_not_handle_it(world: World) -> None:
    number = file(world, **AGENT)
    with pytest.raises(OwnCase):
        take(world, number, "start_review", world.actor(email="own@example.com", number="1000000339"))


def test_nothing_is_approved_before_review_registration_and_the_ministry(world: World) -> None:
    number = file(world)
    take(world, number, "start_review", officer(world))
    with pytest.raises(NeedsFirst):
        take(world, number, "record_ministry_decision", officer(world), inputs={"result": "granted"})
    take(world, number, "register", officer(world))
    take(world, number, "record_ministry_decision", officer(world), inputs={"result": "granted"})
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_preliminary", officer(world))
    take(world, number, "security_review", security(world), inputs={"result": "clear"})
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", head(world))
    take(world, number, "approve_preliminary", officer(world))
    assert world.case(number).stage == "in_review"
    with pytest.raises(SamePerson):
        take(world, number, "approve_final", world.actor(HEAD, email="again@example.com", number="1000000107"))
    take(world, number, "approve_final", head(world))
    assert world.case(number).stage == "issued"


def test_a_decision_that_declines_stops_the_permission_until_it_is_another(world: World) -> None:
    number = file(world)
    with pytest.raises(BadInput):
        examined(world, number, decision="")
    take(world, number, "record_ministry_decision", officer(world), inputs={"result": "declined"})
    with pytest.raises(DecidedAgainst):
        take(world, number, "approve_preliminary", officer(world))
    desk = world.officer(number="1000000107").get(f"/desk/cases/{number}").html
    assert said("actions.record_ministry_decision.options.declined") in desk
    assert "القرار المسجل بعدم الموافقة" in desk
    take(world, number, "record_ministry_decision", officer(world), inputs={"result": "granted"})
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "record_ministry_decision", officer(world), inputs={"result": "declined"})
    with pytest.raises(DecidedAgainst):
        take(world, number, "approve_final", head(world))


def test_the_citizen_reads_that_the_decision_came_and_not_what_it_is(world: World) -> None:
    number, granted = file(world), world.file(world.citizen("1000000016"), SLUG, **values_of(mobile="512345679"))
    examined(world, number, decision="declined")
    examined(world, granted)
    page, other = (
        browser.get(f"/account/cases/{each}").html
        for browser, each in (
            (world.citizen(), number),
            (world.citizen("1000000016"), granted),
        )
    )
    came = said("actions.record_ministry_decision.timeline")
    assert page.count(came) == other.count(came) == 1
    for words in (said("actions.record_ministry_decision.options.declined"), "المراجعة", "security"):
        assert words not in page


def test_the_look_and_the_finding_of_security_show_nowhere(world: World) -> None:
    number = file(world)
    take(world, number, "start_review", officer(world))
    own, addresses = world.citizen(), [f"/account/cases/{number}", "/account", "/account/data"]
    own.get(addresses[0])
    before = [own.get(each).html for each in addresses]
    desk = world.officer(SECURITY, email="security@example.com")
    assert desk.get(f"/desk/cases/{number}").status == 200
    take(world, number, "security_review", security(world), inputs={"result": "concern"}, note="ملاحظة سرية")
    assert [own.get(each).html for each in addresses] == before
    assert "ملاحظة سرية" in desk.get(f"/desk/cases/{number}").html


def test_a_test_that_has_run_out_meanwhile_stops_the_permission(world: World) -> None:
    number = file(world, test_date=on(-180))
    examined(world, number)
    with world.app.app_context(), at(world.case(number).filed_at + timedelta(days=1)), pytest.raises(RuleBroken):
        take(world, number, "approve_preliminary", officer(world))


def test_the_letter_names_both_parties_and_its_last_day(world: World) -> None:
    number = file(world)
    issue(world, number)
    paper = str(paper_of(world, number))
    for words in ("فهد بن عبدالله السالم", "Fahd Alsalem", "1000000008", SECOND, "مصر", "A23456701", "2000000022"):
        assert words in paper, words
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        document = certificates.editions(case)[-1]
        assert document.valid_until == today("Asia/Riyadh") + timedelta(days=180)
        assert document.number == number.replace("-", "/")
    checked(world, number)
    assert said("buttons.download_certificate") in world.citizen().get(f"/account/cases/{number}").html


def test_the_letter_names_whom_an_agent_files_for_and_not_the_agent(world: World) -> None:
    number = file(world, **AGENT, spouse_residence="outside", spouse_residence_id=None)
    issue(world, number)
    paper = str(paper_of(world, number))
    assert AGENT["principal_name"] in paper
    assert AGENT["principal_id"] in paper
    assert "السالم" not in paper
    assert "1000000008" not in paper
    assert said("outputs.certificate.residence") not in paper, "abroad nobody has a residence number"


def test_a_stranger_with_the_code_compares_and_learns_no_name(world: World) -> None:
    number = file(world)
    issue(world, number)
    page = checked(world, number)
    text = BeautifulSoup(page.html, "html.parser").select_one("main").get_text(" ")  # type: ignore[union-attr]
    assert "خطاب الإذن" in text
    assert "6701" in text
    for words in ("زواج", "السالم", "ليلى", "A23456701", "1000000008", "2000000022"):
        assert words not in text, words


def test_a_letter_is_revoked_with_a_reason_and_another_expires_after_its_last_day(world: World) -> None:
    first, second = file(world), world.file(world.citizen("1000000016"), SLUG, **values_of(mobile="512345679"))
    issue(world, first)
    issue(world, second)
    take(world, first, "revoke", head(world), reasons=["conditions_lapsed"])
    assert "أُلغيت" in checked(world, first).html
    with world.app.app_context():
        last = certificates.editions(db.session.merge(world.case(second)))[-1].valid_until
        assert last is not None
        with at(world.case(second).filed_at + timedelta(days=181)):
            assert "انتهت" in checked(world, second).html
            take(world, second, "expire", CLOCK)
    assert world.case(second).outcome == "expired"
    with world.app.app_context():
        outcomes = dict(db.session.execute(select(Case.serial, Case.outcome)).all())
    assert set(outcomes.values()) == {"revoked", "expired"}


def test_what_the_citizen_changes_after_the_first_approval_is_approved_by_two_again(world: World) -> None:
    number = file(world)
    examined(world, number)
    take(world, number, "approve_preliminary", officer(world))
    correct(world, number, "spouse_passport_number", "X99999999")
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", head(world))
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "approve_final", head(world))
    assert "X99999999" in str(paper_of(world, number))


def test_what_was_refused_after_the_first_approval_is_approved_by_two_once_an_objection_opens_it(world: World) -> None:
    number = file(world)
    examined(world, number)
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "refuse", officer(world), reasons=["not_eligible"])
    supervisor = world.actor(Grant(Role.SUPERVISOR, agency="emirate"), email="above@example.com", number="1000000164")
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        citizen = Actor(kind="citizen", person_id=case.applicant_id)
        with transaction():
            appeals.file(case.id, subject="الرفض", grounds="تغيّر حالي", late_reason="", by=citizen)
            appeals.decide(case.id, "accepted", "يعاد النظر", by=supervisor, version=case.version)
    with pytest.raises(NeedsFirst):
        take(world, number, "approve_final", head(world))
    take(world, number, "approve_preliminary", officer(world))
    take(world, number, "approve_final", head(world))
