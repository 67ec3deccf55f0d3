"""A clerk files for a client who stands there: found by both numbers, with his code, in his name."""

import io

from sqlalchemy import select

from app.cases.conversation import Draft, Signature, ThreadEntry
from app.cases.models import Case, History
from app.extensions import db
from tests.counter.office import MOBILE, NUMBER, OTHER, Counter
from tests.support.world import letter, picture


def test_a_client_is_found_by_both_numbers_together_and_by_no_other_pair(counter: Counter) -> None:
    counter.client()
    counter.client(OTHER, mobile="+966551112222")
    refused = [counter.look_up(NUMBER, "0551112222"), counter.look_up(OTHER, MOBILE), counter.look_up("1000000024")]
    assert {page.status for page in refused} == {422}
    assert all("لا يوجد عميل بهذين الرقمين معًا" in page.html for page in refused)
    assert not any("فهد" in page.html for page in refused)
    page = counter.clerk.get(counter.find())
    assert "فهد بن عبدالله السالم" in page.html
    assert NUMBER not in page.response.request.path


def test_arabic_digits_and_the_country_code_find_the_same_client(counter: Counter) -> None:
    counter.client()
    assert counter.look_up("١٠٠٠٠٠٠٠٠٨", "+966 51 234 5678").status == 303


def test_what_is_typed_wrong_is_said_at_its_field(counter: Counter) -> None:
    page = counter.look_up("12", "55")
    assert page.status == 422
    assert 'id="number-e"' in page.html
    assert 'id="mobile-e"' in page.html


def test_filed_in_the_clients_name_with_both_names_in_the_history(counter: Counter) -> None:
    person = counter.client()
    number = counter.filed(counter.find())
    with counter.app.app_context():
        case = counter.world.case(number)
        assert (case.applicant_id, case.channel, case.filed_by_staff_id) == (person, "counter", counter.staff_id)
        row = db.session.scalars(select(History).where(History.case_id == case.id)).one()
        assert (row.actor_kind, row.actor_staff_id, row.acting_for) == ("staff", counter.staff_id, person)
        assert row.words is not None
        assert row.words.content is not None
        assert row.words.content["clerk"] == "ريم العنزي"
        assert row.words.content["client"] == "فهد بن عبدالله السالم"
        assert row.words.content["consent"] == "code"
        signature = db.session.get(Signature, case.id)
        assert signature is not None
        assert signature.acr == "counter_code"
        assert "وافق صاحب الطلب برمز" in signature.text_shown
    assert counter.audited("counter.filed")[0].subject_person_id == person


def test_every_message_goes_to_the_client(counter: Counter) -> None:
    person = counter.client()
    counter.filed(counter.find())
    told = counter.messages("submitted_on_behalf")
    assert {each.person_id for each in counter.messages()} == {person}
    assert {each.recipient for each in told} == {"+966512345678", "fahd@example.com"}


def test_the_client_sees_who_filed_for_him(counter: Counter) -> None:
    counter.client()
    number = counter.filed(counter.find())
    page = counter.world.citizen().get(f"/account/cases/{number}")
    assert "قُدّم الطلب في مكتب خدمة العملاء نيابة عنك" in page.html
    assert "ريم العنزي" in page.html
    assert "مكتب خدمة العملاء في البلدية" in page.html


