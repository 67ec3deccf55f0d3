"""خدمات تعويض الأضرار: the time to claim, what is not covered, what the form asks, and the inspection."""

from datetime import timedelta

import pytest

from app.calendars.clock import now
from app.cases import examining, queries, requests
from app.cases.demo.past import at
from app.cases.errors import DecidedAgainst, NeedsFirst, VisitToCome
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.roles import Role
from tests.counter.office import Counter
from tests.services.damage import SLUG, WORDS, claim, desk, errors_of, inspected, on, sentence, somebody, take
from tests.support import signed_in
from tests.support.steps import sms
from tests.support.world import Browser, World, letter


@pytest.mark.parametrize(("days", "rule"), [(1, "event_has_happened"), (0, ""), (-20, ""), (-21, "claimed_in_time")])
def test_a_claim_is_in_time_until_the_twentieth_day_after_the_damage(world: World, days: int, rule: str) -> None:
    html = errors_of(world, event_date=on(days))
    assert bool(html) == bool(rule)
    if rule:
        assert sentence(world, f"rules.{rule}.wrong") in html


def test_a_claim_that_was_in_time_stays_so_at_the_desk(world: World) -> None:
    number = world.file(world.citizen(), SLUG, **claim(event_date=on(-20)))
    with world.app.app_context(), at(now() + timedelta(days=30)):
        kept = {each.rule.code: each.kept for each in examining.verdicts_of(db.session.merge(world.case(number)))}
    assert kept["claimed_in_time"] is True
    assert kept["event_has_happened"] is True


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"insured": "yes"}, "not_insured"),
        ({"ownership_kind": "none", "ownership_proof": None}, "is_owned"),
        ({"in_wadi": "yes", "ownership_kind": "temporary"}, "titled_in_wadi"),
        ({"asset_kind": "farm", "ownership_kind": "power_bill"}, "proof_fits"),
        ({"asset_kind": "vehicle", "car_plate": "ا ب ح 1234"}, "proof_fits"),
        ({"ownership_kind": "vehicle_registration"}, "proof_fits"),
        ({"ownership_kind": "livestock_record"}, "proof_fits"),
        (
            {
                "filing_as": "agent",
                "harmed_name": "حسن محمود",
                "harmed_id": "2000000006",
                "authorisation": letter("وكالة.jpg"),
            },
            "harmed_is_citizen",
        ),
    ],
)
def test_what_is_not_covered_is_said_before_anything_is_sent(
    world: World, changes: dict[str, object], rule: str
) -> None:
    assert sentence(world, f"rules.{rule}.wrong") in errors_of(world, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"ownership_kind": "power_bill"},
        {"in_wadi": "yes"},
        {"asset_kind": "vehicle", "ownership_kind": "vehicle_registration", "car_plate": "ا ب ح ١٢٣٤"},
        {"asset_kind": "livestock", "ownership_kind": "livestock_record", "livestock_count": "١٢"},
        {"asset_kind": "shop", "shop_licence_number": "4510/٢٢"},
        {"event_date": "", "coordinates": "٢٤٫٧١٣٦، ٤٦٫٦٧٥٣", "estimated_amount": "١٢٬٥٠٠"},
    ],
)
def test_what_is_covered_passes(world: World, changes: dict[str, str]) -> None:
    assert errors_of(world, **{**changes, "event_date": changes.get("event_date") or on(-1)}) == ""


def test_one_picture_of_the_damage_is_too_few_and_none_is_missing(world: World) -> None:
    assert sentence(world, "fields.damage_photos.too_few") in errors_of(world, damage_photos=letter())
    assert sentence(world, "fields.damage_photos.missing") in errors_of(world, damage_photos=None)


def test_pictures_that_are_asked_for_again_are_at_least_two_as_well(world: World) -> None:
    browser, officer = world.citizen(), desk(world, Role.OFFICER)
    number = world.file(browser, SLUG, **claim())
    take(world, number, "start_review", somebody(world, Role.OFFICER))
    address, own = f"/desk/cases/{number}", f"/account/cases/{number}"
    form = {"version": officer.get(address).field("version"), "item": "replacement:damage_photos", "text": ""}
    assert officer.post(f"{address}/requests", {**form, "reason": "photos_insufficient"}, page=address).status == 303
    version = officer.get(address).field("version")
    assert officer.post(f"{address}/requests/send", {"version": version}, page=address).status == 303
    html = browser.get(own).html
    asked, control = html.split('name="file-')[1].split('"')[0], html.split('name="file-')[1].split(">")[0]
    assert " multiple" in control
    assert sentence(world, "fields.damage_photos.hint") in html
    sent = {"version": browser.get(own).field("version"), f"file-{asked}": letter("أولى.jpg")}
    page = browser.post(f"{own}/answer", sent, page=own)
    assert page.status == 422
    assert "عدد الملفات أقل من المطلوب. الحد الأدنى 2" in page.html
    more = {"version": browser.get(own).field("version"), f"file-{asked}": letter("ثانية.jpg")}
    assert browser.post(f"{own}/answer", more, page=own).status == 303


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"iban": "SA4420000001234567891235"}, "fields.iban.wrong"),
        ({"asset_kind": "livestock", "ownership_kind": "livestock_record", "livestock_count": "1.5"}, ""),
        ({"asset_kind": "livestock", "ownership_kind": "livestock_record", "livestock_count": "0"}, ""),
        ({"asset_kind": "shop"}, "fields.shop_licence_number.missing"),
        ({"coordinates": "شمال القرية"}, "fields.coordinates.wrong"),
        ({"estimated_amount": "ألف"}, "fields.estimated_amount.wrong"),
        ({"place": ""}, "fields.place.missing"),
    ],
)
def test_wrong_answers_say_how_to_mend_them(world: World, changes: dict[str, str], key: str) -> None:
    assert sentence(world, key or "fields.livestock_count.wrong") in errors_of(world, **changes)


