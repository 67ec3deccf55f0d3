"""Clients without an account, whose mobile is stated at the counter; limits of clerks, and what a supervisor sees."""

from dataclasses import replace

import pytest

from app.extensions import db, transaction
from app.identity.actors import Grant
from app.identity.models import Staff, mobile_key
from app.kit.roles import Role
from tests.counter.office import MOBILE, NUMBER, OTHER, Counter
from tests.support import signed_in
from tests.support.world import Desk

SUPERVISOR = Grant(Role.SUPERVISOR, agency="municipality")


def test_a_client_without_an_account_is_registered_with_a_stated_mobile(counter: Counter) -> None:
    missed = counter.look_up(OTHER, "0551234567")
    assert 'formaction="/counter/new"' in missed.html
    first = counter.clerk.post("/counter/new", {"number": OTHER, "mobile": "0551234567"})
    assert first.status == 200
    assert first.field("number") == OTHER
    page = counter.introduce()
    assert page.status == 303
    person = counter.person(OTHER)
    assert (person.name_ar, person.mobile_source, person.id_type) == ("هيا بنت محمد", "counter", "citizen")
    assert counter.audited("counter.person")[0].subject_person_id == person.id


def test_who_signs_in_later_finds_the_case_with_a_notice_and_his_own_mobile(counter: Counter) -> None:
    client = counter.introduce().location.split("?")[0]
    number = counter.filed(client)
    before = counter.person(OTHER).id
    citizen = counter.world.citizen(OTHER, name_ar="هيا بنت محمد آل فطيح", mobile="+966509876543", email=None)
    person = counter.person(OTHER)
    assert (person.id, person.mobile, person.mobile_source) == (before, "+966509876543", "provider")
    assert person.name_ar == "هيا بنت محمد آل فطيح"
    assert number in citizen.get("/account/cases").html
    page = citizen.get(f"/account/cases/{number}").html
    assert "طلباتك السابقة صارت في «حسابي»" in page
    told = counter.messages("earlier_cases")
    assert [each.recipient for each in told] == ["+966509876543"], "the stated mobile hears nothing more"


def test_registered_twice_by_a_double_press_it_is_one_client(counter: Counter) -> None:
    assert [counter.introduce().status for _ in range(2)] == [303, 303]
    assert len(counter.audited("counter.person")) == 1
    assert len(counter.audited("counter.looked_up")) == 1, "the second press found whom the first had made"


