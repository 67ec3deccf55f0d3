"""One's own sessions can be seen and ended; a member of staff can be locked out at once."""

import re

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.identity.audit import AuditRow
from app.identity.models import Staff
from tests.support import signed_in
from tests.support.world import EMIRATE, Browser, Desk, Page

IDS = re.compile(r'name="session" value="([0-9a-f-]{36})"')


def browsers(app: Flask, count: int) -> list[Browser]:
    person_id = signed_in.person(app)
    return [Browser(signed_in.citizen_browser(app, person_id)) for _ in range(count)]


def end(browser: Browser, path: str, which: str) -> Page:
    return browser.post(path, {"session": which}, page=path)


def test_a_citizen_ends_one_session_elsewhere_and_keeps_this_one(app: Flask) -> None:
    here, there, further = browsers(app, 3)
    others = IDS.findall(here.get("/sessions").html)
    assert len(others) == 2
    assert end(here, "/sessions", others[0]).status == 303
    assert sorted(each.get("/account").status for each in (there, further)) == [200, 303]
    assert here.get("/account").status == 200


def test_all_others_end_together_and_nobody_elses(app: Flask) -> None:
    here, there, further = browsers(app, 3)
    stranger = Browser(signed_in.citizen_browser(app, signed_in.person(app, "1000000016")))
    foreign = IDS.findall(here.get("/sessions").html)[0]
    end(stranger, "/sessions", foreign)
    end(stranger, "/sessions", "no id")
    assert [each.get("/account").status for each in (there, further)] == [200, 200]
    end(here, "/sessions", "others")
    assert [each.get("/account").status for each in (here, there, further, stranger)] == [200, 303, 303, 200]


def test_staff_end_their_sessions_at_the_desk(app: Flask) -> None:
    staff_id = signed_in.member(app, EMIRATE)
    here, there = (Desk(signed_in.staff_browser(app, staff_id)) for _ in range(2))
    (other,) = IDS.findall(here.get("/desk/sessions").html)
    assert end(here, "/desk/sessions", other).status == 303
    assert [each.get("/desk").status for each in (here, there)] == [200, 303]


def test_a_member_of_staff_is_locked_out_at_once_and_let_in_again(app: Flask) -> None:
    desk = Desk(signed_in.staff_browser(app, signed_in.member(app, EMIRATE, email="gone@example.com")))
    assert desk.get("/desk").status == 200
    run = app.test_cli_runner().invoke
    said = run(args=["staff", "disable", "Gone@example.com"]).output
    assert said == "Gone@example.com: disabled, sessions ended: 1\n"
    assert desk.get("/desk").status == 303
    with app.app_context():
        (row,) = db.session.scalars(select(AuditRow).where(AuditRow.kind == "staff.disabled"))
        assert row.detail["sessions"] == 1
        assert db.session.scalars(select(Staff.disabled_at)).one() is not None
    run(args=["staff", "enable", "gone@example.com"])
    with app.app_context():
        assert db.session.scalars(select(Staff.disabled_at)).one() is None
    assert "nobody here" in run(args=["staff", "disable", "who@example.com"]).output
