"""Announcements and closures, as an editor publishes them and visitors, applicants and clerks meet them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.calendars.clock import now, today
from app.cases import announcements
from app.cases.announcements import Entry
from app.cases.models import Case
from app.extensions import db, transaction
from app.identity.accounts import BeyondScope
from app.identity.actors import Actor, Grant
from app.identity.audit import AuditRow
from app.kit.roles import Role
from tests.support.world import APPOINTMENT, Desk, World, letter

EDITOR = Actor(kind="staff", grants=(Grant(Role.CONTENT_EDITOR),))
NEWS = {
    "kind": "news",
    "title_ar": "صيانة يوم الجمعة",
    "title_en": "Works on Friday",
    "text_ar": "نص",
    "text_en": "Text",
}
CLOSURE = {**NEWS, "kind": "closure", "service": "emirate_appointment"}
CARD = "/services/emirate_appointment"


@pytest.fixture
def editor(world: World) -> Desk:
    return world.officer(Grant(Role.CONTENT_EDITOR), email="editor@example.test")


def closed(app: Flask, *, days: int | None = None, service: str = "emirate_appointment") -> None:
    with app.app_context(), transaction():
        words = {"ar": "توقف للصيانة", "en": "Closed for works"}
        last = today(announcements.zone_of("emirate")) + timedelta(days=days) if days is not None else None
        announcements.publish(Entry(words, words, service=service, closes=True, ends_on=last), by=EDITOR)


def test_an_editors_work_begins_at_his_announcements(editor: Desk) -> None:
    assert editor.get("/desk/home").location.endswith("/admin/announcements")
    assert "لا إعلانات بعد" in editor.get("/admin/announcements").html


def test_what_is_published_is_read_by_everybody_until_it_is_withdrawn(app: Flask, editor: Desk) -> None:
    answer = editor.post("/admin/announcements/new", NEWS, page="/admin/announcements/new")
    assert answer.status == 303
    listed = editor.get(answer.location)
    assert "نُشر الإعلان" in listed.html
    visitor = app.test_client()
    assert "صيانة يوم الجمعة" in visitor.get("/").text
    assert "Works on Friday" in visitor.get("/en/announcements").text
    withdraw = listed.html.split('action="')[-1].split('"')[0]
    assert editor.post(withdraw, page="/admin/announcements").status == 303
    assert "صيانة يوم الجمعة" not in visitor.get("/").text
    with app.app_context():
        kinds = [row.kind for row in db.session.query(AuditRow).order_by(AuditRow.id)]
    assert [each for each in kinds if each.startswith("announcement")] == [
        "announcement.published",
        "announcement.withdrawn",
    ]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"kind": ""}, "kind", "اختر ما تنشره"),
        ({"kind": "closure"}, "service", "اختر الخدمة المتوقفة"),
        ({"title_en": ""}, "title_en", "اكتب العنوان بالإنجليزية"),
        ({"text_ar": "ن" * 601}, "text_ar", "فيما لا يزيد على 600 حرف"),
        ({"agency": "elsewhere"}, "agency", "اختر جهة من القائمة"),
        ({"ends_on": "قريبًا"}, "ends_on", "اكتب اليوم بأرقامه"),
        ({"starts_on": "1/1/2020"}, "starts_on", "هذا اليوم مضى"),
        ({"starts_on": "٣/١/٢٠٩٠", "ends_on": "2/1/2090"}, "ends_on", "آخر يوم يسبق أول يوم"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    app: Flask, editor: Desk, changes: dict[str, str], field: str, words: str
) -> None:
    page = editor.post("/admin/announcements/new", {**NEWS, **changes}, page="/admin/announcements/new")
    assert page.status == 422
    assert words in page.html.split(f'id="{field}-e"')[1][:400]
    assert "صيانة يوم الجمعة" in page.html
    with app.app_context():
        assert announcements.written(EDITOR, 9) == []


def test_an_editor_of_one_agency_speaks_for_no_other(app: Flask, world: World) -> None:
    editor = world.officer(Grant(Role.CONTENT_EDITOR, agency="municipality"), email="editor@example.test")
    for about in ({}, {"agency": "emirate"}, {"service": "emirate_appointment"}):
        page = editor.post("/admin/announcements/new", {**NEWS, **about}, page="/admin/announcements/new")
        assert page.status == 422
        assert "خارج نطاقك" in page.html
    own = {**NEWS, "service": "general_transaction"}
    assert editor.post("/admin/announcements/new", own, page="/admin/announcements/new").status == 303
    with app.app_context(), transaction():
        row = announcements.publish(Entry(NEWS, NEWS, "emirate"), by=EDITOR)
    assert editor.post(f"/admin/announcements/{row.id}/withdraw", page="/admin/announcements").status == 404
    one_service = Actor(kind="staff", grants=(Grant(Role.CONTENT_EDITOR, agency="emirate", service="petition"),))
    with app.app_context(), pytest.raises(BeyondScope):
        announcements.publish(Entry(NEWS, NEWS, "emirate"), by=one_service)


def test_a_closed_service_says_so_and_cannot_be_begun(app: Flask, world: World) -> None:
    citizen = world.citizen()
    assert "ابدأ الخدمة" in citizen.get(CARD).html
    closed(app, days=3)
    card = citizen.get(CARD).html
    assert "توقف للصيانة" in card
    assert "ابدأ الخدمة" not in card
    assert "حتى" in card
    assert "Closed for works" in citizen.get(f"/en{CARD}").html
    assert "توقف للصيانة" in citizen.get("/").html
    told = citizen.get("/announcements").html.split("توقف للصيانة")[-1]
    assert "حتى" in told.split("</article>")[0]
    assert citizen.get(f"{CARD}/apply").location == CARD
    assert "ابدأ الخدمة" in citizen.get("/services/general_transaction").html


def test_a_draft_outlives_the_closure_and_is_sent_after_it(app: Flask, world: World) -> None:
    citizen = world.citizen()
    values: dict[str, Any] = {**APPOINTMENT, "subject_letter": letter(), "action": "check"}
    check = citizen.post(f"{CARD}/apply", values).location
    closed(app, days=0)
    form = citizen.get(check.removesuffix("/check")).html
    assert "الخدمة متوقفة الآن" in form
    assert APPOINTMENT["subject_text"] in form
    tick = {"declaration": "yes", "token": citizen.get(check).field("token")}
    refused = citizen.post(check, tick, page=check)
    assert refused.status == 409
    assert "فأرسله بعد عودتها" in refused.html
    with app.app_context():
        assert db.session.query(Case).count() == 0
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        again = world.citizen()
        assert again.post(check, tick, page=check).status == 303


def test_a_case_that_was_filed_goes_on_while_the_service_is_closed(app: Flask, world: World) -> None:
    number = world.file(world.citizen())
    closed(app)
    said = world.citizen().post(f"/account/cases/{number}/messages", {"message": "سؤال"})
    assert said.status == 303


@pytest.mark.parametrize(("first", "shown"), [(0, True), (1, False)])
def test_it_is_told_from_its_first_day_on(app: Flask, editor: Desk, first: int, shown: bool) -> None:
    with app.app_context():
        day = today(announcements.zone_of(None)) + timedelta(days=first)
    values = {**NEWS, "starts_on": day.isoformat(), "ends_on": (day + timedelta(days=1)).isoformat()}
    assert editor.post("/admin/announcements/new", values, page="/admin/announcements/new").status == 303
    assert ("صيانة يوم الجمعة" in app.test_client().get("/").text) is shown
    for days, told in ((first, True), (first + 1, True), (first + 2, False)):
        midday = now().replace(hour=12, minute=0) + timedelta(days=days)
        with time_machine.travel(max(midday, now()), tick=True):
            assert ("صيانة يوم الجمعة" in app.test_client().get("/").text) is told
