"""طلب موعد مع الإمارة once it is sent, as a visitor, an officer, a security officer and a guard live through it."""

import re
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.appointments import passes, slots
from app.appointments.errors import NotAllowed, SlotUnknown
from app.calendars.clock import now
from app.cases import messages, papers, queries, steps, visits
from app.cases.conversation import ThreadEntry
from app.cases.demo.past import at
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Deadline
from app.documents.models import Document
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.kit.slots import Slots
from app.notify.models import Message
from tests.support.declared import SERVICES
from tests.support.world import SECURITY, World, letter

SLUG = "emirate_appointment"
COMPANION = {"companions-0-companion_name": "ناصر السالم", "companions-0-companion_id": "1000000305"}


def take(world: World, number: str, step: str, by: Actor, **more: Any) -> None:
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        steps.move(case.id, step, by=by, version=None, **more)


def checked(world: World, number: str) -> None:
    take(world, number, "start_review", world.actor())
    security = world.actor(SECURITY, email="security@example.com")
    take(world, number, "security_check", security, inputs={"result": "clear"})


def scheduled(world: World, number: str) -> None:
    checked(world, number)
    take(world, number, "propose_slot", world.actor(), inputs={"slot": str(world.free_slot(number))})


def citizen_of(world: World, number: str) -> Actor:
    case = world.case(number)
    return Actor(kind="citizen", person_id=case.applicant_id)


def test_the_pass_lets_in_visitor_companions_car_and_devices(world: World) -> None:
    more: dict[str, Any] = {**COMPANION, "companions-0-companion_id_image": letter("هوية.jpg")}
    number = world.file(world.citizen(), brings_items="yes", items=["car", "laptop"], car_plate="ا ب ح 1234", **more)
    scheduled(world, number)
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        found = passes.pass_in_force(case.id)
        assert found is not None
        holder = found.holder
        assert [guest.name for guest in holder.companions] == ["ناصر السالم"]
        assert holder.companions[0].last4 == "0305"
        assert (holder.car_plate, holder.devices) == ("ابح 1234", ("laptop",))
        words = papers.pass_snapshot(case, "ar")
        assert words["devices"] == ["كمبيوتر محمول"]
        assert words["gate"] == "البوابة الرئيسية"
        assert "1000000305" not in str(words)


