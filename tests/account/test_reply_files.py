"""Files of a reply are kept by themselves: what is wrong beside them costs nobody an upload."""

import io
import re
from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy import select

from app.calendars.clock import now
from app.cases import requests
from app.documents import keeping
from app.documents.models import Attachment
from app.extensions import db, transaction
from tests.cases.test_desk_steps import take
from tests.cases.test_replies import found
from tests.support.world import Browser, Page, World, letter


def asked(world: World, number: str) -> tuple[str, str, str]:
    """A replacement, a document and a question, sent together; gives their ids."""
    officer = world.actor()
    take(world, number, "start_review", officer)
    with world.app.app_context(), transaction():
        case = found(number)
        ids = []
        for kind, target, reason in (
            ("replacement", "subject_letter", "unclear_document"),
            ("document", "other", "missing_document"),
            ("answer", "other", "needs_explanation"),
        ):
            more: dict[str, Any] = {"reason": reason, "text": "?", "by": officer, "version": case.version}
            ids.append(str(requests.prepare(case.id, kind=kind, target=target, **more).id))
        requests.send(case.id, by=officer, version=case.version)
        return ids[0], ids[1], ids[2]


def reply(browser: Browser, number: str, **values: Any) -> Page:
    page = browser.get(f"/account/cases/{number}")
    return browser.post(f"/account/cases/{number}/answer", {"version": page.field("version"), **values})


def test_everything_that_lacks_an_answer_is_said_at_once(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    clear, deed, why = asked(world, number)
    page = reply(browser, number, **{f"file-{clear}": letter("clear.jpg")})
    assert page.status == 422
    summary = page.html.split('id="error-summary"')[1].split("</div>")[0]
    assert summary.count("<li>") == 2
    assert f"#{deed}" in summary
    assert f"#{why}" in summary


def test_a_missing_word_keeps_the_files_and_the_next_press_sends_them(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    clear, deed, why = asked(world, number)
    first = reply(browser, number, **{f"file-{clear}": letter("clear.jpg"), f"file-{deed}": letter("deed.jpg")})
    assert first.status == 422
    for page in (first, browser.get(f"/account/cases/{number}")):
        assert "clear.jpg" in page.html
        assert "deed.jpg" in page.html
    assert "deed.jpg" not in world.officer().get(f"/desk/cases/{number}").html
    assert reply(browser, number, **{f"text-{why}": "في محرم"}).status == 303
    with world.app.app_context():
        files = {each.name: each for each in db.session.scalars(select(Attachment))}
        assert files["clear.jpg"].field == "subject_letter"
        assert files["clear.jpg"].replaces_id == files["خطاب.jpg"].id
        assert files["deed.jpg"].field == f"request:{deed}"
        assert {each.case_id for each in files.values()} == {found(number).id}


def test_one_refused_file_leaves_the_others_and_every_word(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    clear, deed, why = asked(world, number)
    bad = (io.BytesIO(b"MZ no picture"), "bad.exe")
    sent = {f"file-{clear}": bad, f"file-{deed}": letter("deed.jpg"), f"text-{why}": "في محرم"}
    page = reply(browser, number, **sent)
    assert page.status == 422
    assert "deed.jpg" in page.html
    assert "في محرم" in page.html
    assert "bad.exe" not in page.html


def test_a_waiting_file_is_taken_away_and_a_single_one_replaced(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    clear, deed, _why = asked(world, number)
    reply(browser, number, **{f"file-{clear}": letter("one.jpg"), f"file-{deed}": letter("deed.jpg")})
    page = reply(browser, number, **{f"file-{clear}": letter("two.jpg")})
    assert "two.jpg" in page.html
    assert "one.jpg" not in page.html
    with world.app.app_context():
        gone = db.session.scalars(select(Attachment.id).where(Attachment.name == "deed.jpg")).one()
    after = reply(browser, number, remove_file=str(gone))
    assert after.status == 200
    assert "deed.jpg" not in after.html
    stranger = world.citizen("1000000016")
    assert reply(browser, number, remove_file="x").status == 200
    token = stranger.token()
    answer = stranger.client.post(f"/account/cases/{number}/answer", data={"csrf_token": token})
    assert answer.status_code == 404


def test_the_hourly_purge_leaves_what_waits_with_a_request_until_nobody_can_answer(world: World) -> None:
    browser = world.citizen()
    number = world.file(browser)
    clear, _deed, _why = asked(world, number)
    reply(browser, number, **{f"file-{clear}": letter("clear.jpg")})
    purged = []
    for days in (1, 31):
        with time_machine.travel(now() + timedelta(days=days), tick=False), world.app.app_context(), transaction():
            purged.append(keeping.purge_orphans())
    assert purged == [0, 1]
    assert not re.search("clear.jpg", browser.get(f"/account/cases/{number}").html)
