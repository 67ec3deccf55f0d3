"""The page of a case at the desk, and every step taken from it."""

import re
import threading

from sqlalchemy import select

from app.appointments.models import Booking
from app.cases.models import Deadline, History
from app.documents.models import Attachment
from app.identity.audit import AuditRow
from tests.desk.conftest import ask, press, rows
from tests.support.world import EMIRATE, MUNICIPALITY, SECURITY, Desk, World


def steps_of(world: World) -> list[str]:
    return rows(world, select(History.step).order_by(History.at))


def test_a_view_is_noted_with_name_case_and_person(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    assert desk.get(f"/desk/cases/{number}").status == 200
    [row] = rows(world, select(AuditRow).where(AuditRow.kind == "case.viewed"))
    case = world.case(number)
    assert (row.case_id, row.subject_person_id, row.actor_kind) == (case.id, case.applicant_id, "staff")


def test_the_case_shows_answers_files_history_and_what_to_press(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    html = desk.get(f"/desk/cases/{number}").html
    for words in (
        "أطلب مساعدة في معاملتي",
        "1000000008",
        "خطاب موضوع الزيارة",
        "فُحص وهو سليم",
        "قُدّم الطلب من البوابة",
        "ابدأ المراجعة",
    ):
        assert words in html
    assert "Review" in desk.get(f"/en/desk/cases/{number}").html


def test_the_citizens_message_is_new_until_the_officer_has_opened_the_case(world: World, desk: Desk) -> None:
    citizen = world.citizen()
    number = world.file(citizen)
    citizen.post(f"/account/cases/{number}/messages", {"message": "هل أحضر الأصل؟"})
    assert "رسالة جديدة واحدة" in desk.get("/desk").html
    assert "هل أحضر الأصل؟" in desk.get(f"/desk/cases/{number}").html
    assert "رسالة جديدة واحدة" not in desk.get("/desk").html


def test_of_two_officers_at_once_one_is_told_that_the_other_was_faster(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    other = world.officer(EMIRATE, email="other@example.com")
    desks, answers, start = (desk, other), [], threading.Barrier(2)
    tokens = [each.token() for each in desks]

    def go(which: int) -> None:
        start.wait()
        data = {"csrf_token": tokens[which], "version": "1"}
        answers.append(desks[which].client.post(f"/desk/cases/{number}/steps/start_review", data=data).status_code)

    threads = [threading.Thread(target=go, args=(which,)) for which in (0, 1)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [303, 409]
    assert steps_of(world).count("start_review") == 1


def test_who_comes_second_sees_the_case_as_it_is_and_keeps_what_was_typed(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    press(desk, number, "start_review")
    stale = desk.get(f"/desk/cases/{number}").field("version")
    press(desk, number, "register")
    page = press(desk, number, "refuse", version=stale, reasons="outside_scope", note="الموضوع لدى البلدية")
    assert page.status == 409
    assert "الموضوع لدى البلدية" in page.html
    assert re.search(r'value="outside_scope" checked', page.html)
    assert page.field("version") != stale
    assert world.case(number).stage == "in_review"


def test_nobody_handles_his_own_case(world: World) -> None:
    number = world.file(world.citizen())
    own = world.officer(EMIRATE, email="own@example.com", number="1000000008")
    page = own.get(f"/desk/cases/{number}")
    assert page.status == 409
    assert "هذا طلبك أنت" in page.html
    assert own.get("/desk/next").location.endswith("/desk")
    assert own.post(f"/desk/cases/{number}/steps/start_review", {"version": "1"}).status == 409
    assert own.post(f"/desk/cases/{number}/messages", {"text": "كلمة", "kind": "note"}).status == 409
    assert steps_of(world) == ["submit"]


def test_steps_from_another_stage_or_by_another_role_leave_no_trace(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    security = world.officer(SECURITY, email="security@example.com")
    for each, name in (
        (desk, "refuse"),
        (desk, "propose_slot"),
        (desk, "submit"),
        (desk, "cancel"),
        (desk, "lapse_answer"),
        (desk, "none"),
        (desk, "security_check"),
        (desk, "send_requests"),
        (security, "start_review"),
    ):
        page = each.post(
            f"/desk/cases/{number}/steps/{name}", {"version": "1", "reasons": "outside_scope", "result": "clear"}
        )
        assert page.status == 409, name
    assert steps_of(world) == ["submit"]


def test_refusing_without_a_reason_is_said_beside_the_reasons(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    press(desk, number, "start_review")
    page = press(desk, number, "refuse", note="توضيح طويل")
    assert page.status == 422
    assert 'href="#refuse-reasons"' in page.html
    assert 'id="refuse-reasons-e"' in page.html
    assert "توضيح طويل" in page.html
    assert press(desk, number, "refuse", reasons=["outside_scope"], note="توضيح").status == 303
    assert world.case(number).stage == "refused"


def test_the_hidden_check_is_marked_for_staff_and_absent_for_the_citizen(world: World, desk: Desk) -> None:
    citizen = world.citizen()
    number = world.file(citizen)
    press(desk, number, "start_review")
    citizen.get(f"/account/cases/{number}")  # reading clears the marks of new messages
    before = citizen.get(f"/account/cases/{number}").html
    security = world.officer(SECURITY, email="security@example.com")
    assert press(security, number, "security_check", result="concern", note="يراجع").status == 303
    page = desk.get(f"/desk/cases/{number}").html
    assert "سُجّلت نتيجة التحقق من الزوار" in page
    assert "داخلي" in page
    assert "توجد ملاحظات" in page
    steady = re.compile(r'nonce-[^"]*|value="[0-9a-f]{64}"|"[0-9a-f]{64}"|E-[0-9A-F]{8}')
    assert steady.sub("", citizen.get(f"/account/cases/{number}").html) == steady.sub("", before)


def test_a_date_is_set_from_the_free_times_and_a_taken_one_is_said_so(world: World, desk: Desk) -> None:
    security = world.officer(SECURITY, email="security@example.com")
    numbers = [world.file(world.citizen()), world.file(world.citizen("1000000016"))]
    for number in numbers:
        press(desk, number, "start_review")
    assert "تسبقها: سجّل نتيجة التحقق من الزوار" in desk.get(f"/desk/cases/{numbers[0]}").html
    for number in numbers:
        press(security, number, "security_check", result="clear")
    slot = world.free_slot(numbers[0])
    page = desk.get(f"/desk/cases/{numbers[0]}")
    assert str(slot) in page.html
    assert press(desk, numbers[0], "propose_slot").status == 422
    assert press(desk, numbers[0], "propose_slot", slot=str(slot)).status == 303
    shown = desk.get(f"/desk/cases/{numbers[0]}").html
    assert "محجوز" in shown
    assert "لم يحن يوم الموعد بعد" in shown
    assert f"/desk/cases/{numbers[0]}/steps/attended" not in shown
    assert "سارٍ" in shown
    assert rows(world, select(Booking.slot_id)) == [slot]
    assert (
        rows(
            world,
            select(Deadline).where(
                Deadline.kind == "target", Deadline.case_id == world.case(numbers[0]).id, Deadline.state == "open"
            ),
        )
        == []
    )
    unknown = press(desk, numbers[1], "propose_slot", slot="00000000-0000-4000-8000-000000000000")
    assert unknown.status == 422
    assert 'id="propose_slot-slot-e"' in unknown.html


def test_later_days_come_as_a_fragment_and_as_a_page(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    press(desk, number, "start_review")
    press(world.officer(SECURITY, email="security@example.com"), number, "security_check", result="clear")
    page = desk.get(f"/desk/cases/{number}")
    later = re.search(r'hx-get="([^"]+)"', page.html)
    assert later
    fragment = desk.get(later[1], **{"HX-Request": "true"})
    assert fragment.html.lstrip().startswith("<fieldset")
    day = later[1].partition("from=")[2]
    assert f'value="{day}"' in desk.get(f"/desk/cases/{number}?from={day}").html


def test_a_file_opens_only_inside_its_case_and_the_look_is_noted(world: World, desk: Desk) -> None:
    first, second = world.file(world.citizen()), world.file(world.citizen("1000000016"))
    [file] = rows(world, select(Attachment).where(Attachment.case_id == world.case(first).id))
    shown = desk.get(f"/desk/cases/{first}/files/{file.id}?inline=1")
    assert shown.status == 200
    assert shown.response.headers["Content-Disposition"].startswith("inline")
    assert shown.response.headers["Content-Security-Policy"].startswith("sandbox")
    assert desk.get(f"/desk/cases/{second}/files/{file.id}").status == 404
    stranger = world.officer(MUNICIPALITY, email="stranger@example.com")
    assert stranger.get(f"/desk/cases/{first}/files/{file.id}").status == 404
    assert len(rows(world, select(AuditRow).where(AuditRow.kind == "file.viewed"))) == 1


def test_a_case_is_given_only_to_an_officer_of_its_scope(world: World, desk: Desk) -> None:
    from tests.support import signed_in

    number = world.file(world.citizen())
    stranger = signed_in.member(world.app, MUNICIPALITY, email="stranger@example.com")
    for wrong in (str(stranger), "nonsense"):
        page = press(desk, number, "assign", assignee=wrong)
        assert page.status == 422
        assert 'href="#assign-assignee"' in page.html
    colleague = signed_in.member(world.app, EMIRATE, email="colleague@example.com", name="نورة")
    assert press(desk, number, "assign", assignee=str(colleague)).status == 303
    assert "أُسند إلى نورة" in desk.get(f"/desk/cases/{number}").html


def test_a_note_stays_among_officers_and_a_message_reaches_the_citizen(world: World, desk: Desk) -> None:
    citizen = world.citizen()
    number = world.file(citizen)
    assert desk.post(f"/desk/cases/{number}/messages", {"text": "ينتظر رأي الإدارة", "kind": "note"}).status == 303
    assert desk.post(f"/desk/cases/{number}/messages", {"text": "نراجع طلبك", "kind": "message"}).status == 303
    empty = desk.post(f"/desk/cases/{number}/messages", {"text": " ", "kind": "message"})
    assert empty.status == 422
    assert 'id="message-text-e"' in empty.html
    seen = citizen.get(f"/account/cases/{number}").html
    assert "نراجع طلبك" in seen
    assert "ينتظر رأي الإدارة" not in seen


def test_a_registered_number_taken_twice_is_said_beside_the_number(world: World, desk: Desk) -> None:
    numbers = [world.file(world.citizen()), world.file(world.citizen("1000000016"))]
    for number in numbers:
        press(desk, number, "start_review")
    assert press(desk, numbers[0], "register", transaction_number="67").status == 303
    page = press(desk, numbers[1], "register", transaction_number="٠٠٠٦٧")
    assert page.status == 422
    assert 'id="register-transaction_number-e"' in page.html
    assert press(desk, numbers[1], "register").status == 303


def test_a_page_holds_nothing_of_another_case(world: World, desk: Desk) -> None:
    citizen = world.citizen()
    mine = world.file(citizen)
    theirs = world.file(world.citizen("1000000016", name_ar="مريم بنت أحمد اليامي"))
    press(desk, theirs, "start_review")
    ask(desk, theirs, "answer:other", "needs_explanation", "ما سبب زيارة مريم؟")
    desk.post(f"/desk/cases/{theirs}/messages", {"text": "ملاحظة عن مريم", "kind": "note"})
    desk.post(f"/desk/cases/{theirs}/messages", {"text": "رسالة إلى مريم", "kind": "message"})
    [file] = rows(world, select(Attachment.id).where(Attachment.case_id == world.case(theirs).id))
    for html in (desk.get(f"/desk/cases/{mine}").html, citizen.get(f"/account/cases/{mine}").html):
        assert "مريم" not in html
        assert theirs.replace("-", "/") not in html
        assert str(file) not in html
        assert "بدأت المراجعة" not in html
