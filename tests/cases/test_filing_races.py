"""One request, however often and from however many windows it is sent."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.cases.conversation import Draft
from app.cases.models import History
from app.extensions import db
from tests.support.races import cases, drafted, holds, messages, together, twin
from tests.support.world import TRANSACTION, Browser, World

pytestmark = pytest.mark.usefixtures("unpooled")


PRESSES = 20


def test_twenty_presses_at_once_file_one_request_and_all_lead_to_it(world: World) -> None:
    browser = world.citizen()
    check = drafted(browser)
    page = browser.get(check)
    form = {"csrf_token": browser.token(check), "token": page.field("token"), "declaration": "yes"}
    hands = [twin(browser) for _ in range(PRESSES)]
    answers = together([lambda hand=hand: hand.client.post(check, data=form) for hand in hands])
    assert Counter(answer.status_code for answer in answers) == {303: PRESSES}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    (case,) = cases(world)
    assert case.address in answers[0].headers["Location"]
    assert messages(world, "submitted") == 1
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
        assert db.session.scalars(select(History.seq)).all() == [1]
    holds(world)


def sent_at_once(browser: Browser, checks: list[str]) -> Counter[int]:
    """What the last press answered on each of these check pages."""
    forms = [
        {"csrf_token": browser.token(check), "token": browser.get(check).field("token"), "declaration": "yes"}
        for check in checks
    ]
    answers = together(
        [
            lambda hand=twin(browser), check=check, form=form: hand.client.post(check, data=form)
            for check, form in zip(checks, forms, strict=True)
        ]
    )
    return Counter(answer.status_code for answer in answers)


def test_two_drafts_sent_at_once_leave_one_open_request(world: World) -> None:
    browser = world.citizen()
    checks = [drafted(browser) for _ in range(4)]
    assert sent_at_once(browser, checks) == {303: 1, 409: 3}
    assert len(cases(world)) == 1


def test_drafts_sent_at_once_do_not_slip_past_what_may_be_filed_in_a_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(world.app.config, "SETTINGS", replace(world.app.config["SETTINGS"], filings_a_day=2))
    browser, apply = world.citizen(), "/services/general_transaction/apply"
    checks = [browser.post(apply, {**TRANSACTION, "action": "check"}).location for _ in range(8)]
    assert sent_at_once(browser, checks) == {303: 2, 429: 6}
    assert len(cases(world)) == 2
