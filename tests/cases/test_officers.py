"""Who may be given a case, told by scope, and never its own applicant."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from app.cases.officers import officers_beside, officers_for
from app.extensions import db
from app.identity.actors import Actor, Grant
from app.identity.models import Staff
from app.kit.roles import Role
from tests.support import signed_in
from tests.support.world import EMIRATE, MUNICIPALITY, World


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def test_a_case_may_be_given_to_whoever_works_where_it_lies(world: World) -> None:
    number = world.file(world.citizen("1000000008"))
    office, service = world.case(number).office, world.case(number).service
    somebody: dict[str, tuple[Grant, str | None]] = {
        "everywhere": (Grant(Role.SECTION_HEAD), None),
        "of the agency": (EMIRATE, "1000000016"),
        "of the office": (Grant(Role.OFFICER, "emirate", office, service), None),
        "of the department": (Grant(Role.DEPARTMENT_OFFICER, "emirate", "water"), None),
        "of another department": (Grant(Role.DEPARTMENT_OFFICER, "emirate", "roads"), None),
        "officer of no department": (Grant(Role.OFFICER, "emirate", "water"), None),
        "of another service": (Grant(Role.OFFICER, "emirate", None, "another"), None),
        "of another agency": (MUNICIPALITY, None),
        "who only looks on": (Grant(Role.SUPERVISOR, "emirate"), None),
        "the applicant": (EMIRATE, "1000000008"),
        "who has left": (EMIRATE, None),
    }
    for place, (name, (grant, identity)) in enumerate(somebody.items()):
        signed_in.member(world.app, grant, email=f"{place}@example.com", name=name, number=identity)
    with world.app.app_context():
        db.session.query(Staff).filter_by(name="who has left").update({"disabled_at": datetime.now(UTC)})
        db.session.commit()
        case = db.session.merge(world.case(number))
        assert [*officers_for(case).values()] == ["everywhere", "of the agency", "of the office"]
        case.department = "water"
        assert "of the department" in officers_for(case).values()
        assert "of another department" not in officers_for(case).values()
        assert "officer of no department" not in officers_for(case).values()


def test_the_officers_beside_somebody_work_in_his_agencies(world: World) -> None:
    for name, grant in (("a", EMIRATE), ("b", MUNICIPALITY), ("c", Grant(Role.OFFICER)), ("d", Grant(Role.AUDITOR))):
        signed_in.member(world.app, grant, email=f"{name}@example.com", name=name)
    with world.app.app_context():
        assert [*officers_beside(Actor("staff", grants=(EMIRATE,))).values()] == ["a", "c"]
        assert [*officers_beside(Actor("staff", grants=(EMIRATE, MUNICIPALITY))).values()] == ["a", "b", "c"]
        assert [*officers_beside(Actor("staff", grants=(EMIRATE, Grant(Role.SUPERVISOR)))).values()] == ["a", "b", "c"]
        assert [*officers_beside(Actor("staff")).values()] == ["c"]


def test_an_officer_without_a_name_is_called_by_his_address(world: World) -> None:
    signed_in.member(world.app, EMIRATE, email="nameless@example.com", name="")
    with world.app.app_context():
        assert [*officers_beside(Actor("staff", grants=(EMIRATE,))).values()] == ["nameless@example.com"]
