"""Cases that are older than the declaration of today: their pages open, in the words of their filing."""

from dataclasses import replace
from typing import Any

import pytest

from app.calendars.clock import now
from app.cases import timeline
from app.kit.roles import Role
from app.kit.service import Reason, Service
from app.kit.workflow import Stage, Workflow, step
from tests.cases.test_desk_steps import take
from tests.cases.test_replies import found
from tests.support.world import MUNICIPALITY, World

SLUG = "general_transaction"
MARK = {"ar": "خُتم الطلب بالختم القديم", "en": "Stamped with the old stamp"}
WHY = {"ar": "الختم القديم لا يكفي.", "en": "The old stamp is not enough."}


def older(service: Service) -> Service:
    """As it was declared then: with a stage, a step and a reason that are gone today."""
    texts: dict[str, Any] = dict(service.texts)
    texts["actions"] = {**texts["actions"], "stamp": {"button": MARK, "timeline": MARK}}
    texts["reasons"] = {**texts["reasons"], "old_stamp": {"label": WHY, "text": WHY}}
    lines = service.workflow.plus(
        step("stamp", Stage.IN_REVIEW, to="stamped", by=Role.OFFICER, reasons="stamp"),
        step("unstamp", "stamped", to=Stage.IN_REVIEW, by=Role.OFFICER),
    )
    return replace(
        service, texts=texts, workflow=Workflow(lines.steps), reasons=(*service.reasons, Reason("old_stamp", "stamp"))
    )


def test_a_case_in_a_stage_that_is_gone_still_opens_for_everybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, browser = world.app.extensions["services"], world.citizen()
    with monkeypatch.context() as then:
        then.setitem(services._services, SLUG, older(services[SLUG]))
        number = world.file(browser, SLUG)
        officer = world.actor(MUNICIPALITY)
        take(world, number, "start_review", officer)
        take(world, number, "stamp", officer, reasons=["old_stamp"])
    assert world.case(number).stage == "stamped"
    mine = browser.get(f"/account/cases/{number}")
    theirs = world.officer(MUNICIPALITY).get(f"/desk/cases/{number}")
    for page in (mine, theirs, browser.get("/account/cases"), world.officer(MUNICIPALITY).get("/desk")):
        assert page.status == 200
    for page in (mine, theirs):
        assert MARK["ar"] in page.html
        assert WHY["ar"] in page.html
    assert browser.get("/account/data").status == 200


def test_a_reason_nobody_kept_words_of_breaks_no_page(world: World) -> None:
    number = world.file(world.citizen())
    with world.app.app_context():
        assert timeline.reason_text(found(number), "never_declared", "ar", at=now()) == "never_declared"
