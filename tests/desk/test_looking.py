"""Who may look at the whole of a case: its page, files, papers and objection, by one rule."""

from typing import Any

import pytest
from sqlalchemy import select

from app.cases.own import is_own
from app.documents.models import Attachment, Document
from app.extensions import db
from app.identity.actors import Grant
from app.identity.audit import AuditRow
from app.kit.roles import Role
from app.kit.words import WORDS
from tests.desk.conftest import press, rows
from tests.support.world import EMIRATE, MUNICIPALITY, Desk, World, letter

SUPERVISOR = Grant(Role.SUPERVISOR, agency="emirate")
COMPANION = "1000000305"


@pytest.fixture
def refused(world: World, desk: Desk) -> str:
    """A refused case with an objection and a companion."""
    citizen = world.citizen()
    guest = {
        "companions-0-_id": "1",
        "companions-0-companion_name": "سعد الأحمد",
        "companions-0-companion_id": COMPANION,
        "companions-0-companion_id_image": letter("card.jpg"),
    }
    number = world.file(citizen, **guest)
    press(desk, number, "start_review")
    press(desk, number, "refuse", reasons=["no_slots"])
    citizen.post(f"/account/cases/{number}/appeal", {"subject": "الرفض", "grounds": "حجتي"})
    return number


def addresses(world: World, number: str) -> list[str]:
    file = rows(world, select(Attachment.id))[0]
    case = f"/desk/cases/{number}"
    return [case, f"{case}/files/{file}", f"{case}/papers/summary", f"/desk/appeals/{number}"]


def statuses(browser: Any, paths: list[str]) -> list[int]:
    return [browser.get(path).status for path in paths]


def test_nobody_looks_into_a_case_of_his_own_by_any_door(world: World, refused: str) -> None:
    paths = addresses(world, refused)
    other = world.officer(EMIRATE, SUPERVISOR, email="other@example.com", number="1000000016")
    assert statuses(other, paths) == [200] * 4
    for email, number in (("own@example.com", "1000000008"), ("guest@example.com", COMPANION)):
        own = world.officer(EMIRATE, SUPERVISOR, email=email, number=number)
        assert statuses(own, paths) == [409] * 4, email


def test_an_objection_opens_for_a_supervisor_of_that_very_agency(world: World, refused: str) -> None:
    elsewhere = Grant(Role.SUPERVISOR, agency="municipality")
    both = world.officer(EMIRATE, elsewhere, email="both@example.com")
    assert both.get(f"/desk/cases/{refused}").status == 200
    assert both.get(f"/desk/appeals/{refused}").status == 404


def test_every_look_names_the_person_and_the_roles(world: World, refused: str) -> None:
    other = world.officer(EMIRATE, SUPERVISOR, email="other@example.com")
    before = len(rows(world, select(AuditRow)))
    statuses(other, addresses(world, refused))
    seen = rows(world, select(AuditRow).order_by(AuditRow.id))[before:]
    assert [row.kind for row in seen] == ["case.viewed", "file.viewed", "paper.viewed", "case.viewed"]
    assert {row.subject_person_id for row in seen} == {world.case(refused).applicant_id}
    assert all(row.detail["roles"] == ["officer", "supervisor"] for row in seen)


def test_staff_open_the_papers_of_a_case(world: World, desk: Desk) -> None:
    number = world.file(world.citizen())
    page = desk.get(f"/desk/cases/{number}").html
    assert f"/desk/cases/{number}/papers/summary" in page
    assert f"/desk/cases/{number}/papers/pass" not in page
    assert WORDS.text("ar", "account.being_made") in desk.get(f"/desk/cases/{number}/papers/summary").html
    for path in ("papers/pass", "papers/guide", "papers/nothing"):
        assert desk.get(f"/desk/cases/{number}/{path}").status == 404
    stranger = world.officer(MUNICIPALITY, email="stranger@example.com")
    assert stranger.get(f"/desk/cases/{number}/papers/summary").status == 404
    assert len(rows(world, select(Document))) == 1


def test_a_picture_of_a_card_leaves_only_crossed(world: World, refused: str) -> None:
    other = world.officer(EMIRATE, email="other@example.com")
    card = rows(world, select(Attachment.id).where(Attachment.is_identity_image))[0]
    shown = other.get(f"/desk/cases/{refused}/files/{card}?inline=1").response.data
    taken = other.get(f"/desk/cases/{refused}/files/{card}").response.data
    assert shown == taken


def test_a_named_companion_is_a_person_of_the_case(world: World, refused: str) -> None:
    actor = world.actor(EMIRATE, email="guest@example.com", number=COMPANION)
    stranger = world.actor(EMIRATE, email="other@example.com", number="1000000016")
    with world.app.app_context():
        case = db.session.merge(world.case(refused))
        assert is_own(case, actor)
        assert not is_own(case, stranger)
