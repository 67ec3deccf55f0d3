"""An administrator adds staff, gives and takes roles, ends sessions and locks accounts; nobody does so to himself."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.identity.actors import Grant
from app.identity.audit import AuditRow
from app.identity.models import RoleGrant, Staff
from app.kit.roles import Role
from tests.support.races import together
from tests.support.world import Browser, Desk, World

EVERYWHERE = Grant(Role.ADMINISTRATOR)
OF_EMIRATE = Grant(Role.ADMINISTRATOR, agency="emirate")
OFFICER = Grant(Role.OFFICER, agency="emirate")
NEW = {"email": "New@Example.Test", "name": "نوف", "role": "officer", "agency": "emirate"}


class Office(Desk):
    home = "/admin"


@pytest.fixture
def admin(world: World) -> Office:
    return Office(world.officer(EVERYWHERE, email="admin@example.test").client)


@pytest.fixture
def officer(world: World) -> Desk:
    return world.officer(OFFICER, email="officer@example.test")


def id_of(world: World, email: str) -> uuid.UUID:
    with world.app.app_context():
        found = db.session.scalar(select(Staff.id).where(Staff.email == email))
        assert found is not None
        return found


def account(world: World, email: str = "officer@example.test") -> str:
    return f"/admin/staff/{id_of(world, email)}"


def audited(world: World) -> list[str]:
    with world.app.app_context():
        rows = select(AuditRow.kind).where(AuditRow.kind.like("staff.%"), AuditRow.actor_staff_id.is_not(None))
        return list(db.session.scalars(rows.order_by(AuditRow.id)))


def test_the_list_is_found_from_the_first_page_and_narrowed_by_any_spelling(
    world: World, admin: Office, officer: Desk
) -> None:
    home = admin.get("/desk/home")
    assert home.location.endswith("/admin")
    assert "officer@example.test" in admin.get("/admin").html
    assert "officer@example.test" in admin.get("/admin?words=ساره").html  # the name is «سارة»
    assert "officer@example.test" not in admin.get("/admin?words=qqq").html
    assert "officer@example.test" not in admin.get("/admin?role=auditor").html
    assert "officer@example.test" in admin.get("/admin?role=officer&state=invited").html


def test_somebody_is_added_and_begins_with_the_first_sign_in(world: World, admin: Office) -> None:
    answer = admin.post("/admin/invite", NEW)
    assert answer.status == 303
    page = admin.get(answer.location)
    assert "أُضيف الموظف" in page.html
    assert "بانتظار أول دخول" in page.html
    assert "موظف مختص" in page.html
    assert audited(world) == ["staff.granted"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "nobody"}, "أدخل بريد العمل كاملًا"),
        ({"role": "king"}, "اختر الدور"),
        ({"agency": "nowhere"}, "اختر من القائمة"),
        ({"email": "admin@example.test"}, "لا يغيّر أحد حسابه بنفسه"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    admin: Office, changes: dict[str, str], sentence: str
) -> None:
    page = admin.post("/admin/invite", {**NEW, **changes})
    assert page.status == 422
    assert sentence in page.html
    assert 'value="نوف"' in page.html


def test_a_role_works_from_the_next_page_and_ends_with_the_next(world: World, admin: Office, officer: Desk) -> None:
    assert officer.get("/desk/overview").status == 403
    path = account(world)
    assert admin.post(f"{path}/roles", {"role": "supervisor", "agency": "emirate"}).status == 303
    assert officer.get("/desk/overview").status == 200
    with world.app.app_context():
        given = db.session.scalar(select(RoleGrant.id).where(RoleGrant.role == Role.SUPERVISOR))
    assert admin.post(f"{path}/roles/{given}/end").status == 303
    assert admin.post(f"{path}/roles/{given}/end").status == 303  # a second press is no mistake
    assert officer.get("/desk/overview").status == 403
    assert audited(world) == ["staff.granted", "staff.revoked"]


def test_sessions_end_one_by_one_and_all_at_once(world: World, admin: Office, officer: Desk) -> None:
    other = world.officer(OFFICER, email="officer@example.test")
    path = account(world)
    named = admin.get(path).field("session")
    assert admin.post(f"{path}/sessions", {"session": "nonsense"}).status == 303
    assert [each.get("/desk").status for each in (officer, other)] == [200, 200]
    assert admin.post(f"{path}/sessions", {"session": named}).status == 303
    assert sorted(each.get("/desk").status for each in (officer, other)) == [200, 303]
    assert admin.post(f"{path}/sessions", {"all": "yes"}).status == 303
    assert [each.get("/desk").status for each in (officer, other)] == [303, 303]


def test_a_locked_account_is_out_at_once_and_comes_back_with_its_roles(
    world: World, admin: Office, officer: Desk
) -> None:
    path = account(world)
    assert admin.post(f"{path}/lock").status == 303
    assert officer.get("/desk").status == 303
    assert "موقوف" in admin.get(path).html
    assert admin.post(f"{path}/unlock").status == 303
    assert "موظف مختص" in admin.get(path).html
    assert audited(world) == ["staff.disabled", "staff.enabled"]


@pytest.mark.parametrize("verb", ["roles", "lock", "unlock", "sessions"])
def test_nobody_changes_his_own_account(world: World, admin: Office, verb: str) -> None:
    path = account(world, "admin@example.test")
    assert f"{path}/{verb}" not in admin.get(path).html
    refused = admin.post(f"{path}/{verb}", {"role": "officer", "all": "yes"})
    assert refused.status == 409
    assert "لا يغيّر أحد حسابه بنفسه" in refused.html
    assert admin.get("/admin").status == 200
    assert audited(world) == []


def test_an_administrator_of_one_agency_reaches_its_roles_and_nobody_who_works_elsewhere(world: World) -> None:
    local = Office(world.officer(OF_EMIRATE, email="local@example.test").client)
    world.officer(OFFICER, Grant(Role.OFFICER, agency="municipality"), email="both@example.test")
    world.officer(Grant(Role.OFFICER, agency="municipality"), email="other@example.test")
    assert "both@example.test" in local.get("/admin").html
    assert "other@example.test" not in local.get("/admin").html
    assert local.get(account(world, "other@example.test")).status == 404
    both = account(world, "both@example.test")
    page = local.get(both)
    assert page.html.count("اسحب الدور") == 1
    assert f"{both}/lock" not in page.html
    tries: dict[str, dict[str, str]] = {
        "roles": {"role": "officer", "agency": "municipality"},
        "lock": {},
        "unlock": {},
        "sessions": {"all": "yes"},
    }
    for verb, form in tries.items():
        refused = local.post(f"{both}/{verb}", form)
        assert (refused.status, "هذا خارج نطاقك" in refused.html) == (409, True)
    for role in ("officer", "administrator"):  # everywhere is more than one agency
        assert local.post(f"{both}/roles", {"role": role}).status == 409
    with world.app.app_context():
        elsewhere = select(RoleGrant.id).join(Staff).where(Staff.email == "both@example.test")
        foreign = db.session.scalar(elsewhere.where(RoleGrant.agency == "municipality"))
    assert local.post(f"{both}/roles/{foreign}/end").status == 409
    assert audited(world) == []


def test_who_loses_the_last_role_in_reach_is_gone_from_the_list(world: World) -> None:
    local = Office(world.officer(OF_EMIRATE, email="local@example.test").client)
    world.officer(OFFICER, Grant(Role.OFFICER, agency="municipality"), email="both@example.test")
    path = account(world, "both@example.test")
    with world.app.app_context():
        own = db.session.scalar(
            select(RoleGrant.id).join(Staff).where(Staff.email == "both@example.test", RoleGrant.agency == "emirate")
        )
    answer = local.post(f"{path}/roles/{own}/end")
    assert answer.location.endswith("/admin")
    assert local.get(path).status == 404


def test_an_auditor_reads_and_changes_nothing(world: World, officer: Desk) -> None:
    auditor = world.officer(Grant(Role.AUDITOR), email="auditor@example.test")
    page = auditor.get(account(world))
    assert page.status == 200
    assert "/roles" not in page.html
    assert "/admin/invite" not in auditor.get("/admin").html
    assert auditor.post(f"{account(world)}/lock", page="/desk").status == 403


def test_two_presses_at_once_add_one_account_with_one_role(world: World, admin: Office) -> None:
    token = admin.token()

    def press() -> int:
        client = world.app.test_client()
        for cookie in admin.client._cookies.values():
            client.set_cookie(cookie.key, cookie.value)
        return client.post("/admin/invite", data={**NEW, "csrf_token": token}).status_code

    presses: list[Callable[[], int]] = [press] * 6
    assert together(presses) == [303] * 6
    with world.app.app_context():
        assert (
            db.session.scalar(
                select(func.count()).select_from(RoleGrant).join(Staff).where(Staff.email == "new@example.test")
            )
            == 1
        )


def test_of_two_administrators_who_take_each_others_role_one_remains(world: World, admin: Office) -> None:
    other = Office(world.officer(EVERYWHERE, email="other@example.test").client)
    with world.app.app_context():
        grants = dict(db.session.execute(select(Staff.email, RoleGrant.id).join(RoleGrant)).all())
    sides = [(admin, "other@example.test"), (other, "admin@example.test")]
    tokens = [browser.token() for browser, _ in sides]

    def press(place: int) -> int:
        browser, email = sides[place]
        path = f"{account(world, email)}/roles/{grants[email]}/end"
        return browser.client.post(path, data={"csrf_token": tokens[place]}).status_code

    statuses = together([lambda: press(0), lambda: press(1)])
    assert statuses.count(303) == 1, statuses
    with world.app.app_context():
        left = select(func.count()).select_from(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR)
        assert db.session.scalar(left) == 1


def test_an_account_without_roles_is_locked_by_who_reaches_everywhere(world: World, admin: Office) -> None:
    local = Office(world.officer(OF_EMIRATE, email="local@example.test").client)
    world.officer(OFFICER, email="former@example.test")
    path = account(world, "former@example.test")
    with world.app.app_context():
        given = db.session.scalar(select(RoleGrant.id).join(Staff).where(Staff.email == "former@example.test"))
    assert local.post(f"{path}/roles/{given}/end").status == 303
    assert local.post(f"{path}/lock").status == 409
    assert admin.post(f"{path}/lock").status == 303


def test_a_name_with_markup_stays_text(world: World, admin: Office) -> None:
    name = '"><img src=x hx-get=/x hx-trigger=load>'
    page = admin.get(admin.post("/admin/invite", {**NEW, "name": name}).location)
    assert "<img" not in page.html
    assert "<img" not in admin.get("/admin").html


def test_words_of_the_search_return_escaped(admin: Browser) -> None:
    assert "<script>x" not in admin.get("/admin?words=<script>x").html


def test_a_second_account_of_the_same_person_is_his_own(world: World) -> None:
    admin = Office(world.officer(EVERYWHERE, email="admin@example.test", number="1000000008").client)
    world.officer(OFFICER, email="second@example.test", number="1000000008")
    second = account(world, "second@example.test")
    given = {"role": "section_head", "agency": "emirate"}
    refused = [
        admin.post(f"{second}/roles", given).status,
        admin.post(f"{second}/lock").status,
        admin.post("/admin/invite", {**given, "email": "second@example.test", "name": ""}).status,
    ]
    assert refused == [409, 409, 422]
    with world.app.app_context():
        assert "section_head" not in db.session.scalars(select(RoleGrant.role)).all()
