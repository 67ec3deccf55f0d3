"""خدمات السجناء: what is urgent, the decision and its letter, and the way back from a leave."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app.calendars.clock import today
from app.calendars.working import after_working_days
from app.cases import clockwork, desk_view
from app.cases.context import agency_of, calendar_of
from app.cases.demo.past import at
from app.cases.errors import DayMissing, DecidedAgainst, NeedsFirst, RuleBroken, StepRefused
from app.cases.models import Case, Deadline
from app.cases.queries import case_for
from app.extensions import db, transaction
from app.kit.words import WORDS
from tests.services.prisoners import (
    NOURA,
    OTHER_PRISONER,
    ZONE,
    corrected,
    examined,
    filed,
    letter_of,
    said,
    take,
    targets,
    told,
)
from tests.support.world import World

# What is urgent


def urgent_rows(world: World) -> list[str]:
    """The numbers that carry the word in the queue."""
    rows = BeautifulSoup(world.officer().get("/desk").html, "html.parser").select("tr[data-row]")
    tag = WORDS.text("ar", "desk.queue.urgent")
    return [row.select("a.num")[0]["href"].rsplit("/", 1)[1] for row in rows if tag in row.get_text()]  # type: ignore[union-attr]


def test_mourning_and_illness_stand_first_in_the_queue_and_say_so(world: World) -> None:
    plain = filed(world, "pardon", world.citizen(NOURA, name_ar="نورة"))
    wedding = filed(world, "leave", prisoner_id=OTHER_PRISONER, leave_reason="wedding")
    with world.app.app_context(), transaction():
        # However late the others are.
        rows = select(Deadline).join(Case).where(Case.is_urgent.is_(False))
        for row in db.session.scalars(rows):
            row.due_at -= timedelta(days=60)
    urgent = filed(world, "leave", leave_reason="illness")
    desk, tag = world.officer(), WORDS.text("ar", "desk.queue.urgent")
    page = BeautifulSoup(desk.get("/desk").html, "html.parser")
    first, *others = page.select("tr[data-row]")
    assert urgent.replace("-", "/") in first.get_text()
    assert tag in first.get_text()
    assert len(others) == 2
    assert not any(tag in each.get_text() for each in others)
    assert said(world, "urgent.label") in desk.get(f"/desk/cases/{urgent}").html
    for number in (plain, wedding):
        assert said(world, "urgent.label") not in desk.get(f"/desk/cases/{number}").html


def test_the_next_case_goes_from_urgent_ones_to_the_others_and_round_again(world: World) -> None:
    late = filed(world, "pardon", world.citizen(NOURA, name_ar="نورة"))
    urgent = [filed(world, "leave"), filed(world, "leave", prisoner_id=OTHER_PRISONER)]
    officer = world.actor()
    with world.app.app_context():
        found: list[str] = []
        current: Case | None = None
        for _round in range(4):
            current = desk_view.next_after(officer, current)
            assert current is not None
            found.append(current.address)
    assert found == [*urgent, late, urgent[0]]


def test_an_urgent_leave_is_due_after_one_working_day_and_others_after_ten(world: World) -> None:
    urgent, wedding = filed(world, "leave"), filed(world, "leave", prisoner_id=OTHER_PRISONER, leave_reason="wedding")
    assert targets(world, urgent) == [("target", 1)]
    assert targets(world, wedding) == [("target", 10)]
    with world.app.app_context():
        case = case_for(world.actor(), urgent)
        due = after_working_days(case.filed_at, 1, calendar_of(agency_of(case))).due_at
        assert db.session.scalar(select(Case.target_at).where(Case.id == case.id)) == due


def test_an_urgent_case_leaves_the_top_once_it_is_decided(world: World) -> None:
    number = examined(world, "leave")
    take(world, number, "approve_leave", text="يخرج صباحًا")
    with world.app.app_context():
        is_urgent, first = db.session.execute(select(Case.is_urgent, Case.comes_first)).one()
    assert is_urgent
    assert not first
    assert not urgent_rows(world)


def test_a_reason_that_is_put_right_takes_the_haste_away_and_brings_it_back(world: World) -> None:
    number = filed(world, "leave")
    take(world, number, "start_review")
    corrected(world, number, "leave_reason", "wedding")
    assert not world.case(number).is_urgent
    assert targets(world, number) == [("target", 10)]
    corrected(world, number, "leave_reason", "illness")
    assert world.case(number).is_urgent
    assert targets(world, number) == [("target", 1)]


# The decision


def test_nothing_is_approved_before_it_is_registered_and_the_prison_was_asked(world: World) -> None:
    number = filed(world, "pardon")
    take(world, number, "start_review", "register")
    with pytest.raises(NeedsFirst):
        take(world, number, "approve", text="نعم")


def test_what_the_prison_objects_to_is_approved_only_once_it_answers_otherwise(world: World) -> None:
    number = examined(world, "pardon")
    take(world, number, "record_prison_answer", result="objection")
    with pytest.raises(DecidedAgainst):
        take(world, number, "approve", text="نعم")
    take(world, number, "record_prison_answer", result="no_objection")
    take(world, number, "approve", text="نعم")


def test_the_answer_of_the_prison_leaves_no_trace_for_the_citizen(world: World) -> None:
    number, browser = filed(world, "pardon"), world.citizen()
    take(world, number, "start_review", "register")
    browser.get(f"/account/cases/{number}")
    before = browser.get(f"/account/cases/{number}").html
    take(world, number, "record_prison_answer", result="objection")
    assert browser.get(f"/account/cases/{number}").html == before
    assert (
        said(world, "actions.record_prison_answer.options.objection")
        in world.officer().get(f"/desk/cases/{number}").html
    )


@pytest.mark.parametrize(("kind", "step"), [("leave", "approve"), ("pardon", "approve_leave")])
def test_a_leave_and_another_request_are_approved_each_in_its_own_way(world: World, kind: str, step: str) -> None:
    number = examined(world, kind)
    with pytest.raises(StepRefused):
        take(world, number, step, text="نعم")
    assert f'/steps/{step}"' not in world.officer().get(f"/desk/cases/{number}").html


def test_the_letter_of_a_leave_names_its_days_and_what_the_officer_wrote(world: World) -> None:
    number = examined(world, "leave")
    take(world, number, "approve_leave", text="يُستلم الساعة 8 صباحًا.")
    words = letter_of(world, number)
    for part in (
        "خطاب قرار",
        "ماجد السالم",
        "السجن المركزي",
        "يُستلم الساعة 8",
        said(world, "outputs.decision.validity"),
    ):
        assert part in words
    assert said(world, "fields.leave_until.label") in words
    assert said(world, "fields.target_prison.label") not in words
    decision = BeautifulSoup(world.citizen().get(f"/account/cases/{number}").html, "html.parser").select_one(
        "section[aria-labelledby=decision]"
    )
    assert decision is not None
    assert "يُستلم الساعة 8" in decision.get_text()
    assert "حمّل خطاب القرار" in decision.get_text()


def test_a_day_that_was_granted_and_has_come_is_no_fault_of_the_case(world: World) -> None:
    number, desk = examined(world, "leave"), world.officer()
    label = said(world, "rules.starts_from_today.label")
    assert label in desk.get(f"/desk/cases/{number}").html
    take(world, number, "approve_leave", text="نعم")
    assert label not in desk.get(f"/desk/cases/{number}").html


def test_the_letter_of_a_transfer_names_no_time_for_which_it_holds(world: World) -> None:
    number = examined(world, "transfer")
    take(world, number, "approve", text="يُنقل خلال أسبوع.")
    words = letter_of(world, number)
    assert "سجن المحافظة الشمالية" in words
    assert said(world, "outputs.decision.validity") not in words


def test_a_leave_whose_first_day_has_passed_is_asked_for_anew(world: World) -> None:
    number = examined(world, "leave")
    with world.app.app_context():
        start = world.case(number).filed_at + timedelta(days=2)
    with at(start):
        with pytest.raises(RuleBroken):
            take(world, number, "approve_leave", text="نعم")
        later = (today(ZONE) + timedelta(days=3)).isoformat(), (today(ZONE) + timedelta(days=5)).isoformat()
        corrected(world, number, "leave_until", later[1], "dates_passed")
        corrected(world, number, "leave_from", later[0], "dates_passed")
        take(world, number, "approve_leave", text="نعم")
    with world.app.app_context():
        row = db.session.scalars(select(Deadline).where(Deadline.kind == "return")).one()
    assert row.last_on.isoformat() == later[1]


# The return


def run_at(world: World, moment: Any) -> None:
    with at(moment), world.app.app_context():
        clockwork.run_due()


def test_the_applicant_is_reminded_the_day_before_the_leave_ends_and_not_earlier(world: World) -> None:
    number = examined(world, "leave")
    take(world, number, "approve_leave", text="نعم")
    with world.app.app_context():
        row = db.session.scalars(select(Deadline).where(Deadline.kind == "return")).one()
    assert row.last_on == today(ZONE) + timedelta(days=4)
    day_before = row.due_at - timedelta(days=1, hours=14)
    run_at(world, day_before - timedelta(minutes=5))
    assert "leave_reminder" not in told(world, number)
    run_at(world, day_before + timedelta(minutes=5))
    run_at(world, day_before + timedelta(minutes=9))
    assert told(world, number).count("leave_reminder") == 1


def test_a_return_that_is_recorded_ends_the_case_and_its_reminder(world: World) -> None:
    number = examined(world, "leave")
    take(world, number, "approve_leave", text="نعم")
    with pytest.raises(StepRefused):
        take(world, number, "close")
    take(world, number, "record_return")
    case = world.case(number)
    assert (case.stage, case.outcome) == ("closed", "returned")
    assert case.spent_days is not None
    assert case.spent_days < 1, "the days of the leave are no work of the office"
    assert targets(world, number) == []


def test_a_return_nobody_recorded_comes_back_to_the_officer_and_the_citizen_sees_nothing(world: World) -> None:
    number, browser = examined(world, "leave"), world.citizen()
    take(world, number, "approve_leave", text="نعم")
    with world.app.app_context():
        row = db.session.scalars(select(Deadline).where(Deadline.kind == "return")).one()
    run_at(world, row.due_at - timedelta(minutes=5))
    browser.get(f"/account/cases/{number}")
    before = browser.get(f"/account/cases/{number}").html
    run_at(world, row.due_at + timedelta(minutes=5))
    assert browser.get(f"/account/cases/{number}").html == before
    desk = world.officer()
    assert said(world, "actions.miss_return.button") in desk.get(f"/desk/cases/{number}").html
    assert urgent_rows(world) == [number]


def test_another_request_is_closed_without_a_return(world: World) -> None:
    number = examined(world, "private_claim")
    take(world, number, "approve", text="نعم")
    with pytest.raises(StepRefused):
        take(world, number, "record_return")
    take(world, number, "close")
    assert world.case(number).outcome == "closed"


def test_a_leave_that_was_filed_as_something_else_is_approved_once_its_last_day_is_known(world: World) -> None:
    number = examined(world, "transfer")
    corrected(world, number, "request_kind", "leave")
    with pytest.raises(DayMissing):
        take(world, number, "approve_leave", text="نوافق")
    assert WORDS.text("ar", "cases.errors.day_missing") in world.officer().get(f"/desk/cases/{number}").html
    corrected(world, number, "leave_from", today(ZONE).isoformat())
    corrected(world, number, "leave_until", (today(ZONE) + timedelta(days=3)).isoformat())
    take(world, number, "approve_leave", text="نوافق")
    assert ("return", 0) in targets(world, number)
