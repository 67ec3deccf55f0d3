"""The page for another date, when there is none to choose: it says why and leads back to the request."""

from tests.support.world import TRANSACTION, World


def test_a_request_without_a_calendar_shows_itself(world: World) -> None:
    citizen = world.citizen()
    number = world.file(citizen, "general_transaction", **TRANSACTION)
    answer = citizen.get(f"/account/cases/{number}/slot")
    assert answer.status == 409
    assert "لا يمكن اتخاذ هذه الخطوة الآن" in answer.html
    assert 'id="messages"' in answer.html


def test_a_date_that_the_officer_sets_leads_back_to_the_request(world: World) -> None:
    citizen = world.citizen()
    number = world.file(citizen, "emirate_appointment")
    answer = citizen.get(f"/account/cases/{number}/slot")
    assert answer.status == 200
    assert "يحدد الموظف موعدك" in answer.html
    main = answer.html.split("</h1>")[1].split("</main>")[0]
    assert f'href="/account/cases/{number}"' in main
