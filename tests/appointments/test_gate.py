"""Guards at the gate: who is expected, what a pass says, who goes in."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
import time_machine
from flask import Flask

from app.appointments import gate, passes, slots
from app.appointments.errors import AlreadyIn, NothingChosen, PassRefused, PassUnknown
from app.appointments.gate import Answer
from app.appointments.gate_models import VisitPass
from app.appointments.models import Booking
from app.extensions import db, transaction
from tests.appointments.conftest import HOLDER, OFFICER, Someone

WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)
Guards = Callable[[str], Someone]


@pytest.fixture
def paper(booked: Callable[..., Booking], morning: time_machine.Traveller) -> VisitPass:
    """A pass for Wednesday at the main gate; it is Wednesday, 7:50."""
    with transaction():
        issued = passes.issue(booked(WEDNESDAY), HOLDER)
    morning.move_to(datetime(2026, 11, 25, 4, 50, tzinfo=UTC))
    return issued


def nobody(case_id: uuid.UUID) -> None:
    """The case is told elsewhere."""


def test_the_list_of_today_holds_this_gate_and_day_only(paper: VisitPass) -> None:
    assert [each.visit_pass for each in gate.expected("emirate", ["main"], WEDNESDAY)] == [paper]
    assert [each.visit_pass for each in gate.expected("emirate", ["visitors", "main"], WEDNESDAY)] == [paper]
    assert gate.expected("emirate", ["visitors"], WEDNESDAY) == []
    assert gate.expected("emirate", ["main"], THURSDAY) == []
    assert gate.expected("municipality", ["main"], WEDNESDAY) == []


@pytest.mark.parametrize("words", ["فهد", "احمد", "منصور  فَهد", "4321", "٢٢٢٢", "ساره", "آل منصور", ""])
def test_a_visitor_is_found_by_name_or_last_digits_whoever_spells(paper: VisitPass, words: str) -> None:
    assert gate.matching(gate.expected("emirate", ["main"], WEDNESDAY), words)


@pytest.mark.parametrize("words", ["خالد", "432", "4322", "1234", "فهد خالد"])
def test_others_are_not_found(paper: VisitPass, words: str) -> None:
    assert not gate.matching(gate.expected("emirate", ["main"], WEDNESDAY), words)


def test_the_visitor_each_companion_and_the_car_go_in_singly(paper: VisitPass, guard: Guards) -> None:
    told: list[uuid.UUID] = []
    salem = guard("سالم")
    for subjects in (["companion:1"], ["visitor", "car"], ["companion:2"]):
        with transaction():
            gate.enter(paper.code, subjects, gates=["main"], by=salem, attended=told.append)
    found = gate.opened(paper.code)
    assert (found.waiting, set(found.inside)) == ((), {"visitor", "companion:1", "companion:2", "car"})
    assert told == [paper.case_id]
    assert found.answer(["main"], WEDNESDAY) == Answer.USED


def test_the_answer_follows_what_happened(paper: VisitPass, guard: Guards) -> None:
    def answer(gate_id: str = "main", day: date = WEDNESDAY) -> Answer:
        return gate.opened(paper.code).answer([gate_id], day)

    assert (answer(), answer("visitors"), answer(day=THURSDAY)) == (Answer.VALID, Answer.OTHER_GATE, Answer.OTHER_DAY)
    with transaction():
        gate.enter(paper.code, ["visitor"], gates=["main"], by=guard("سالم"), attended=nobody)
    assert (answer(), answer(day=THURSDAY)) == (Answer.IN_PART, Answer.USED)


def test_a_pass_of_another_gate_or_day_or_an_ended_one_lets_nobody_in(
    paper: VisitPass, guard: Guards, morning: time_machine.Traveller
) -> None:
    def refused(gate_id: str = "main") -> str:
        with pytest.raises(PassRefused) as refusal, transaction():
            gate.enter(paper.code, ["visitor"], gates=[gate_id], by=salem, attended=nobody)
        return refusal.value.text_key

    salem = guard("سالم")
    assert refused("visitors") == "gate.answer.other_gate"
    morning.move_to(datetime(2026, 11, 25, 21, 0, tzinfo=UTC))
    assert refused() == "gate.answer.other_day"
    with transaction():
        passes.supersede(db.session.get_one(Booking, paper.booking_id))
    assert refused() == "gate.answer.superseded"


def test_the_pass_of_a_moved_visit_is_refused_and_the_new_one_opens_on_its_day(
    booked: Callable[..., Booking],
    free: Callable[..., list[slots.FreeSlot]],
    guard: Guards,
    morning: time_machine.Traveller,
) -> None:
    booking, salem = booked(WEDNESDAY), guard("سالم")
    with transaction():
        old = passes.issue(booking, HOLDER)
        slots.move(booking, free(THURSDAY, 1)[0].id, by=OFFICER)
        new = passes.issue(booking, HOLDER)
    morning.move_to(datetime(2026, 11, 26, 5, 0, tzinfo=UTC))
    with pytest.raises(PassRefused, match="superseded"), transaction():
        gate.enter(old.code, ["visitor"], gates=["main"], by=salem, attended=nobody)
    with transaction():
        assert gate.enter(new.code, ["visitor"], gates=["main"], by=salem, attended=nobody)


def test_the_second_guard_is_told_who_let_them_in_and_when(paper: VisitPass, guard: Guards) -> None:
    with transaction():
        gate.enter(paper.code, ["visitor"], gates=["main"], by=guard("سالم"), attended=nobody)
    with pytest.raises(AlreadyIn) as told, transaction():
        gate.enter(paper.code, ["visitor"], gates=["main"], by=guard("ماجد"), attended=nobody)
    assert (told.value.params["name"], told.value.params["time"]) == ("سالم", "07:50")


@pytest.mark.parametrize("subjects", [[], ["companion:3"], ["visitor", "nobody"]])
def test_only_who_stands_on_the_pass_can_be_let_in(paper: VisitPass, guard: Guards, subjects: list[str]) -> None:
    with pytest.raises(NothingChosen), transaction():
        gate.enter(paper.code, subjects, gates=["main"], by=guard("سالم"), attended=nobody)
    assert gate.opened(paper.code).entries == ()


def test_somebody_turned_away_may_come_back_with_the_right_paper(paper: VisitPass, guard: Guards) -> None:
    salem = guard("سالم")
    with transaction():
        gate.turn_away(paper.code, "companion:1", "no_identity", gates=["main"], by=salem)
        gate.turn_away(paper.code, "unlisted", "not_listed", gates=["main"], by=salem)
    assert [entry.reason for entry in gate.opened(paper.code).turned_away] == ["no_identity", "not_listed"]
    with transaction():
        gate.enter(paper.code, ["companion:1"], gates=["main"], by=salem, attended=nobody)
    with pytest.raises(AlreadyIn), transaction():
        gate.turn_away(paper.code, "companion:1", "no_identity", gates=["main"], by=salem)
    with pytest.raises(NothingChosen), transaction():
        gate.turn_away(paper.code, "visitor", "dislike", gates=["main"], by=salem)


def test_what_the_case_refuses_leaves_no_entry(paper: VisitPass, guard: Guards) -> None:
    def refuse(case_id: uuid.UUID) -> None:
        raise PassUnknown()

    with pytest.raises(PassUnknown), transaction():
        gate.enter(paper.code, ["visitor"], gates=["main"], by=guard("سالم"), attended=refuse)
    assert gate.opened(paper.code).entries == ()
    assert passes.pass_for(paper.code).state == "issued"


def test_of_guards_who_tick_at_the_same_moment_one_wins_and_the_case_is_told_once(
    app: Flask, paper: VisitPass, guard: Guards
) -> None:
    guards = [guard(f"حارس {number}") for number in range(8)]
    barrier, told = Barrier(len(guards)), []

    def tick(who: Someone) -> str:
        with app.app_context():
            barrier.wait(timeout=60)
            try:
                with transaction():
                    gate.enter(paper.code, ["visitor", "car"], gates=["main"], by=who, attended=told.append)
                return "in"
            except AlreadyIn as second:
                return str(second.params["name"])
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(guards)) as threads:
        outcome = Counter(threads.map(tick, guards))
    assert outcome["in"] == 1
    assert len(outcome) == 2
    assert told == [paper.case_id]
