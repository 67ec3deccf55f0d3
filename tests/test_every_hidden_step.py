"""No hidden step of any service leaves a trace where a citizen or a stranger can look."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import inquiry, papers, policy
from app.cases.models import Case
from app.documents.models import Document
from app.extensions import db
from app.kit.workflow import Stage
from app.notify.models import Message
from tests.support import signed_in
from tests.support.declared import SERVICES
from tests.support.robots import Robot, Walk
from tests.support.world import Browser

HIDDEN = [
    (slug, step.name, step.from_stage)
    for slug in sorted(SERVICES)
    for step in SERVICES[slug].workflow.steps
    if step.hidden
]


@pytest.mark.parametrize(("slug", "name", "stage"), HIDDEN)
def test_a_hidden_step_changes_nothing_that_its_citizen_or_a_stranger_can_see(
    open_app: Flask, slug: str, name: str, stage: str
) -> None:
    step = SERVICES[slug].workflow.find(name, stage)
    assert step is not None
    walk = Robot(open_app, SERVICES[slug]).file(when=step.when)
    walk.to(stage)
    walk.before(step)
    # What it takes back was seen before.
    for undone in step.undoes:
        if undone not in policy.steps_taken(walk.case):
            walk.take(undone)
    browser = Browser(signed_in.citizen_browser(open_app, walk.citizen.person_id))  # type: ignore[arg-type]
    # The first look takes the «new» marks off the messages.
    everything_of(walk, browser)
    before = everything_of(walk, browser)
    walk.take(name)
    assert everything_of(walk, browser) == before


def everything_of(walk: Walk, browser: Browser) -> list[object]:
    """Every page, paper, message and download of his, the public card, and what a stranger may ask."""
    db.session.rollback()
    db.session.expire_all()
    case = walk.case
    own = [f"/account/cases/{case.address}{page}" for page in ("", "/cancel", "/papers/summary")]
    pages = [*own, "/account", "/account/cases", "/account/data", f"/services/{case.service}"]
    seen: list[object] = [browser.get(f"{language}{address}").html for address in pages for language in ("", "/en")]
    seen.append(browser.post("/account/data/download").response.get_json(force=True))
    made = select(Document.kind, Document.state, Document.key).where(Document.case_id == case.id)
    sent = (
        select(Message.event, Message.channel, Message.dedupe)
        .where(Message.case_id == case.id)
        .order_by(Message.dedupe)
    )
    seen += [list(db.session.execute(asked)) for asked in (made, sent)]
    return [*seen, papers.summary_snapshot(case, "ar"), _public(case)]


def _public(case: Case) -> object:
    if case.transaction_number is None or case.transaction_year is None:
        return None
    digits = str(case.applicant.identity_number)[-4:]
    return inquiry.look_up(case.agency, case.transaction_number, case.transaction_year, digits, by=None)


def test_every_service_that_hides_something_is_walked() -> None:
    assert {("emirate_appointment", "security_check", Stage.IN_REVIEW)} <= set(HIDDEN)