def test_nobody_but_a_citizen_is_let_in(world: World) -> None:
    resident = signed_in.person(world.app, "2000000006", id_type="resident", nationality="EG")
    page = Browser(signed_in.citizen_browser(world.app, resident)).get(f"/services/{SLUG}/apply")
    assert 'name="iban"' not in page.html


def test_the_account_is_sealed_where_it_is_stored(world: World) -> None:
    number = world.file(world.citizen(), SLUG, **claim())
    assert set(world.case(number).answers["iban"]) == {"$"}


def test_an_inspection_is_set_in_the_future_by_day_and_told_with_its_hour(world: World) -> None:
    browser, officer = world.citizen(), desk(world, Role.OFFICER)
    number = inspected(world, browser)
    address = f"/desk/cases/{number}"
    for day, hour, words in (
        (on(-1), "10:00", "مضى هذا الوقت"),
        ("31/2/2027", "10:00", "ليس في هذا الشهر يوم"),
        (on(3), "", "أدخل الوقت"),
        (on(3), "02:00", "بين 6:00 صباحًا"),
        (on(400), "10:00", "أدخل تاريخًا"),
    ):
        form = {"version": officer.get(address).field("version"), "field_visit_day": day, "field_visit_time": hour}
        page = officer.post(f"{address}/steps/schedule_inspection", form, page=address)
        assert (page.status, words in page.html) == (422, True), (day, hour)
    form = {"version": officer.get(address).field("version"), "field_visit_day": on(5), "field_visit_time": "١٤:١٥"}
    assert officer.post(f"{address}/steps/schedule_inspection", form, page=address).status == 303
    assert sms(world).count("inspection_set") == 2
    own = browser.get(f"/account/cases/{number}").html
    coming = own.split('id="field-visit"')[1].split("</section>")[0]
    assert "2:15 ظهرًا" in coming
    assert "10:30" not in coming
    assert "2:15 ظهرًا" in officer.get(address).html


def test_the_check_of_exclusions_is_known_to_the_house_alone(world: World) -> None:
    browser = world.citizen()
    number, officer = world.file(browser, SLUG, **claim()), somebody(world, Role.OFFICER)
    own = f"/account/cases/{number}"
    take(world, number, "start_review", officer)
    take(world, number, "register", officer)
    browser.get(own)
    before = browser.get(own).html
    with pytest.raises(NeedsFirst):
        take(world, number, "schedule_inspection", officer, field_visit_day=on(2), field_visit_time="10:30")
    take(world, number, "check_exclusions", officer, result="excluded")
    with pytest.raises(DecidedAgainst):
        take(world, number, "schedule_inspection", officer, field_visit_day=on(2), field_visit_time="10:30")
    assert _without_tokens(browser.get(own).html) == _without_tokens(before)
    seen = desk(world, Role.OFFICER).get(f"/desk/cases/{number}").html
    assert sentence(world, "actions.check_exclusions.button") in seen


def _without_tokens(html: str) -> list[str]:
    return [line for line in html.splitlines() if "csrf" not in line and "nonce" not in line]


def test_no_report_is_signed_before_the_hour_of_the_inspection(world: World) -> None:
    number = inspected(world, world.citizen())
    with pytest.raises(VisitToCome):
        take(world, number, "sign_emirate", somebody(world, Role.COMMITTEE_EMIRATE), **WORDS)
    html = desk(world, Role.COMMITTEE_EMIRATE).get(f"/desk/cases/{number}").html
    assert "لم يحن وقت المعاينة بعد" in html


def test_it_can_be_filed_at_the_counter_of_the_emirate_for_a_client(world: World) -> None:
    counter = Counter(world, Grant(Role.COUNTER_AGENT, agency="emirate", office="emirate_counter"))
    counter.client()
    draft = counter.clerk.post(f"{counter.find()}/drafts", {"service": SLUG, "who_came": "client"}).location
    values = claim(mobile=None, client_id_image=letter("هوية.jpg"))
    assert counter.clerk.post(draft, {"action": "check", **values}).status == 303


@pytest.mark.parametrize("words", ["سيول", "كارثه", "البرد", "flood"])
def test_people_find_it_by_what_happened_to_them(world: World, words: str) -> None:
    page = world.citizen().get(f"/services?q={words}")
    assert f"/services/{SLUG}" in page.html


def test_another_account_is_named_by_nobody_whose_sign_in_is_long_ago(world: World) -> None:
    number = inspected(world, world.citizen())
    other, officer = "SA0380000000608010167519", somebody(world, Role.OFFICER)
    with world.app.app_context(), transaction():
        case = queries.find_case(number)
        assert case is not None
        person_id, told = case.applicant_id, {"target": "iban", "reason": "iban_mismatch", "text": ""}
        asked = requests.prepare(case.id, kind="correction", by=officer, version=case.version, **told).id
        requests.send(case.id, by=officer, version=case.version)
    for minutes, goes_to in ((11, "/login?next="), (1, f"/account/cases/{number}")):
        since = now() - timedelta(minutes=minutes)
        browser = Browser(signed_in.citizen_browser(world.app, person_id, auth_time=since))
        version = browser.get(f"/account/cases/{number}").field("version")
        sent = browser.post(f"/account/cases/{number}/answer", {"version": version, f"value-{asked}": other})
        assert sent.status == 303
        assert sent.location.startswith(goes_to)