def test_who_is_registered_elsewhere_in_this_moment_is_told_of(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.client(OTHER)
    monkeypatch.setattr("app.identity.people.find_by_number", lambda *pair: None)
    page = counter.introduce()
    assert page.status == 422
    assert 'id="number-e"' in page.html


def test_one_mobile_is_for_three_persons_at_most(counter: Counter) -> None:
    for number in ("1000000008", "1000000016", "1000000024"):
        assert counter.introduce(number).status == 303
    page = counter.introduce("1000000032")
    assert page.status == 422
    assert "هذا الجوال مسجل لثلاثة أشخاص" in page.html
    assert page.field("name") == "هيا بنت محمد"


@pytest.mark.parametrize("known", ["by_claim", "by_identity"])
def test_a_mobile_of_staff_is_no_clients(counter: Counter, known: str) -> None:
    if known == "by_claim":
        with counter.app.app_context(), transaction():
            db.session.get_one(Staff, counter.staff_id).mobile_key = mobile_key("+966551234567")
    else:
        signed_in.person(counter.app, NUMBER, mobile="+966551234567")
        signed_in.member(counter.app, SUPERVISOR, email="boss@example.com", number=NUMBER)
    page = counter.introduce()
    assert page.status == 422
    assert "هذا جوال موظف" in page.html


def test_a_clerk_cannot_change_the_mobile_of_somebody_who_has_one(counter: Counter) -> None:
    counter.client()
    page = counter.introduce(NUMBER)
    assert page.status == 422
    assert "هذا الرقم مسجل بجوال آخر" in page.html
    assert counter.person(NUMBER).mobile == "+966512345678"


def test_nobody_gives_a_mobile_to_somebody_who_signs_in_without_one(counter: Counter) -> None:
    counter.client(mobile=None)
    assert counter.introduce(NUMBER).status == 422


def test_the_name_is_asked_for_as_on_the_card(counter: Counter) -> None:
    page = counter.introduce(name="هيا")
    assert page.status == 422
    assert 'id="name-e"' in page.html


def test_a_clerk_is_not_his_own_client(counter: Counter) -> None:
    counter.client()
    own = counter.another(number=NUMBER)
    page = own.look_up()
    assert page.status == 409
    assert "لا تعمل لنفسك" in page.html


def test_nor_does_he_stand_before_himself_for_another(counter: Counter) -> None:
    from tests.support.world import letter

    counter.client()
    clerk = counter.another(number=OTHER)
    draft = clerk.begin(clerk.find(), "representative")
    cards = {"applicant_id_image": letter("b.jpg"), "representative_name": "ناصر بن علي", "representative_id": OTHER}
    check = clerk.check(draft, **cards)
    values = {"token": check.field("token"), "declaration": "yes", "code": clerk.consent(draft)}
    page = clerk.clerk.post(f"{draft}/check", values)
    assert page.status == 409
    assert "لا تعمل لنفسك ولا لمن تمثله" in page.html


def test_a_clerk_serves_clients_of_his_own_office_and_services(counter: Counter) -> None:
    counter.client()
    headquarters = counter.another(Grant(Role.COUNTER_AGENT, agency="municipality", office="municipality_main"))
    assert headquarters.clerk.get("/counter").status == 403
    other = counter.another(
        Grant(Role.COUNTER_AGENT, agency="municipality", service="another"), email="third@example.com"
    )
    page = other.clerk.post(f"{other.find()}/drafts", {"service": "general_transaction", "who_came": "client"})
    assert page.status == 404


def test_a_role_taken_away_ends_the_visit_at_once(counter: Counter) -> None:
    from app.identity import staff
    from tests.counter.office import CLERK

    counter.client()
    client = counter.find()
    with counter.app.app_context(), transaction():
        staff.revoke("clerk@example.com", CLERK)
    assert counter.clerk.get(client).status == 403


def test_another_clerks_client_is_nobodys(counter: Counter) -> None:
    counter.client()
    assert counter.another().clerk.get(counter.find()).status == 404


def test_asking_which_numbers_are_known_is_counted(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.client()
    settings = replace(counter.app.config["SETTINGS"], counter_misses_a_day=2)
    monkeypatch.setitem(counter.app.config, "SETTINGS", settings)
    pages = [counter.introduce(NUMBER) for _ in range(3)]
    assert [page.status for page in pages] == [422, 422, 429]


LIMITS = {
    "counter_lookups_a_day": lambda counter: counter.look_up(),
    "counter_misses_a_day": lambda counter: counter.look_up("1000000024"),
    "counter_persons_a_day": lambda counter: counter.introduce(),
    "counter_filings_a_day": lambda counter: counter.file(counter.find()),
}


@pytest.mark.parametrize("setting", list(LIMITS))
def test_a_day_of_one_clerk_has_an_end(counter: Counter, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    counter.client()
    settings = replace(counter.app.config["SETTINGS"], **{setting: 1})
    monkeypatch.setitem(counter.app.config, "SETTINGS", settings)
    LIMITS[setting](counter)
    page = LIMITS[setting](counter)
    assert page.status in (422, 429)
    assert "بلغت حد اليوم" in page.html
    assert LIMITS[setting](counter.another()).status != 429


def test_the_supervisor_sees_counts_and_stated_mobiles(counter: Counter) -> None:
    counter.client()
    counter.filed(counter.find())
    counter.look_up("1000000024")
    counter.introduce()
    page = counter.world.officer(SUPERVISOR, email="boss@example.com").get("/counter/day").html
    assert "ريم العنزي" in page
    assert "هيا بنت محمد" in page
    assert "4567" in page
    assert "551234567" not in page
    assert "/counter/day" in counter.world.officer(SUPERVISOR, email="boss@example.com").get("/desk").html
    elsewhere = ({"agency": "emirate"}, {"agency": "municipality", "office": "municipality_main"})
    for number, scope in enumerate((*elsewhere, {"agency": "municipality", "service": "general_transaction"})):
        other: Desk = counter.world.officer(Grant(Role.SUPERVISOR, **scope), email=f"far{number}@example.com")
        assert "ريم العنزي" not in other.get("/counter/day").html, scope


def test_numbers_of_the_client_stand_in_no_audit_row(counter: Counter) -> None:
    counter.client()
    counter.filed(counter.find())
    for kind in ("counter.looked_up", "counter.filed", "counter.code_sent"):
        (row,) = counter.audited(kind)
        assert NUMBER not in str(row.detail)
        assert MOBILE[1:] not in str(row.detail)


def test_a_clerk_begins_at_the_counter_after_signing_in(counter: Counter) -> None:
    assert counter.clerk.get("/desk/home").location == "/counter"
    assert 'class="brand" href="/desk/home"' in counter.clerk.get("/counter").html


def test_visits_are_forgotten_after_ninety_days_and_those_of_drafts_with_them(counter: Counter) -> None:
    from datetime import timedelta

    import time_machine
    from sqlalchemy import select

    from app.calendars.clock import now
    from app.cases.counter.models import CounterOpening, CounterVisit
    from app.jobs.retention import forget

    counter.client()
    client = counter.find()
    counter.open(client, counter.filed(client))
    kept = counter.find()
    with time_machine.travel(now() + timedelta(days=91), tick=False), counter.app.app_context():
        with transaction():
            db.session.get_one(CounterVisit, kept.rsplit("/", 1)[1]).began_at = now()
        forget()
        assert [str(each.id) for each in db.session.scalars(select(CounterVisit)).unique()] == [kept.rsplit("/", 1)[1]]
        assert db.session.scalars(select(CounterOpening)).all() == []
