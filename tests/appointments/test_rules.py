"""What a citizen may do, over plain facts."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments import rules
from app.appointments.rules import BOOKED, CANCELLED, NO_SHOW, Held, Policy

Refusal = Callable[..., str | None]
RIYADH = ZoneInfo("Asia/Riyadh")
VISIT = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
HELD = Held(uuid.uuid4(), False, RIYADH, VISIT, BOOKED, 0, 0)
LAST = datetime(2026, 11, 25, 21, 0, tzinfo=UTC)
JUST_BEFORE = LAST - timedelta(microseconds=1)


def test_the_last_moment_is_midnight_before_the_visit_in_the_agencys_zone() -> None:
    assert rules.last_moment(VISIT, RIYADH) == LAST


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))
def test_the_last_moment_lies_within_a_day_before_the_visit(naive: datetime) -> None:
    starts_at = naive.replace(tzinfo=UTC)
    gap = starts_at - rules.last_moment(starts_at, RIYADH)
    assert timedelta() <= gap < timedelta(days=1)


def test_a_citizen_may_move_and_cancel_until_the_end_of_the_day_before() -> None:
    assert rules.move_refusal(HELD, at=JUST_BEFORE) is None
    assert rules.cancel_refusal(HELD, at=JUST_BEFORE) is None
    assert rules.move_refusal(HELD, at=LAST) == "calendar.refused.too_late"
    assert rules.cancel_refusal(HELD, at=LAST) == "calendar.refused.too_late"


def test_a_third_move_is_refused_but_cancelling_is_not() -> None:
    moved_twice = replace(HELD, moves=2)
    assert rules.move_refusal(moved_twice, at=JUST_BEFORE) == "calendar.refused.moves_used"
    assert rules.cancel_refusal(moved_twice, at=JUST_BEFORE) is None
    assert rules.move_refusal(moved_twice, at=JUST_BEFORE, policy=Policy(moves=3)) is None


@pytest.mark.parametrize("refusal", [rules.move_refusal, rules.cancel_refusal])
def test_with_the_governor_a_citizen_can_only_ask(refusal: Refusal) -> None:
    assert refusal(replace(HELD, on_request=True), at=JUST_BEFORE) == "calendar.refused.on_request"


@pytest.mark.parametrize("refusal", [rules.move_refusal, rules.cancel_refusal])
@pytest.mark.parametrize("state", [rules.ATTENDED, NO_SHOW, CANCELLED])
def test_what_is_over_is_neither_moved_nor_cancelled(refusal: Refusal, state: str) -> None:
    assert refusal(replace(HELD, state=state), at=JUST_BEFORE) == "calendar.refused.not_booked"


def test_the_first_slot_is_the_officers_to_set() -> None:
    assert rules.choose_refusal(None) == "calendar.refused.officer_sets"


def test_after_a_no_show_a_citizen_chooses_once_more_and_not_twice() -> None:
    missed = replace(HELD, state=NO_SHOW)
    assert rules.choose_refusal(missed) is None
    assert rules.choose_refusal(replace(missed, chosen_after_no_show=1)) == "calendar.refused.no_show_used"
    assert rules.choose_refusal(replace(missed, on_request=True)) == "calendar.refused.on_request"


def test_who_cancelled_himself_asks_the_officer_and_whom_the_agency_cancelled_chooses() -> None:
    assert rules.choose_refusal(replace(HELD, state=CANCELLED, ended_by_kind="staff")) is None
    own = replace(HELD, state=CANCELLED, ended_by_kind="citizen")
    assert rules.choose_refusal(own) == "calendar.refused.officer_sets"


def test_the_new_date_is_of_the_same_department_and_not_today() -> None:
    at = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    same, other = HELD.calendar_id, uuid.uuid4()
    assert rules.target_refusal(HELD, calendar_id=same, starts_at=VISIT, at=at) is None
    assert rules.target_refusal(HELD, calendar_id=other, starts_at=VISIT, at=at) == "calendar.refused.other_department"
    today = at + timedelta(hours=3)
    assert rules.target_refusal(HELD, calendar_id=same, starts_at=today, at=at) == "calendar.refused.too_soon"
