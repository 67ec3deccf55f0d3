"""The veterinary certificate over the counter: the fee collected, the papers printed, the certificate handed over."""

from typing import Any

import pytest
from sqlalchemy import select

from app.cases import queries, refunding
from app.documents import press
from app.documents.models import Document
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.roles import Role
from app.payments import books, refunds
from app.payments.models import Money
from app.payments.refunds import Officer
from tests.counter.office import Counter
from tests.services.veterinary import QATARI, answers, head, take, vet
from tests.support.world import World, letter, posted

COMPLEX = Grant(Role.COUNTER_AGENT, agency="service_complexes", office="service_complex")
CASHIER = Grant(Role.CASHIER, agency="ministry")
MOBILE = "33123456"


@pytest.fixture
def counter(world: World) -> Counter:
    """A complex that serves the ministry's clients."""
    clerk = Counter(world, COMPLEX, CASHIER)
    clerk.client(QATARI, country="QA", nationality="QA", mobile="+97433123456")
    return clerk


def approved(counter: Counter, client: str) -> str:
    """Filed at the counter, approved twice; waits for its money."""
    page = counter.clerk.post(f"{client}/drafts", {"service": "veterinary_export", "who_came": "client"})
    draft = page.location
    values = {**posted(answers()), "client_id_image": letter("card.jpg"), "action": "check"}
    check = counter.clerk.get(counter.clerk.post(draft, values).location)
    assert "رسوم الخدمة" in check.html, "what it will cost is read out before the client agrees"
    sent = {"token": check.field("token"), "declaration": "yes", "code": counter.consent(draft)}
    assert counter.clerk.post(f"{draft}/check", sent).status == 303
    (number,) = counter.numbers(client)
    for step, actor in (("start_review", vet), ("approve_preliminary", vet), ("approve_final", head)):
        take(counter.world, number, step, actor(counter.world))
    return number


def test_the_form_begins_with_one_animal_and_says_whence_the_identity_is(counter: Counter) -> None:
    client = counter.find(QATARI, MOBILE)
    page = counter.clerk.post(f"{client}/drafts", {"service": "veterinary_export", "who_came": "client"})
    form = counter.clerk.get(page.location).html
    assert 'id="animals-0-microchip"' in form
    assert "من سجل العميل" in form
    assert "من النفاذ الوطني الموحد" not in form


def collected(counter: Counter, address: str, tendered: str = "150") -> Any:
    return counter.clerk.post(f"{address}/collect", {"method": "cash", "tendered": tendered})


def test_the_fee_is_collected_with_the_clients_code_and_the_receipt_is_his(counter: Counter) -> None:
    client = counter.find(QATARI, MOBILE)
    number = approved(counter, client)
    assert "المستحق: 100 ريال قطري" in counter.clerk.get(client).html
    address = f"{client}/cases/{number}"
    assert collected(counter, address).status == 409, "closed until the code opens it"
    counter.open(client, number)
    without_till = collected(counter, address)
    assert without_till.status == 409
    counter.clerk.post("/desk/cashier/day", {"agency": "ministry"}, page="/desk/cashier")
    short = collected(counter, address, "50")
    assert short.status == 422
    assert 'id="tendered-e"' in short.html
    taken = collected(counter, address)
    assert taken.status == 303
    page = counter.clerk.get(taken.location).html
    assert "أعِد إلى العميل 50 ريالًا قطريًا" in page
    assert counter.world.case(number).stage == "issued"
    assert {each.recipient for each in counter.messages("paid")} == {"+97433123456", "jassim@example.com"}
    assert collected(counter, address).status == 409
    with counter.app.app_context():
        row = queries.history_of(db.session.merge(counter.world.case(number)))[-1]
        assert (row.step, row.actor_staff_id) == ("pay", counter.staff_id)
        assert row.acting_for is not None


def test_the_clerk_whom_a_client_turns_to_sees_the_amount_that_was_set_aside(counter: Counter) -> None:
    client = counter.find(QATARI, MOBILE)
    number = approved(counter, client)
    counter.open(client, number)
    counter.clerk.post("/desk/cashier/day", {"agency": "ministry"}, page="/desk/cashier")
    address = f"{client}/cases/{number}"
    assert collected(counter, address).status == 303
    assert "لم يُرد 100 ريال قطري" not in counter.clerk.get(address).html
    with counter.app.app_context(), transaction():
        money = db.session.scalars(select(Money)).one()
        case_id = counter.world.case(number).id
        refund = books.queue_refund(money, refunding.CHANGED_MIND, case_id=case_id, agency="ministry")
        refunds.propose(refund, Officer(counter.staff_id), "")
        refunds.withdraw(refund, Officer(counter.staff_id), "عدل العميل", ends=True)
    page = counter.clerk.get(address).html
    assert "لم يُرد 100 ريال قطري" in page
    assert "أنك عدلت" not in page, "that is said to the client himself"


def test_the_certificate_is_handed_over_once_it_is_signed(counter: Counter) -> None:
    client = counter.find(QATARI, MOBILE)
    number = approved(counter, client)
    address = f"{client}/cases/{number}"
    counter.open(client, number)
    counter.clerk.post("/desk/cashier/day", {"agency": "ministry"}, page="/desk/cashier")
    assert collected(counter, address).status == 303
    before = counter.clerk.get(address)
    assert "/hand-over" not in before.html
    refused = counter.clerk.post(f"{address}/hand-over", {"version": "1"})
    assert refused.status == 409
    assert counter.clerk.get(f"{address}/papers/certificate").status == 303, "never an unsigned paper"
    with counter.app.app_context():
        for document in db.session.query(Document).all():
            press.render(document.id)
    paper = counter.clerk.get(f"{address}/papers/certificate")
    assert paper.response.data[:5] == b"%PDF-"
    assert counter.clerk.get(f"{address}/papers/receipt").response.data[:5] == b"%PDF-"
    version = counter.clerk.get(address).field("version")
    done = counter.clerk.post(f"{address}/hand-over", {"version": version})
    assert done.status == 303, done.html
    assert counter.audited("counter.handed_over")
    assert {each.recipient for each in counter.messages("handed_over")} == {"+97433123456", "jassim@example.com"}
    citizen = counter.world.citizen(QATARI, country="QA", nationality="QA", mobile="+97433123456")
    assert "جرى تسليم الشهادة في المكتب" in citizen.get(f"/account/cases/{number}").html
