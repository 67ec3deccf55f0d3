"""One code opens one request for a quarter of an hour; until then only its state is seen."""

import re
from datetime import timedelta

import time_machine
from bs4 import BeautifulSoup

from app.calendars.clock import now
from app.cases import queries
from app.extensions import db
from app.identity.actors import Grant
from app.kit.roles import Role
from tests.counter.office import MOBILE, NUMBER, OTHER, Counter
from tests.support import signed_in
from tests.support.steps import ask, take
from tests.support.world import MUNICIPALITY, Browser, letter

WORDS = "أطلب إفادتي عن المنحة"


def asked(counter: Counter, number: str, target: str = "client_id_image") -> str:
    """An officer asks for a file; gives the id of what he asked."""
    officer = counter.world.actor(MUNICIPALITY)
    take(counter.world, number, "start_review", officer)
    kind, reason = ("document", "missing_document") if target == "other" else ("replacement", "unclear_document")
    file = {"kind": kind, "target": target, "reason": reason, "text": "الصك" if target == "other" else ""}
    (id,) = ask(counter.world, number, officer, file)
    return id


def test_before_the_code_only_state_and_what_is_missing_are_seen(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    number = counter.filed(client)
    asked(counter, number)
    page = counter.clerk.get(client).html
    assert "بانتظارك" in page or "status-warn" in page
    assert "صورة هوية العميل" in page
    closed = counter.clerk.get(f"{client}/cases/{number}")
    for html in (page, closed.html):
        assert WORDS not in html
        assert "fahd@example.com" not in html
        assert "card.jpg" not in html
    assert "فهد بن عبدالله السالم" in closed.html


def test_the_code_opens_one_request_and_no_other(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    first = counter.filed(client)
    second = next(each for each in (counter.file(client), *counter.numbers(client))[1:] if each != first)
    assert counter.open(client, first).status == 303
    page = counter.clerk.get(f"{client}/cases/{first}").html
    assert WORDS in page
    assert "تعمل الآن نيابة عن" in page
    assert WORDS not in counter.clerk.get(f"{client}/cases/{second}").html


def test_what_happened_is_told_to_the_clerk_and_said_to_the_client(counter: Counter) -> None:
    person = counter.client()
    client = counter.find()
    number = counter.filed(client)
    asked(counter, number)
    counter.open(client, number)
    address = f"{client}/cases/{number}"

    def past(html: str) -> str:
        return " ".join(BeautifulSoup(html, "html.parser").select_one(".timeline").stripped_strings)  # type: ignore[union-attr]

    told = past(counter.clerk.get(address).html)
    assert "نيابة عن صاحبه" in told
    assert "طُلب الاستكمال من صاحب الطلب" in told
    assert "بانتظار الرد" in told
    assert not re.search("عنك|منك|طلبك|إليك", told)
    assert not re.search(r"(?i)\byour?\b", past(counter.clerk.get(f"/en{address}").html))
    mine = Browser(signed_in.citizen_browser(counter.world.app, person)).get(f"/account/cases/{number}")
    assert "نيابة عنك" in past(mine.html)
    # The desk, too, is told where it was filed.
    assert "نيابة عن صاحبه" in counter.world.officer(MUNICIPALITY).get(f"/desk/cases/{number}").html


def test_a_wrong_code_opens_nothing_and_five_end_it(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    number = counter.filed(client)
    counter.clerk.post(f"{client}/cases/{number}/code")
    code = counter.code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        page = counter.clerk.post(f"{client}/cases/{number}/open", {"code": wrong})
        assert page.status == 422
        assert 'id="code-e"' in page.html
    assert counter.clerk.post(f"{client}/cases/{number}/open", {"code": code}).status == 422
    assert counter.audited("counter.opened") == []


def test_after_a_quarter_of_an_hour_it_is_closed_again(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    number = counter.filed(client)
    counter.open(client, number)
    address = f"{client}/cases/{number}"
    for minutes in (5, 10):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=False):
            assert WORDS in counter.clerk.get(address).html
    with time_machine.travel(now() + timedelta(minutes=15, seconds=1), tick=False):
        assert WORDS not in counter.clerk.get(address).html
        assert counter.clerk.get(f"{address}/papers/summary").location.endswith(address)
        late = counter.clerk.post(f"{address}/answer", {"version": "1"})
        assert late.status == 409
        assert "الطلب مغلق" in late.html


def test_what_one_session_opened_is_closed_to_the_next(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    number = counter.filed(client)
    counter.open(client, number)
    assert WORDS not in Counter(counter.world).clerk.get(f"{client}/cases/{number}").html


def test_the_client_is_told_and_sees_who_looked(counter: Counter) -> None:
    person = counter.client()
    client = counter.find()
    number = counter.filed(client)
    counter.open(client, number)
    counter.clerk.get(f"{client}/cases/{number}")
    assert {each.recipient for each in counter.messages("opened_at_counter")} == {"+966512345678", "fahd@example.com"}
    (row,) = counter.audited("case.viewed")
    assert (row.subject_person_id, row.actor_staff_id) == (person, counter.staff_id)
    assert number.replace("-", "/") in counter.world.citizen().get("/account/data").html


def test_what_was_asked_is_uploaded_for_the_client(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    number = counter.filed(client)
    request_id = asked(counter, number)
    counter.open(client, number)
    address = f"{client}/cases/{number}"
    version = counter.clerk.get(address).field("version")
    empty = counter.clerk.post(f"{address}/answer", {"version": version})
    assert empty.status == 422
    page = counter.clerk.post(f"{address}/answer", {"version": version, f"file-{request_id}": letter("again.jpg")})
    assert page.status == 303, page.html
    case = counter.world.case(number)
    with counter.app.app_context():
        db.session.add(case)
        row = queries.history_of(case)[-1]
        assert (row.step, row.actor_kind, row.acting_for) == ("answer", "staff", case.applicant_id)
        assert row.words is not None
        assert row.words.content is not None
        assert row.words.content["clerk"] == "ريم العنزي"
    assert counter.messages("answered_on_behalf")
    assert "ريم العنزي" in counter.world.citizen().get(f"/account/cases/{number}").html


def test_the_summary_is_printed_and_noted(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    number = counter.filed(client)
    counter.open(client, number)
    page = counter.clerk.get(f"{client}/cases/{number}/papers/summary")
    assert page.status == 200
    assert "قُدّم في المكتب، ووافق صاحبه برمز" in page.html
    (row,) = counter.audited("counter.paper")
    assert row.detail["paper"] == "summary"
    assert counter.clerk.get(f"{client}/cases/{number}/papers/letter").status == 404


def test_requests_to_agencies_the_office_does_not_serve_are_not_there(counter: Counter) -> None:
    counter.client()
    citizen = counter.world.citizen()
    other = counter.world.file(citizen)
    client = counter.find()
    assert counter.numbers(client) == []
    assert counter.clerk.get(f"{client}/cases/{other}").status == 404
    assert counter.clerk.post(f"{client}/cases/{other}/code").status == 404


def test_another_persons_request_is_not_there(counter: Counter) -> None:
    counter.client()
    citizen = counter.world.citizen(OTHER, mobile="+966551112222")
    other = counter.world.file(citizen, "general_transaction")
    assert counter.clerk.get(f"{counter.find()}/cases/{other}").status == 404


def test_who_filed_for_the_client_does_not_decide(counter: Counter) -> None:
    """Neither under this account nor under another of the same identity."""
    clerk = counter.another(number=OTHER)
    counter.client()
    number = clerk.filed(clerk.find())
    both = Grant(Role.OFFICER, agency="municipality")
    for email in ("other.clerk@example.com", "second@example.com"):
        officer = counter.world.officer(both, email=email, number=OTHER)
        page = officer.post(f"/desk/cases/{number}/steps/start_review", {"version": "1"})
        assert page.status == 409, page.html
        assert counter.world.case(number).stage == "submitted"


def test_nor_does_he_who_answered_for_the_client(counter: Counter) -> None:
    counter.client()
    number = counter.world.file(counter.world.citizen(), "general_transaction")
    asked(counter, number, target="other")
    clerk = counter.another(number=OTHER)
    client = clerk.find()
    assert clerk.open(client, number).status == 303
    address = f"{client}/cases/{number}"
    page = clerk.clerk.get(address)
    (field,) = re.findall(r'name="(file-[0-9a-f-]+)"', page.html)
    answered = clerk.clerk.post(f"{address}/answer", {"version": page.field("version"), field: letter("again.jpg")})
    assert answered.status == 303, answered.html
    stage, version = counter.world.case(number).stage, str(counter.world.case(number).version)
    for email in ("other.clerk@example.com", "second@example.com"):
        officer = counter.world.officer(MUNICIPALITY, email=email, number=OTHER)
        page = officer.post(f"/desk/cases/{number}/requests/accept", {"version": version})
        assert page.status == 409, page.html
        assert "خدمت صاحبه في المكتب" in page.html
        assert counter.world.case(number).stage == stage
    other = counter.world.officer(MUNICIPALITY, email="third@example.com")
    page = other.post(f"/desk/cases/{number}/requests/accept", {"version": version})
    assert page.status == 303, page.html


def test_nor_does_he_who_came_for_the_client(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    draft = counter.begin(client, "representative")
    cards = {"applicant_id_image": letter("b.jpg"), "representative_name": "ناصر بن علي", "representative_id": OTHER}
    check = counter.check(draft, **cards)
    values = {"token": check.field("token"), "declaration": "yes", "code": counter.consent(draft)}
    counter.clerk.post(f"{draft}/check", values)
    (number,) = counter.numbers(client)
    officer = counter.world.officer(Grant(Role.OFFICER, agency="municipality"), email="o@example.com", number=OTHER)
    assert officer.get(f"/desk/cases/{number}").status == 409
    second = counter.another(number=OTHER, email="third@example.com")
    page = second.clerk.get(f"{second.find(NUMBER, MOBILE)}/cases/{number}")
    assert page.status == 409
    assert "لا تعمل لنفسك" in page.html


def test_codes_are_limited_by_clerk_and_not_by_the_address_of_the_office(counter: Counter) -> None:
    from app.notify.models import OneTimeCode

    counter.client()
    client = counter.find()
    number = counter.filed(client)
    pages = [counter.clerk.post(f"{client}/cases/{number}/code") for _ in range(3)]
    assert [page.status for page in pages] == [303, 303, 429]
    assert "طلبت" in pages[2].html or "رموز" in pages[2].html
    with counter.app.app_context():
        assert db.session.query(OneTimeCode.address_key).distinct().count() == 1
