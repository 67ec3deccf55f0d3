"""The queue of the desk, through its pages."""

import re
from dataclasses import replace

import pytest
from markupsafe import escape
from sqlalchemy import select

from app.appointments.models import Booking
from app.cases import queue
from app.cases.models import Case, History
from app.extensions import db
from app.identity.actors import Grant
from app.identity.models import Staff
from app.kit.roles import Role
from app.notify.models import Message
from tests.desk.conftest import ask, press, rows
from tests.support.statements import counted
from tests.support.world import EMIRATE, MUNICIPALITY, SECURITY, Desk, World

AUDITOR = Grant(Role.AUDITOR, agency="emirate")


def printed(number: str) -> str:
    return number.replace("-", "/")


def test_the_queue_shows_only_what_lies_in_the_officers_scope(world: World, desk: Desk) -> None:
    citizen = world.citizen()
    mine, theirs = world.file(citizen), world.file(citizen, "general_transaction")
    page = desk.get("/desk")
    assert printed(mine) in page.html
    assert printed(theirs) not in page.html
    assert desk.get(f"/desk/cases/{theirs}").status == 404
    both = world.officer(EMIRATE, MUNICIPALITY, email="both@example.com").get("/desk")
    assert printed(mine) in both.html
    assert printed(theirs) in both.html


def test_search_finds_by_number_and_by_name_in_any_spelling(world: World, desk: Desk) -> None:
    first = world.file(world.citizen())
    second = world.file(world.citizen("1000000016", name_ar="مريم بنت أحمد اليامي", name_en="Maryam Alyami"))
    for words, found, other in (
        (printed(first), first, second),
        ("مريم بنت احمد", second, first),
        ("اليامى", second, first),
        ("maryam", second, first),
    ):
        page = desk.get(f"/desk?words={words}")
        assert printed(found) in page.html
        assert printed(other) not in page.html


def test_filters_narrow_by_stage_assignment_and_waiting(world: World, desk: Desk) -> None:
    new, taken = world.file(world.citizen()), world.file(world.citizen("1000000016"))
    press(desk, taken, "start_review")
    officer = rows(world, select(History.actor_staff_id).where(History.step == "start_review"))[0]
    press(desk, taken, "assign", assignee=str(officer))
    for query in ("stage=in_review", "mine=yes"):
        page = desk.get(f"/desk?{query}")
        assert printed(taken) in page.html
        assert printed(new) not in page.html
    assert printed(taken) not in desk.get("/desk?waiting=yes").html
    ask(desk, taken, "answer:other", "needs_explanation", "ما المطلوب؟")
    desk.post(f"/desk/cases/{taken}/requests/send", {"version": desk.get(f"/desk/cases/{taken}").field("version")})
    waiting = desk.get("/desk?waiting=yes")
    assert printed(taken) in waiting.html
    assert "متوقف بانتظار صاحب الطلب" in waiting.html


def test_the_statement_kept_for_a_way_to_narrow_serves_everybody_and_keeps_no_words(world: World, desk: Desk) -> None:
    """Whose cases «mine» are, which page and which words are asked for is said anew each time."""
    first, second = world.file(world.citizen()), world.file(world.citizen("1000000016", name_ar="مريم", name_en=None))
    other = world.officer(EMIRATE, email="other@example.com")
    for browser, number, email in ((desk, first, "officer@example.com"), (other, second, "other@example.com")):
        officer = rows(world, select(Staff.id).where(Staff.email == email))[0]
        press(browser, number, "assign", assignee=str(officer))
    queue._statement.cache_clear()
    for browser, mine, theirs in ((desk, first, second), (other, second, first)):
        page = browser.get("/desk?mine=yes&service=emirate_appointment")
        assert printed(mine) in page.html
        assert printed(theirs) not in page.html
        assert printed(mine) not in browser.get("/desk?mine=yes&page=2&service=emirate_appointment").html
        assert printed(mine) not in browser.get("/desk?mine=yes&service=general_transaction").html
        assert printed(second) in browser.get("/desk?words=مريم").html
        assert printed(first) not in browser.get("/desk?words=مريم").html
        assert printed(first) in browser.get("/desk?words=فهد").html
    # Mine of either service, and everything; the second officer found what was built for the first.
    assert (queue._statement.cache_info().currsize, queue._statement.cache_info().hits) == (3, 9)


