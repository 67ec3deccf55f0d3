"""Auditors look into the audit: by act, request, member of staff and day, each within his own scope."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.calendars.clock import today
from app.extensions import db
from app.identity.actors import Grant
from app.identity.audit import AuditRow
from app.kit.roles import Role
from app.kit.words import WORDS
from tests.support.world import MUNICIPALITY, Desk, World

ROOT = Path(__file__).parents[2]


class Auditor(Desk):
    home = "/admin/audit"


@pytest.fixture
def auditor(world: World) -> Auditor:
    return Auditor(world.officer(Grant(Role.AUDITOR), email="auditor@example.test").client)


@pytest.fixture
def viewed(world: World) -> str:
    """A request at which an officer of the emirate has looked."""
    number = world.file(world.citizen())
    assert world.officer(email="khalid@example.test").get(f"/desk/cases/{number}").status == 200
    return number


def printed(number: str) -> str:
    return number.replace("-", "/")


def test_a_look_at_a_request_is_found_by_act_request_officer_and_day(
    world: World, auditor: Auditor, viewed: str
) -> None:
    day = today("Asia/Riyadh")
    for asked in (
        "",
        "kind=case.viewed",
        f"number={printed(viewed)}",
        "who=khalid@",
        f"since={day}&until={day}",
    ):
        page = auditor.get(f"/admin/audit?{asked}")
        assert page.status == 200
        assert "اطلع على طلب</span>" in page.html or "اطلع على طلب<small" in page.html, asked
        assert f">{printed(viewed)}</bdi>" in page.html, asked
    for other in ("kind=case.viewed&who=auditor@", "number=1448/999999", f"until={day - timedelta(days=1)}"):
        assert f">{printed(viewed)}</bdi>" not in auditor.get(f"/admin/audit?{other}").html, other


@pytest.mark.parametrize(
    ("asked", "sentence"), [("since=yesterday", "اكتب اليوم ميلاديًا"), ("number=abc", "اكتب رقم الطلب كما هو")]
)
def test_what_cannot_be_looked_for_is_said_at_its_field(auditor: Auditor, asked: str, sentence: str) -> None:
    page = auditor.get(f"/admin/audit?{asked}")
    assert page.status == 422
    assert sentence in page.html
    assert asked.partition("=")[2] in page.html


def test_a_search_is_a_row_itself(world: World, auditor: Auditor) -> None:
    auditor.get("/admin/audit")
    auditor.get("/admin/audit?kind=signin")
    with world.app.app_context():
        rows = db.session.scalars(select(AuditRow.detail).where(AuditRow.kind == "audit.searched")).all()
    assert rows == [{"by": ["kind"]}]


def test_an_auditor_of_one_agency_sees_what_was_done_about_its_cases(world: World, viewed: str) -> None:
    other = world.file(world.citizen(), "general_transaction")
    assert world.officer(MUNICIPALITY, email="sara@example.test").get(f"/desk/cases/{other}").status == 200
    local = world.officer(Grant(Role.AUDITOR, agency="municipality"), email="local@example.test")
    local.get("/admin/audit?kind=case.viewed")
    page = local.get("/admin/audit").html
    assert f">{printed(other)}</bdi>" in page
    assert printed(viewed) not in page
    assert "بحث في السجل<" not in page.partition("<table")[2]


def test_changes_of_accounts_name_the_account(world: World, auditor: Auditor) -> None:
    admin = Desk(world.officer(Grant(Role.ADMINISTRATOR), email="admin@example.test").client)
    admin.home = "/admin"
    form = {"email": "new@example.test", "name": "نوف القحطاني", "role": "officer", "agency": "emirate"}
    assert admin.post("/admin/invite", form).status == 303
    page = auditor.get("/admin/audit?kind=staff.granted&who=admin@").html
    assert "نوف القحطاني" in page
    assert ">موظف مختص</small>" in page
    assert ">إمارة المنطقة</small>" in page


def test_older_rows_follow_without_a_gap(world: World, auditor: Auditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.blueprints.admin.audit_routes.SIZE", 2)
    for kind in ("signin", "signout", "case.viewed", "file.viewed"):
        auditor.get(f"/admin/audit?kind={kind}")
    path, seen = "/admin/audit", 0
    while path:
        page = auditor.get(path).html
        seen += page.partition("<tbody>")[2].count("<tr>")
        path = page.partition('class="pagination"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    with world.app.app_context():
        assert seen == len(db.session.scalars(select(AuditRow.id)).all()) >= 4


def test_every_kind_of_row_that_is_written_has_words() -> None:
    written = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node) in ("audit", "note", "_note"):
                constants = [
                    each.value for arg in node.args for each in ast.walk(arg) if isinstance(each, ast.Constant)
                ]
                written |= {each for each in constants if isinstance(each, str) and "." in each and " " not in each}
    assert len(written) > 30
    assert written - set(WORDS.raw["admin"]["kinds"]) == set()


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_days_are_those_of_the_house(auditor: Auditor) -> None:
    tomorrow = date.fromisoformat(str(today("Asia/Riyadh") + timedelta(days=1)))
    assert "لا شيء بهذا الوصف" in auditor.get(f"/admin/audit?since={tomorrow}").html
