"""Visit passes: one in force for a case, sealed, and silent to strangers."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import psycopg
import pytest
import time_machine
from sqlalchemy import text

from app.appointments import attendance, passes, slots
from app.appointments.errors import NotBooked, PassUnknown
from app.appointments.models import Booking
from app.appointments.rules import CANCELLED
from app.extensions import db, transaction
from tests.appointments.conftest import CITIZEN, HOLDER, OFFICER

WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
Booked = Callable[..., Booking]


def test_a_pass_carries_day_gate_host_and_people(booked: Booked) -> None:
    with transaction():
        issued = passes.issue(booked(WEDNESDAY), HOLDER)
    assert (issued.on_day, issued.gate, issued.host, issued.state) == (WEDNESDAY, "main", "rights", "issued")
    assert issued.holder == HOLDER


def test_a_pass_is_found_however_its_code_was_typed(booked: Booked) -> None:
    with transaction():
        issued = passes.issue(booked(WEDNESDAY), HOLDER)
    arabic = issued.code.translate(str.maketrans("23456789", "٢٣٤٥٦٧٨٩"))
    for typed in (f" {issued.code[:4].lower()}-{issued.code[4:]} ", arabic):
        found = passes.find_pass(typed)
        assert found is not None
        assert found.id == issued.id


def test_nobody_on_a_pass_can_be_read_from_the_table(booked: Booked) -> None:
    with transaction():
        passes.issue(booked(WEDNESDAY), HOLDER)
    # Without the sealed bytes, which are looked at as such: as digits they may spell any number.
    row = db.session.execute(text("SELECT (to_jsonb(visit_pass) - 'holder_sealed')::text FROM visit_pass")).scalar_one()
    sealed = db.session.execute(text("SELECT holder_sealed FROM visit_pass")).scalar_one()
    for word in ("فهد", "4321", "1234", "phone"):
        assert word not in row
        assert word.encode() not in bytes(sealed)


def test_issuing_again_supersedes_the_earlier_pass(booked: Booked) -> None:
    booking = booked(WEDNESDAY)
    with transaction():
        first = passes.issue(booking, HOLDER)
    with transaction():
        second = passes.issue(booking, HOLDER)
    db.session.refresh(first)
    assert (first.state, second.state) == ("superseded", "issued")
    assert passes.pass_in_force(booking.case_id) is second


def test_the_database_keeps_one_issued_pass_a_case(
    booked: Booked, owner_connection: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    with transaction():
        first = passes.issue(booked(WEDNESDAY), HOLDER)
        passes.supersede(db.session.get_one(Booking, first.booking_id))
        passes.issue(db.session.get_one(Booking, first.booking_id), HOLDER)
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner_connection.execute("UPDATE visit_pass SET state = 'issued'")
    owner_connection.rollback()


def test_a_move_ends_the_pass_at_once_and_the_next_one_has_another_code(
    booked: Booked, free: Callable[..., list[slots.FreeSlot]]
) -> None:
    booking = booked(WEDNESDAY)
    with transaction():
        first = passes.issue(booking, HOLDER)
    with transaction():
        slots.move(booking, free(THURSDAY, 1)[0].id, by=CITIZEN)
    assert passes.pass_in_force(booking.case_id) is None
    with transaction():
        second = passes.issue(booking, HOLDER)
    assert (second.on_day, second.holder) == (THURSDAY, HOLDER)
    assert second.code != first.code


def test_a_cancelled_or_missed_visit_leaves_no_pass_in_force(booked: Booked, morning: time_machine.Traveller) -> None:
    cancelled, missed = booked(WEDNESDAY), booked(WEDNESDAY)
    with transaction():
        papers = [passes.issue(booking, HOLDER) for booking in (cancelled, missed)]
        slots.cancel(cancelled, by=CITIZEN)
    morning.move_to(datetime(2026, 11, 25, 12, tzinfo=UTC))
    with transaction():
        attendance.mark_no_show(missed, by=OFFICER)
    for paper in papers:
        db.session.refresh(paper)
        assert paper.state == CANCELLED
    with pytest.raises(NotBooked):
        passes.issue(cancelled, HOLDER)


def test_a_stranger_learns_only_whether_the_pass_is_good_today(booked: Booked, morning: time_machine.Traveller) -> None:
    booking = booked(WEDNESDAY)
    with transaction():
        issued = passes.issue(booking, HOLDER)
    assert passes.valid_for(issued.code) is None
    morning.move_to(datetime(2026, 11, 24, 21, 0, tzinfo=UTC))  # midnight in Riyadh
    assert passes.valid_for(issued.code) == WEDNESDAY
    assert passes.valid_for("ABCDEFGHJKLM") is passes.valid_for("'; --") is None
    with transaction():
        passes.cancel(booking)
    assert passes.valid_for(issued.code) is None


def test_an_unknown_code_is_unknown(morning: time_machine.Traveller) -> None:
    for code in ("ABCDEFGHJKLM", "", "O" * 12, "\x00" * 12):
        with pytest.raises(PassUnknown):
            passes.pass_for(code)


def test_a_missed_visit_can_be_corrected_and_neither_is_noted_too_early(
    booked: Booked, morning: time_machine.Traveller
) -> None:
    booking = booked(WEDNESDAY)
    with pytest.raises(NotBooked, match="not_over"):
        attendance.mark_no_show(booking, by=OFFICER)
    with pytest.raises(NotBooked, match="not_yet"):
        attendance.mark_attended(booking, by=OFFICER)
    morning.move_to(datetime(2026, 11, 25, 5, 30, tzinfo=UTC))
    with transaction():
        attendance.mark_no_show(booking, by=OFFICER)
        attendance.mark_attended(booking, by=OFFICER)
    assert booking.state == "attended"
