"""The page for another date, when there is none to choose: it says why and leads back to the request."""

from datetime import timedelta

import time_machine

from app.appointments import slots
from tests.services.test_emirate_appointment import scheduled
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


def test_on_the_day_of_the_visit_nobody_is_told_to_change_it_a_day_before(world: World) -> None:
    number = world.file(world.citizen())
    scheduled(world, number)
    with world.app.app_context():
        visit = slots.bookings_of(world.case(number).id)[0].starts_at
    for hours, told, untold in ((30, "لتغييره", "لم يعد تغييره ممكنًا"), (1, "لم يعد تغييره ممكنًا", "لتغييره")):
        with time_machine.travel(visit - timedelta(hours=hours), tick=True):
            page = world.citizen().get(f"/account/cases/{number}").html
            assert told in page
            assert untold not in page
