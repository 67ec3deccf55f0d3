"""The profile: a new mobile is proved, the old one is warned, and a number typed into a form is nobody's."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.calendars.clock import now
from app.extensions import db, transaction
from app.identity import people
from app.identity.audit import AuditRow
from app.identity.models import Person
from app.kit.words import WORDS
from app.notify.models import Message, OneTimeCode
from tests.support import signed_in
from tests.support.world import TRANSACTION, Browser, World

OLD, NEW = "+966512345678", "+966598765432"


def all_of(world: World, model: Any, *where: Any) -> list[Any]:
    with world.app.app_context():
        return list(db.session.scalars(select(model).where(*where)).unique())


def opened(world: World, rows: list[Any], name: str) -> list[str]:
    with world.app.app_context():
        return [getattr(row, name) for row in rows]


def change_mobile(world: World, citizen: Browser) -> None:
    citizen.post("/account/profile", {"mobile": "598765432", "email": "fahd@example.com"})
    (message,) = all_of(world, Message, Message.event == "code")
    (words,) = opened(world, [message], "body")
    code = re.search(r"\d{6}", words)
    assert code
    answer = citizen.post("/account/profile/mobile", {"mobile": NEW, "code": code[0]})
    assert answer.location == "/account/profile?done=mobile"


def test_no_mobile_stands_in_the_clear_where_a_code_was_asked_for(world: World) -> None:
    world.citizen().post("/account/profile", {"mobile": "598765432", "email": ""})
    (code,) = all_of(world, OneTimeCode)
    assert "98765432" not in code.purpose
    assert code.purpose.startswith("mobile:")


def test_the_old_mobile_and_the_mail_are_told_of_a_new_mobile(world: World) -> None:
    change_mobile(world, world.citizen())
    warnings = all_of(world, Message, Message.event == "mobile_changed")
    assert sorted(opened(world, warnings, "recipient")) == [OLD, "fahd@example.com"]
    (person,) = all_of(world, Person)
    assert opened(world, [person], "mobile") == [NEW]


def test_a_new_mobile_that_needs_a_fresh_sign_in_changes_nothing_before_it(world: World) -> None:
    person_id = signed_in.person(world.app)
    stale = signed_in.citizen_browser(world.app, person_id, auth_time=now() - timedelta(minutes=11))
    answer = Browser(stale).post("/account/profile", {"mobile": "598765432", "email": "new@example.com"})
    assert "/login?next=/kept/" in answer.location
    (person,) = all_of(world, Person)
    assert opened(world, [person], "email") == ["fahd@example.com"]
    again = Browser(signed_in.citizen_browser(world.app, person_id))
    kept = again.get(re.sub(r".*next=(/kept/[0-9a-f-]+).*", r"\1", answer.location))
    assert (kept.field("mobile"), kept.field("email")) == ("598765432", "new@example.com")


def test_a_number_typed_into_a_form_is_not_on_the_profile_and_begins_the_next_form(world: World) -> None:
    citizen = world.citizen(mobile=None, email=None)
    world.file(citizen, "general_transaction", email="mine@example.com")
    (person,) = all_of(world, Person)
    assert opened(world, [person], "mobile") == [None]
    form = citizen.get("/services/general_transaction/apply")
    assert (form.field("mobile"), form.field("email")) == (TRANSACTION["mobile"], "mine@example.com")


def test_the_provider_replaces_what_somebody_only_stated(world: World) -> None:
    person_id = signed_in.person(world.app, mobile=None)
    for stated in ("form", "counter"):
        with world.app.app_context(), transaction():
            people.set_mobile(people.person(person_id), "+966500000001", source=stated)
        signed_in.person(world.app, mobile=OLD)
        (person,) = all_of(world, Person)
        assert opened(world, [person], "mobile") == [OLD]


def test_a_person_files_only_so_many_requests_a_day(world: World, monkeypatch: Any) -> None:
    monkeypatch.setitem(world.app.config, "SETTINGS", replace(world.app.config["SETTINGS"], filings_a_day=1))
    citizen = world.citizen()
    world.file(citizen, "general_transaction")
    page = citizen.post("/services/general_transaction/apply", {**TRANSACTION, "action": "check"})
    check = citizen.get(page.location)
    refused = citizen.post(page.location, {"token": check.field("token"), "declaration": "yes"})
    assert refused.status == 429
    assert WORDS.text("ar", "cases.errors.too_many_filings") in refused.html


def test_who_was_known_by_number_alone_is_told_of_his_cases_at_the_first_sign_in(world: World) -> None:
    world.file(world.citizen(), "general_transaction")
    with world.app.app_context(), transaction():
        person = people.find_by_number("SA", "1000000008")
        assert person is not None
        db.session.delete(person.logins[0])
    assert all_of(world, Message, Message.event == "earlier_cases") == []
    world.citizen()
    assert len(all_of(world, Message, Message.event == "earlier_cases")) == 2
    world.citizen()
    assert len(all_of(world, Message, Message.event == "earlier_cases")) == 2
    assert not all_of(world, AuditRow, AuditRow.kind == "signin.refused")


def test_a_wrong_code_can_be_asked_for_anew_without_typing_the_number_again(world: World) -> None:
    citizen = world.citizen()
    citizen.post("/account/profile", {"mobile": "598765432", "email": "fahd@example.com"})
    page = citizen.post("/account/profile/mobile", {"mobile": NEW, "code": "000000"})
    assert page.status == 422
    assert "رقمك القديم باقٍ" in page.html
    fields = dict(re.findall(r'type="hidden" name="(mobile|email)" value="([^"]*)"', page.html.split('id="code"')[1]))
    assert fields == {"mobile": NEW, "email": "fahd@example.com"}
    assert "أكّد رقم جوالك الجديد" in citizen.post("/account/profile", fields).html
    assert len(all_of(world, Message, Message.event == "code")) == 2