def test_an_unknown_filter_asks_for_nothing(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    assert printed(number) in desk.get("/desk?service=none&stage=draft&page=-4&mine=1").html


def test_the_queue_costs_three_round_trips_however_many_rows_it_has(world: World, desk: Desk) -> None:
    for identity in ("1000000008", "1000000016", "1000000024"):
        number = world.file(world.citizen(identity, mobile=f"+96651234{identity[-4:]}"))
        press(desk, number, "start_review")
    with world.app.app_context():
        db.session.query(Case).filter_by(serial=int(number[-6:])).update({"stage": "approved"})
        db.session.commit()
    with counted() as seen:
        assert desk.get("/desk").status == 200
    assert len(seen) == 3


def test_a_row_says_how_the_appointment_of_an_approved_case_stands(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    press(desk, number, "start_review")
    press(world.officer(SECURITY, email="security@example.com"), number, "security_check", result="clear")
    press(desk, number, "propose_slot", slot=str(world.free_slot(number)))
    for state, words in (("booked", "موعد محدد"), ("cancelled", "مقبول"), ("no_show", "فات الموعد")):
        with world.app.app_context():
            db.session.query(Booking).update({"state": state})
            db.session.commit()
        assert state_in(desk) == words


def state_in(desk: Desk) -> str:
    """What the only row of the queue says of its state."""
    (words,) = re.findall(r'class="status-tag[^"]*"><svg.*?</svg> (.*?)</span>', desk.get("/desk").html)
    return str(words)


def test_a_restricted_service_keeps_names_out_of_the_list(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.file(world.citizen())
    assert "فهد بن عبدالله السالم" in desk.get("/desk").html
    assert number in desk.get("/desk?words=السالم").html
    services = world.app.extensions["services"]
    monkeypatch.setitem(
        services._services, "emirate_appointment", replace(services["emirate_appointment"], restricted=True)
    )
    assert "فهد بن عبدالله السالم" not in desk.get("/desk").html
    assert number not in desk.get("/desk?words=السالم").html, "to look for a name must not tell of a request"
    assert number in desk.get(f"/desk?words={number}").html


def test_many_cases_are_started_at_once_and_each_is_reported(world: World, desk: Desk) -> None:
    first, second = world.file(world.citizen()), world.file(world.citizen("1000000016"))
    press(desk, second, "start_review")
    page = desk.post("/desk", {"what": "start_review", "chosen": [f"{first}.1", f"{second}.1"]})
    assert page.status == 200
    assert "نُفّذ على طلب واحد" in page.html
    assert "تعذّر التنفيذ على طلب واحد" in page.html
    assert world.case(first).stage == "in_review"
    assert len(rows(world, select(History).where(History.step == "start_review"))) == 2


def test_many_cases_are_assigned_only_to_who_works_on_them(world: World, desk: Desk) -> None:
    from tests.support import signed_in

    number = world.file(world.citizen())
    stranger = signed_in.member(world.app, MUNICIPALITY, email="stranger@example.com")
    colleague = signed_in.member(world.app, EMIRATE, email="colleague@example.com")
    refused = desk.post("/desk", {"what": "assign", "assignee": str(stranger), "chosen": [f"{number}.1"]})
    assert "تعذّر التنفيذ على طلب واحد" in refused.html
    assert world.case(number).assignee_id is None
    desk.post("/desk", {"what": "assign", "assignee": str(colleague), "chosen": [f"{number}.1"]})
    assert world.case(number).assignee_id == colleague


def test_nothing_but_harmless_steps_is_taken_for_many(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    press(desk, number, "start_review")
    assert desk.post("/desk", {"what": "refuse", "chosen": [f"{number}.2"]}).status == 422
    assert world.case(number).stage == "in_review"


def test_choosing_nothing_is_said_and_keeps_the_choice(world: World, desk: Desk) -> None:
    world.file(world.citizen())
    page = desk.post("/desk", {"what": "assign", "assignee": ""})
    assert page.status == 422
    assert 'href="#queue"' in page.html
    assert 'href="#assignee"' in page.html
    assert '<option value="assign" selected>' in page.html


def test_rows_of_one_look_say_what_is_their_own_and_keep_their_own_tick(world: World, desk: Desk) -> None:
    names = ("فهد <بن> عبدالله", "مريم %(number)s")
    numbers = [
        world.file(world.citizen(identity, name_ar=name, name_en=None))
        for identity, name in zip(("1000000008", "1000000016"), names, strict=True)
    ]
    page = desk.post("/desk", {"what": "assign", "chosen": [f"{numbers[1]}.1"]})
    assert page.status == 422
    shown = re.findall(r"<tr data-row>.*?</tr>", page.html, re.S)
    for number, name, tick, row in zip(numbers, names, ("", " checked"), shown, strict=True):
        assert f'value="{number}.1"{tick}>' in row
        assert f'href="/desk/cases/{number}"' in row
        assert f"<bdi>{escape(name)}</bdi>" in row
        assert row.count(printed(number)) == 3


def test_the_next_case_is_the_one_after_and_never_one_that_waits(world: World, desk: Desk) -> None:
    numbers = [
        world.file(world.citizen(identity, mobile=f"+96651234{identity[-4:]}"))
        for identity in ("1000000008", "1000000016", "1000000024")
    ]
    press(desk, numbers[1], "start_review")
    ask(desk, numbers[1], "answer:other", "needs_explanation", "ما المطلوب؟")
    desk.post(
        f"/desk/cases/{numbers[1]}/requests/send", {"version": desk.get(f"/desk/cases/{numbers[1]}").field("version")}
    )
    assert desk.get("/desk/next").location.endswith(numbers[0])
    assert desk.get(f"/desk/next?after={numbers[0]}").location.endswith(numbers[2])
    assert desk.get(f"/desk/next?after={numbers[2]}").location.endswith(numbers[0])
    saved = press(desk, numbers[0], "start_review", then="next")
    assert desk.get(saved.location).location.endswith(numbers[2])


def test_an_auditor_reads_and_presses_nothing(world: World) -> None:
    number = world.file(world.citizen())
    auditor = world.officer(AUDITOR, email="auditor@example.com")
    queue, case = auditor.get("/desk"), auditor.get(f"/desk/cases/{number}")
    assert printed(number) in queue.html
    assert 'name="chosen"' not in queue.html
    assert f"/desk/cases/{number}/steps/" not in case.html
    assert f"/desk/cases/{number}/messages" not in case.html
    assert auditor.post(f"/desk/cases/{number}/steps/start_review", {"version": "1"}).status == 403
    assert auditor.post("/desk", {"what": "start_review", "chosen": [f"{number}.1"]}).status == 403


def test_staff_without_cases_are_refused(world: World) -> None:
    gate = world.officer(Grant(Role.GATE_STAFF, agency="emirate", office="main"), email="gate@example.com")
    assert gate.get("/desk").status == 403


def test_a_page_of_the_queue_is_also_a_fragment_and_english(world: World, desk: Desk) -> None:
    world.file(world.citizen())
    fragment = desk.get("/desk?stage=submitted", **{"HX-Request": "true"})
    assert fragment.html.lstrip().startswith("<section")
    english = desk.get("/en/desk")
    assert '<html lang="en" dir="ltr">' in english.html
    assert "Appointment with the emirate" in english.html
    assert "3 working days left" in english.html or "working day" in english.html


def test_a_supervisor_sees_how_the_work_stands_and_whom_no_notice_reached(world: World, desk: Desk) -> None:
    first = world.file(world.citizen())
    world.file(world.citizen("1000000016"))
    world.file(world.citizen(), "general_transaction")
    press(desk, first, "start_review")
    with world.app.app_context():
        db.session.query(Message).filter_by(case_id=world.case(first).id, channel="sms").update({"state": "failed"})
        db.session.commit()
    supervisor = world.officer(Grant(Role.SUPERVISOR, agency="emirate"), email="head@example.com")
    page = supervisor.get("/desk/overview")
    assert page.status == 200
    assert "<b>1</b> جديد" in page.html
    assert "<b>1</b> تحت الإجراء" in page.html
    assert "<b>2</b> غير مسند" in page.html
    assert f"/desk/cases/{first}" in page.html
    assert "إشعاران" in page.html
    assert desk.get("/desk/overview").status == 403
    assert "Overview" in supervisor.get("/en/desk/overview").html


def test_a_closed_case_is_found_by_its_number_and_by_the_filter(world: World, desk: Desk) -> None:
    number, other = world.file(world.citizen()), world.file(world.citizen("1000000016"))
    press(desk, number, "start_review")
    assert press(desk, number, "refuse", reasons=["no_slots"]).status == 303
    assert printed(number) not in desk.get("/desk").html
    assert printed(number) in desk.get(f"/desk?words={number}").html
    assert printed(number) in desk.get(f"/desk?words={int(number[-6:])}").html
    closed = desk.get("/desk?closed=yes").html
    assert printed(number) in closed
    assert printed(other) not in closed
    assert printed(number) not in desk.get("/desk?words=فهد").html
    stranger = world.officer(MUNICIPALITY, email="stranger@example.com")
    assert printed(number) not in stranger.get(f"/desk?words={number}").html


def test_a_name_that_is_searched_for_does_not_stay_in_the_address(world: World, desk: Desk) -> None:
    world.file(world.citizen())
    asked = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = desk.get("/desk?words=Fahd&mine=yes", **asked)
    assert part.response.headers["HX-Replace-Url"] == "/desk?mine=yes"
    assert "hx-replace-url" not in desk.get("/desk").html