def test_the_hour_of_a_visit_bears_its_marks_wherever_they_cost_nothing(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    hour = re.compile(r"\d{1,2}:\d{2} (\S*[^\s،.])")
    isolates = dict.fromkeys(range(0x2066, 0x206A))
    with world.app.app_context():
        mail, sms = (
            db.session.scalars(select(Message).where(Message.event == "slot_set", Message.channel == channel))
            .one()
            .body
            for channel in ("email", "sms")
        )
        thread = db.session.scalars(select(ThreadEntry.body).where(ThreadEntry.event == "slot_set")).one()
    marked, plain = ["صباحًا", "ظهرًا", "مساءً"], ["صباحا", "ظهرا", "مساء"]
    assert hour.findall(thread)[0] in marked
    assert hour.findall(mail.translate(isolates))[0] in marked
    assert hour.findall(sms)[0] in plain


def test_a_date_moves_twice_by_the_citizen_and_no_more_and_the_old_pass_is_refused(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    citizen, codes = citizen_of(world, number), []
    for skip in (1, 2):
        slot = {"slot": str(world.free_slot(number, skip=skip))}
        with world.app.app_context():
            found = passes.pass_in_force(world.case(number).id)
            assert found is not None
            codes.append(found.code)
        take(world, number, "choose_slot", citizen, inputs=slot)
    with pytest.raises(NotAllowed):
        take(world, number, "choose_slot", citizen, inputs={"slot": str(world.free_slot(number, skip=3))})
    with world.app.app_context():
        assert [passes.pass_for(code).state for code in codes] == ["superseded", "superseded"]
        assert passes.pass_in_force(world.case(number).id) is not None


def test_with_the_governor_one_can_only_ask_for_another_date(world: World) -> None:
    number = world.file(world.citizen(), appointment_kind="governor", department="")
    scheduled(world, number)
    citizen = citizen_of(world, number)
    with pytest.raises(NotAllowed):
        take(world, number, "choose_slot", citizen, inputs={"slot": str(world.free_slot(number, skip=1))})
    with world.app.app_context(), transaction():
        messages.write(world.case(number).id, "أنا مسافر في هذا اليوم", by=citizen)
    take(world, number, "ask_new_date", citizen)
    assert world.case(number).stage == "approved"


def test_whoever_misses_the_date_may_choose_once_more_and_is_told_so(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    case = world.case(number)
    with world.app.app_context():
        booking = slots.find_booking(case.id)
        assert booking is not None
        with at(booking.ends_at + timedelta(hours=1)):
            take(world, number, "no_show", world.actor())
        db.session.expire_all()
        told = db.session.scalars(select(ThreadEntry.subject).where(ThreadEntry.event == "no_show")).one()
        assert told
        assert "no_show" in set(db.session.scalars(select(Message.event)))
        assert passes.pass_in_force(case.id) is None
        assert visits.fits(world.case(number), "after_miss")
        open_kinds = select(Deadline.kind).where(Deadline.case_id == case.id, Deadline.state == "open")
        assert "rechoose" in set(db.session.scalars(open_kinds))
    page = world.citizen().get(f"/account/cases/{number}")
    assert page.status == 200
    citizen = citizen_of(world, number)
    with world.app.app_context(), at(booking.ends_at + timedelta(hours=2)):
        take(world, number, "choose_slot", citizen, inputs={"slot": str(world.free_slot(number, skip=4))})
    with world.app.app_context():
        assert passes.pass_in_force(case.id) is not None
        assert "rechoose" not in set(db.session.scalars(open_kinds))


def test_a_date_given_up_is_free_for_somebody_else_and_its_papers_are_revoked(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    with world.app.app_context():
        booking = slots.find_booking(world.case(number).id)
        assert booking is not None
        taken, free_before = booking.slot_id, _free(booking)
    take(world, number, "cancel", citizen_of(world, number))
    with world.app.app_context():
        booking = slots.find_booking(world.case(number).id)
        assert booking is not None
        assert _free(booking) == free_before + 1
        states = set(db.session.scalars(select(Document.state).where(Document.kind == "pass")))
        assert states == {"revoked"}
        assert taken == booking.slot_id


def _free(booking: Any) -> int:
    page = slots.free_slots(booking.calendar_id, now().date(), 30)
    return next((slot.free for _day, group in page.days for slot in group if slot.id == booking.slot_id), 0)


def test_the_attended_visit_closes_the_case_and_asks_for_a_rating(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    with world.app.app_context():
        booking = slots.find_booking(world.case(number).id)
        assert booking is not None
        with at(booking.starts_at):
            take(world, number, "attended", world.actor())
    case = world.case(number)
    assert (case.stage, case.outcome) == ("closed", "attended")
    assert "كيف كان طلب الموعد والزيارة؟" in world.citizen().get(f"/account/cases/{number}").html


def test_an_officer_closes_nothing_while_a_date_stands(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    assert "steps/close" not in world.officer().get(f"/desk/cases/{number}").html
    with pytest.raises(StepRefused):
        take(world, number, "close", world.actor())
    assert world.case(number).stage == "approved"


def test_a_date_called_off_is_told_with_its_reason_and_another_can_be_chosen(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    officer = world.actor()
    with pytest.raises(BadInput):
        take(world, number, "cancel_visit", officer)
    take(world, number, "cancel_visit", officer, reasons=["host_unavailable"])
    case = world.case(number)
    with world.app.app_context():
        assert "slot_cancelled" in set(db.session.scalars(select(Message.event)))
        open_kinds = select(Deadline.kind).where(Deadline.case_id == case.id, Deadline.state == "open")
        assert set(db.session.scalars(open_kinds)) == {"target"}
        assert passes.pass_in_force(case.id) is None
    html = world.citizen().get(f"/account/cases/{number}").html
    assert "أُلغي الموعد" in html
    assert "طرأ ما يمنع اللقاء في موعدك" in html
    with pytest.raises(StepRefused):
        take(world, number, "cancel_visit", officer, reasons=["host_unavailable"])
    take(world, number, "choose_slot", citizen_of(world, number), inputs={"slot": str(world.free_slot(number, skip=4))})
    with world.app.app_context():
        assert set(db.session.scalars(open_kinds)) >= {"visit"}
        assert "target" not in set(db.session.scalars(open_kinds))


def test_the_days_to_choose_another_date_end_with_their_last_day(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    with world.app.app_context():
        booking = slots.find_booking(world.case(number).id)
        assert booking is not None
        with at(booking.ends_at + timedelta(hours=1)):
            take(world, number, "no_show", world.actor())
        row = db.session.scalars(select(Deadline).where(Deadline.kind == "rechoose")).one()
        zone = booking.calendar.zone
        assert row.due_at.astimezone(zone).time() == time.min
        assert row.last_on == booking.on_day + timedelta(days=14)
        assert row.due_at.astimezone(zone).date() == row.last_on + timedelta(days=1)
        assert (row.step, row.amount) == ("close", 14)


@pytest.mark.parametrize("step", ["propose_slot", "reschedule"])
def test_no_date_is_taken_from_another_calendar(world: World, step: str) -> None:
    number = world.file(world.citizen())
    scheduled(world, number) if step == "reschedule" else checked(world, number)
    other = world.file(world.citizen("1000000016"), appointment_kind="governor", department="")
    with pytest.raises(SlotUnknown):
        take(world, number, step, world.actor(), inputs={"slot": str(world.free_slot(other))})


def test_a_service_without_gate_companions_or_car_still_gives_a_pass(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world.app.extensions["services"][SLUG]
    number = world.file(world.citizen())
    assert service.slots is not None
    bare = replace(service, slots=Slots(service.slots.by_field, service.slots.fixed, service.slots.else_field))
    monkeypatch.setitem(world.app.extensions["services"]._services, SLUG, bare)
    scheduled(world, number)
    with world.app.app_context():
        found = passes.pass_in_force(world.case(number).id)
        assert found is not None
        assert (found.gate, found.holder.companions, found.holder.car_plate, found.holder.devices) == ("", (), "", ())


def test_the_engine_names_no_field_of_the_service() -> None:
    slots_ = SERVICES[SLUG].slots
    assert slots_ is not None
    assert slots_.guests is not None
    fields = {slots_.gate_field, slots_.items_field, slots_.car_field, slots_.guests.name, slots_.guests.identity}
    for file in Path("app/cases").glob("*.py"):
        assert not set(re.findall(r'"([a-z_]+)"', file.read_text("utf-8"))) & fields, file
