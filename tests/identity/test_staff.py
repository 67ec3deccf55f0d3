"""Staff come by invitation; from the binding on the e-mail decides nothing."""

import pytest
from flask import Flask

from app.extensions import transaction
from app.identity import staff
from app.identity.actors import Actor, Grant
from app.identity.audit import AuditRow
from app.identity.models import RoleGrant, Staff, identity_key
from app.kit.roles import Role
from tests.support.signed_in import member

OFFICER = Grant(Role.OFFICER, agency="emirate")


@pytest.fixture
def sara(provider):
    provider.person = {"sub": "sara-1", "email": "Sara@Example.com", "email_verified": True, "name": "سارة الحربي"}
    return provider.person


@pytest.fixture
def officer(sara, new_visitor):
    return new_visitor("staff")


def test_the_invited_signs_in_and_is_bound(app, provider, officer, rows) -> None:
    member(app, OFFICER, email="sara@example.com")
    answer = officer.sign_in()
    assert (answer.status_code, answer.location) == (303, "/desk/home")
    (row,) = rows(Staff)
    assert (row.issuer, row.sub, row.name) == (provider.issuer, "sara-1", "سارة الحربي")
    assert officer.client.get("/desk").status_code == 200


@pytest.mark.parametrize(("role", "begins"), [(Role.COUNTER_AGENT, "/counter"), (Role.OFFICER, "/desk")])
def test_whoever_came_to_the_desk_begins_where_his_own_work_does(app, officer, role, begins) -> None:
    member(app, Grant(role, agency="emirate"), email="sara@example.com")
    door = officer.client.get("/desk").location
    answer = officer.sign_in(back_to=door.partition("next=")[2])
    assert answer.location == "/desk/home"
    assert officer.client.get(answer.location).location == begins


def test_whoever_came_to_the_english_desk_stays_in_english(app, officer) -> None:
    member(app, OFFICER, email="sara@example.com")
    door = officer.client.get("/en/desk").location
    officer.door = "english staff"
    answer = officer.sign_in(back_to=door.partition("next=")[2])
    assert answer.location == "/en/desk/home"
    assert officer.client.get(answer.location).location == "/en/desk"


def test_somebody_who_was_not_invited_is_refused(app, officer, rows) -> None:
    answer = officer.sign_in()
    assert answer.status_code == 400
    assert "دعتك" in answer.get_data(as_text=True)
    assert rows(Staff) == []


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_unverified_address_accepts_no_invitation(app, sara, officer, verified) -> None:
    member(app, OFFICER, email="sara@example.com")
    sara["email_verified"] = verified
    assert officer.sign_in().status_code == 400


def test_once_bound_the_address_decides_nothing(app, sara, officer, new_visitor) -> None:
    member(app, OFFICER, email="sara@example.com")
    officer.sign_in()
    sara["email"] = "elsewhere@example.com"
    assert new_visitor("staff").sign_in().status_code == 303
    sara |= {"sub": "thief-1", "email": "sara@example.com"}
    assert new_visitor("staff").sign_in().status_code == 400


def test_an_invitation_for_one_person_is_not_taken_by_another(app, sara, officer) -> None:
    member(app, OFFICER, email="sara@example.com", number="1000000016")
    sara["national_id"] = "1000000008"
    assert officer.sign_in().status_code == 400


def test_the_number_at_the_sign_in_makes_the_identity_known(app, sara, officer, rows) -> None:
    member(app, OFFICER, email="sara@example.com")
    sara["national_id"] = "1000000016"
    officer.sign_in()
    with app.app_context():
        assert rows(Staff)[0].identity_key == identity_key("SA", "1000000016")


def test_roles_never_come_from_a_claim(app, sara, officer, rows) -> None:
    member(app, OFFICER, email="sara@example.com")
    sara["roles"] = ["administrator"]
    officer.sign_in()
    assert [row.role for row in rows(RoleGrant)] == ["officer"]


def test_a_citizens_sign_in_opens_no_desk(app, provider, visitor) -> None:
    visitor.sign_in()
    assert visitor.client.get("/desk").status_code == 303


def test_grant_and_revoke_by_command(app, rows) -> None:
    run = app.test_cli_runner().invoke
    arguments = ["staff", "grant", "new@example.com", "officer", "--scope", "agency=emirate"]
    assert run(args=[*arguments, "--identity", "1000000016"]).exit_code == 0
    assert run(args=arguments).exit_code == 0
    (row,) = rows(RoleGrant)
    assert (row.role, row.agency, row.office, row.service) == ("officer", "emirate", None, None)
    assert run(args=["staff", "revoke", *arguments[2:]]).exit_code == 0
    assert rows(RoleGrant) == []
    assert run(args=["staff", "revoke", *arguments[2:]]).exit_code != 0
    assert [each.kind for each in rows(AuditRow)] == ["staff.granted", "staff.revoked"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["x@example.com", "king"],
        ["x@example.com", "officer", "--scope", "agency=nowhere"],
        ["x@example.com", "officer", "--scope", "city=x"],
        ["x@example.com", "officer", "--scope", "agency="],
        ["x@example.com", "officer", "--identity", "12"],
    ],
)
def test_a_wrong_command_gives_nothing(app, rows, arguments) -> None:
    answer = app.test_cli_runner().invoke(args=["staff", "grant", *arguments])
    assert answer.exit_code == 2
    assert rows(Staff) == []


def test_scopes_are_judged_narrowly() -> None:
    grant = Grant(Role.OFFICER, agency="emirate", office="centre")
    actor = Actor(kind="staff", grants=(grant,))
    assert actor.has(Role.OFFICER)
    assert actor.has(Role.OFFICER, agency="emirate")
    assert not actor.has(Role.OFFICER, agency="municipality")
    assert not actor.has(Role.SUPERVISOR)
    assert actor.covers(Role.OFFICER, agency="emirate", service="x", office="centre")
    assert not actor.covers(Role.OFFICER, agency="emirate", service="x", office=None)


def test_the_same_person_is_told_by_identity_alone() -> None:
    unknown = Actor(kind="staff")
    assert not unknown.same_person(None)
    assert Actor(kind="staff", identity_key=b"a").same_person(b"a")


def test_audit_rows_cannot_be_changed(app, owner_connection) -> None:
    import psycopg

    with app.app_context(), transaction():
        staff.grant("a@example.com", OFFICER)
    owner_connection.execute("SET session_replication_role = origin")
    for statement in ("UPDATE audit_row SET kind = 'x'", "DELETE FROM audit_row"):
        with pytest.raises(psycopg.errors.RaiseException):
            owner_connection.execute(statement)


def test_a_department_and_a_gate_are_places_in_which_a_role_is_held(app: Flask) -> None:
    runner = app.test_cli_runner()
    for role, office in (("department_officer", "lands"), ("gate_staff", "main")):
        told = runner.invoke(
            args=["staff", "grant", "place@example.com", role, "--scope", f"agency=emirate,office={office}"]
        )
        assert told.exit_code == 0, told.output
    told = runner.invoke(args=["staff", "grant", "place@example.com", "officer", "--scope", "office=nowhere"])
    assert told.exit_code != 0