def test_without_the_code_nothing_is_filed_and_nothing_is_lost(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    draft = counter.begin(client)
    check = counter.check(draft)
    counter.consent(draft)
    for code in ("", "000000"):
        page = counter.clerk.post(f"{draft}/check", {"declaration": "yes", "token": check.field("token"), "code": code})
        assert page.status == 422
        assert 'id="code-e"' in page.html
    assert counter.numbers(client) == []
    assert "استفسار عن منحة" in counter.clerk.get(draft).html


def test_a_code_agrees_to_what_was_read_out_and_to_no_other_text(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    draft = counter.begin(client)
    counter.check(draft)
    code = counter.consent(draft)
    check = counter.check(draft, subject="شيء آخر", client_id_image=None)
    page = counter.clerk.post(f"{draft}/check", {"token": check.field("token"), "declaration": "yes", "code": code})
    assert page.status == 422
    assert counter.numbers(client) == []


def test_a_code_agrees_to_the_very_files_and_not_to_their_names(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    draft = counter.begin(client)
    counter.check(draft)
    code = counter.consent(draft)
    check = counter.check(draft, client_id_image=(io.BytesIO(picture("black")), "card.jpg"))
    page = counter.clerk.post(f"{draft}/check", {"token": check.field("token"), "declaration": "yes", "code": code})
    assert page.status == 422
    assert counter.numbers(client) == []


def test_a_code_of_one_clerk_is_no_code_for_another_session(counter: Counter) -> None:
    counter.client()
    draft = counter.begin(counter.find())
    check = counter.check(draft)
    code = counter.consent(draft)
    again = Counter(counter.world)
    page = again.clerk.post(f"{draft}/check", {"token": check.field("token"), "declaration": "yes", "code": code})
    assert page.status == 422


def test_pressed_twice_it_is_filed_once(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    draft = counter.begin(client)
    check = counter.check(draft)
    values = {"token": check.field("token"), "declaration": "yes", "code": counter.consent(draft)}
    assert [counter.clerk.post(f"{draft}/check", values).status for _ in range(2)] == [303, 303]
    assert len(counter.numbers(client)) == 1


def test_who_comes_for_the_client_shows_his_card_and_number(counter: Counter) -> None:
    counter.client()
    client = counter.find()
    draft = counter.begin(client, "representative")
    page = counter.fill(draft)
    assert page.status == 422
    for field in ("representative_name", "representative_id", "applicant_id_image"):
        assert f'id="{field}-e"' in page.html
    more = {"representative_name": "ناصر بن علي", "representative_id": "1000000024"}
    assert counter.fill(draft, **more, applicant_id_image=letter("other.jpg"), client_id_image=None).status == 303


def test_fields_of_the_counter_are_no_fields_of_the_portal(counter: Counter) -> None:
    form = counter.world.citizen().get("/services/general_transaction/apply")
    assert "client_id_image" not in form.html
    number = counter.world.file(counter.world.citizen(), "general_transaction", client_id_image=letter("card.jpg"))
    assert "client_id_image" not in counter.world.case(number).answers


def test_the_mobile_is_the_clients_own_whatever_is_posted(counter: Counter) -> None:
    counter.client()
    number = counter.filed(counter.find(), mobile="555555555", applicant_name="غيره")
    with counter.app.app_context():
        from app.cases.answers import open_answers

        case = counter.world.case(number)
        answers = open_answers(case.id, case.answers)
    assert answers["mobile"] == "+966512345678"
    assert answers["applicant_name"] == "فهد بن عبدالله السالم"


def test_a_clerks_draft_is_not_among_the_persons_own(counter: Counter) -> None:
    counter.client()
    draft = counter.begin(counter.find())
    counter.fill(draft, action="draft")
    citizen = counter.world.citizen()
    assert "/apply/" not in citizen.get("/account").html
    assert citizen.get(f"/services/general_transaction/apply/{draft.rsplit('/', 1)[1]}").status == 404
    assert counter.another().clerk.get(draft).status == 404
    assert counter.clerk.get("/counter").html.count(draft) == 2


def test_a_session_that_ends_keeps_what_was_typed(counter: Counter) -> None:
    from datetime import timedelta

    import time_machine

    from app.calendars.clock import now

    counter.client()
    draft = counter.begin(counter.find())
    token = counter.clerk.token()
    with time_machine.travel(now() + timedelta(minutes=20), tick=False):
        late = counter.clerk.client.post(draft, data={"csrf_token": token, "subject": "موضوع كُتب قبل انتهاء الجلسة"})
        assert late.location.startswith("/desk/login?next=/counter/drafts/")
        again = Counter(counter.world)
        page = again.clerk.get(draft)
        assert "موضوع كُتب قبل انتهاء الجلسة" in page.html


def test_where_the_agency_asks_for_no_code_the_clerk_states_the_consent(counter: Counter, monkeypatch) -> None:
    from dataclasses import replace

    profile = counter.app.extensions["profile"]
    agency = replace(profile.agency("municipality"), counter_consent=False)
    monkeypatch.setitem(profile.agencies, "municipality", agency)
    counter.client()
    client = counter.find()
    draft = counter.begin(client)
    check = counter.check(draft)
    assert 'name="code"' not in check.html
    page = counter.clerk.post(f"{draft}/check", {"token": check.field("token"), "declaration": "yes"})
    assert page.status == 303
    (number,) = counter.numbers(client)
    with counter.app.app_context():
        signature = db.session.get(Signature, counter.world.case(number).id)
        assert signature is not None
        assert signature.acr == "counter_stated"
    closed = counter.clerk.get(f"{client}/cases/{number}")
    assert "استفسار عن منحة" not in closed.html, "the code that opens a request is never switched off"


def test_nobody_agrees_to_what_was_not_read_out_to_him(counter: Counter) -> None:
    """A page that was left open while the draft was changed in another tab."""
    counter.client()
    client = counter.find()
    draft = counter.begin(client)
    seen = counter.check(draft)
    counter.check(draft, subject="شيء آخر", client_id_image=None)
    sent = {"token": seen.field("token"), "shown": seen.field("shown"), "declaration": "yes"}
    page = counter.clerk.post(f"{draft}/check", sent)
    assert page.status == 409
    assert "شيء آخر" in page.html
    assert counter.numbers(client) == []


def test_the_thread_of_the_case_is_the_clients(counter: Counter) -> None:
    person = counter.client()
    counter.filed(counter.find())
    with counter.app.app_context():
        entry = db.session.scalars(select(ThreadEntry)).one()
        assert (entry.person_id, entry.event) == (person, "submitted_on_behalf")
        assert db.session.scalars(select(Draft)).all() == []
        assert db.session.scalars(select(Case)).unique().one().language == "ar"
