"""خدمات السجناء: what a relative is asked for, and what nobody else may learn."""

import re

import pytest
from sqlalchemy import select

from app.cases import queries, steps
from app.cases.errors import SameOpen
from app.extensions import db, transaction
from app.identity.actors import Actor, Grant
from app.kit.roles import Role
from app.kit.words import WORDS
from app.notify.models import Message
from tests.counter.office import Counter
from tests.services.prisoners import (
    FAHD,
    KINDS,
    NOURA,
    OTHER_PRISONER,
    PRISONER,
    SLUG,
    answers,
    check,
    corrected,
    errors_of,
    examined,
    filed,
    on,
    said,
    take,
    wrong,
)
from tests.support.world import World, letter

# The form


def test_each_kind_asks_its_own_questions_and_no_others(world: World) -> None:
    own = {
        "transfer": "target_prison",
        "leave": "leave_from",
        "private_claim": "claim_amount",
    }
    for kind in KINDS:
        page = world.citizen().post(f"/services/{SLUG}/apply", {"request_kind": kind, "action": "check"})
        found = " ".join(errors_of(page))
        for other, field in own.items():
            assert (said(world, f"fields.{field}.missing") in found) == (kind == other), (kind, field)


def test_a_prisoner_is_moved_to_another_prison(world: World) -> None:
    assert said(world, "rules.another_prison.wrong") in wrong(world, "transfer", target_prison="central")
    assert check(world.citizen(), "transfer").status == 303


def test_a_leave_starts_today_or_later_and_ends_after_it_starts(world: World) -> None:
    starts, ends = (said(world, f"rules.{code}.wrong") for code in ("starts_from_today", "ends_after_it_starts"))
    yesterday = wrong(world, "leave", leave_from=on(-1))
    assert starts in yesterday
    assert ends not in yesterday
    assert ends in wrong(world, "leave", leave_from=on(2), leave_until=on(2))
    assert ends in wrong(world, "leave", leave_from=on(2), leave_until=on(1))
    assert check(world.citizen(), "leave", leave_from=on(0), leave_until=on(1)).status == 303


def test_the_prisoner_is_not_the_applicant_and_the_guarantor_is_a_third(world: World) -> None:
    third = said(world, "rules.guarantor_is_a_third.wrong")
    assert said(world, "rules.prisoner_is_another.wrong") in wrong(world, "pardon", prisoner_id=FAHD)
    assert third in wrong(world, "leave", guarantor_id=FAHD)
    assert third in wrong(world, "leave", guarantor_id=PRISONER)
    arabic = PRISONER.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert third in wrong(world, "leave", guarantor_id=arabic)


def test_a_visitor_answers_for_nobody_and_may_be_a_prisoner(world: World) -> None:
    assert said(world, "fields.guarantor_id.wrong") in wrong(world, "leave", guarantor_id="3000000000")
    assert check(world.citizen(), "pardon", prisoner_id="3000000000").status == 303


def test_an_amount_is_read_in_any_digits_and_letters_are_none(world: World) -> None:
    number = filed(world, "private_claim", claim_amount="١٢٥٠٫٥٠")
    assert world.case(number).answers["claim_amount"] == "1,250.50"
    assert wrong(world, "private_claim", claim_amount="ألف ريال")


def test_who_signs_agrees_that_health_data_are_examined(world: World) -> None:
    browser = world.citizen()
    page = browser.get(check(browser, "leave").location)
    for words in ("declarations.on_behalf", "consents.sensitive"):
        assert WORDS.text("ar", words) in page.html


def test_it_can_be_filed_at_the_counter_of_the_emirate_for_a_relative(world: World) -> None:
    counter = Counter(world, Grant(Role.COUNTER_AGENT, agency="emirate", office="emirate_counter"))
    counter.client()
    draft = counter.clerk.post(f"{counter.find()}/drafts", {"service": SLUG, "who_came": "client"}).location
    values = {**answers("transfer"), "client_id_image": letter(), "action": "check"}
    del values["mobile"]
    assert counter.clerk.post(draft, values).status == 303


# One open request of a kind for a prisoner


def test_one_request_of_a_kind_for_a_prisoner_is_open_at_a_time(world: World) -> None:
    browser = world.citizen()
    first = filed(world, "pardon", browser)
    page = browser.get(f"/services/{SLUG}/apply")
    assert WORDS.text("ar", "cases.errors.already_open") not in page.html
    again = browser.get(check(browser, "pardon").location)
    refused = browser.post(again.response.request.path, {"token": again.field("token"), "declaration": "yes"})
    assert refused.status == 409
    assert WORDS.text("ar", "cases.errors.same_open") in refused.html
    filed(world, "transfer", browser)
    filed(world, "pardon", browser, prisoner_id=OTHER_PRISONER)
    with world.app.app_context(), transaction():
        case = queries.find_case(first)
        assert case is not None
        citizen = Actor(kind="citizen", person_id=case.applicant_id)
        steps.move(case.id, "cancel", by=citizen, version=None)
    filed(world, "pardon", browser)


def test_another_relative_may_ask_and_the_officer_sees_both(world: World) -> None:
    first, other = filed(world, "pardon"), filed(world, "pardon", world.citizen(NOURA, name_ar="نورة"))
    desk, heading = world.officer(), WORDS.text("ar", "desk.case.same")
    unlike = filed(world, "transfer")
    assert heading not in desk.get(f"/desk/cases/{unlike}").html
    for number, beside in ((first, other), (other, first)):
        page = desk.get(f"/desk/cases/{number}").html
        assert heading in page
        assert f'href="/desk/cases/{beside}"' in page


def test_the_number_of_a_prisoner_stands_nowhere_in_clear(world: World) -> None:
    number = filed(world, "pardon")
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        assert PRISONER not in str(case.answers)
        assert case.same_key is not None
        assert PRISONER.encode() not in case.same_key


# What nobody else may learn


def test_lists_and_messages_name_neither_people_nor_the_service(world: World) -> None:
    number = examined(world, "leave")
    take(world, number, "approve_leave", text="نعم")
    queue = world.officer().get("/desk").html
    assert "فهد" not in queue
    assert WORDS.text("ar", "desk.queue.name_hidden") in queue
    with world.app.app_context():
        sent = db.session.scalars(select(Message).where(Message.case_id == world.case(number).id)).all()
        bodies = [f"{each.subject} {each.body}" for each in sent]
    assert bodies
    for body in bodies:
        assert not re.search("سجن|سجين|سجناء|ماجد|فهد", body), body


def test_no_later_answer_makes_a_second_request_of_the_same(world: World) -> None:
    filed(world, "pardon")
    number = examined(world, "transfer")
    with pytest.raises(SameOpen):
        corrected(world, number, "request_kind", "pardon")
    assert world.case(number).answers["request_kind"] == "transfer"
    others = examined(world, "transfer", world.citizen(NOURA, name_ar="نورة"))
    corrected(world, others, "request_kind", "pardon")
