"""What officers ask of citizens from the page of a case: one notice, beside its field when it is wrong."""

import re
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.calendars.clock import now
from app.cases.conversation import InfoRequest, ThreadEntry
from app.cases.models import Deadline
from app.notify.models import Message
from tests.desk.conftest import ask, press, rows
from tests.support.world import Desk, World


def test_everything_asked_goes_out_as_one_notice_and_stops_the_decision(world: World, desk: Desk) -> None:
    citizen = world.citizen()
    number = world.file(citizen)
    press(desk, number, "start_review")
    assert ask(desk, number, "replacement:subject_letter").status == 303
    assert ask(desk, number, "answer:other", "needs_explanation", "ما رقم المعاملة؟").status == 303
    assert "ما رقم المعاملة؟" not in citizen.get(f"/account/cases/{number}").html
    sent = desk.post(
        f"/desk/cases/{number}/requests/send", {"version": desk.get(f"/desk/cases/{number}").field("version")}
    )
    assert sent.status == 303
    assert sorted(rows(world, select(Message.channel).where(Message.event == "asked"))) == ["email", "sms"]
    assert len(rows(world, select(ThreadEntry).where(ThreadEntry.event == "asked"))) == 1
    page = desk.get(f"/desk/cases/{number}")
    assert "ينتظر الطلب رد صاحبه" in page.html
    assert press(desk, number, "refuse", reasons=["outside_scope"]).status == 409


def test_what_cannot_be_asked_is_said_beside_its_field(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    press(desk, number, "start_review")
    for item, reason, text, field in (
        ("", "unclear_document", "", "item"),
        ("correction:subject_letter", "unclear_document", "", "item"),
        ("replacement:subject_letter", "", "", "reason"),
        ("answer:other", "needs_explanation", "", "text"),
        ("document:other", "missing_document", "", "text"),
        ("answer:other", "unclear_document", "سؤال", "reason"),
    ):
        page = ask(desk, number, item, reason, text)
        assert page.status == 422, item
        assert f'href="#request-{field}"' in page.html
    assert rows(world, select(InfoRequest)) == []
    nothing = desk.post(f"/desk/cases/{number}/requests/send", {"version": "2"})
    assert nothing.status == 422


def test_a_prepared_request_can_be_removed_and_an_open_one_withdrawn(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    press(desk, number, "start_review")
    ask(desk, number, "replacement:subject_letter")

    def discard() -> int:
        [request] = rows(world, select(InfoRequest))
        version = desk.get(f"/desk/cases/{number}").field("version")
        return desk.post(f"/desk/cases/{number}/requests/{request.id}/discard", {"version": version}).status

    assert discard() == 303
    assert rows(world, select(InfoRequest)) == []
    ask(desk, number, "replacement:subject_letter")
    desk.post(f"/desk/cases/{number}/requests/send", {"version": desk.get(f"/desk/cases/{number}").field("version")})
    assert discard() == 303
    assert rows(world, select(InfoRequest.state)) == ["withdrawn"]


def test_the_target_does_not_run_while_the_citizen_is_asked(world: World, desk: Desk) -> None:
    citizen = world.citizen()
    number = world.file(citizen)
    press(desk, number, "start_review")
    ask(desk, number, "answer:other", "needs_explanation", "ما المطلوب؟")
    desk.post(f"/desk/cases/{number}/requests/send", {"version": desk.get(f"/desk/cases/{number}").field("version")})
    target = select(Deadline.due_at).where(Deadline.kind == "target", Deadline.state == "open")
    [before] = rows(world, target)
    with time_machine.travel(now() + timedelta(days=4), tick=True):
        returned = world.citizen()
        page = returned.get(f"/account/cases/{number}")
        name = re.search(r'name="([^"]*)"[^>]*data-limit|<textarea[^>]*name="([^"]*)"', page.html)
        assert name
        answered = returned.post(
            f"/account/cases/{number}/answer",
            {
                "version": page.field("version"),
                (name[1] or name[2]): "أطلب إفادة",
            },
        )
        assert answered.status == 303, answered.html[:300]
    [after] = rows(world, target)
    assert after > before
