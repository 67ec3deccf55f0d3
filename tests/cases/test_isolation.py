"""Nothing of one case stands on the page of another."""

from app.cases import dossier, messages, queries
from app.extensions import transaction
from tests.support.steps import ASKED, ask, take
from tests.support.world import EMIRATE, MUNICIPALITY, Desk, World


def busy_case(world: World, identity: str, mark: str) -> str:
    """A case with a message, a request, an internal note and several steps, each with this mark."""
    officer = world.actor()
    number = world.file(world.citizen(identity), subject_text=f"موضوع {mark}")
    take(world, number, "start_review", officer, note=f"بداية {mark}")
    ask(world, number, officer, {**ASKED, "text": f"سؤال {mark}"})
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        messages.write(case.id, f"رسالة {mark}", by=officer)
        messages.write(case.id, f"ملاحظة {mark}", by=officer, internal=True)
    return number


def test_a_citizen_sees_his_own_case_and_nothing_of_anothers(world: World) -> None:
    first = busy_case(world, "1000000008", "الأول")
    second = busy_case(world, "1000000016", "الثاني")
    page = world.citizen("1000000008").get(f"/account/cases/{first}").html
    assert "سؤال الأول" in page
    assert "رسالة الأول" in page
    assert "الثاني" not in page
    assert second.replace("-", "/") not in page
    assert page.count("استلمنا طلبك</strong>") == 1


def test_an_officers_page_holds_one_case(world: World) -> None:
    first = busy_case(world, "1000000008", "الأول")
    busy_case(world, "1000000016", "الثاني")
    desk: Desk = world.officer(EMIRATE)
    page = desk.get(f"/desk/cases/{first}").html
    assert "ملاحظة الأول" in page
    assert "الثاني" not in page


def test_the_statement_kept_for_a_scope_tells_cases_and_people_apart(world: World) -> None:
    first, second = (world.file(world.citizen(identity)) for identity in ("1000000008", "1000000016"))
    dossier._statement.cache_clear()
    for identity, own, other in (("1000000008", first, second), ("1000000016", second, first)):
        citizen = world.citizen(identity)
        assert own.replace("-", "/") in citizen.get(f"/account/cases/{own}").html
        assert citizen.get(f"/account/cases/{other}").status == 404
    for email, grant, status in (("a@x.sa", EMIRATE, 200), ("b@x.sa", EMIRATE, 200), ("c@x.sa", MUNICIPALITY, 404)):
        desk = world.officer(grant, email=email)
        assert [desk.get(f"/desk/cases/{number}").status for number in (first, second)] == [status, status]
    assert dossier._statement.cache_info().currsize == 3
