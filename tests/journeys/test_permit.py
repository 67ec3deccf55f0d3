"""A relative's way from the card to the signed permit, discreet everywhere, and the stranger who checks it."""

import re
import secrets
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import citizen, staff
from tests.journeys.conftest import Town
from tests.journeys.outside import Telephone, until
from tests.journeys.test_veterinary import send
from tests.journeys.walk import Manner, Walk

pytestmark = pytest.mark.browser
SLUG = "death_services"
RIYADH = ZoneInfo("Asia/Riyadh")
HEAD = "عبدالعزيز الفايز"
DECEASED = "محمود إبراهيم سليمان"
WAYS = [
    (Manner(scripts=True, width=1280, checked=True), "hasan", "2000000006"),
    (Manner(scripts=False, width=360), "hasan", "2000000006"),
]


@pytest.mark.parametrize(("manner", "key", "identity"), WAYS, ids=lambda each: getattr(each, "name", ""))
def test_from_the_card_to_the_permit_that_a_stranger_checks(
    town: Town, tmp_path: Path, manner: Manner, key: str, identity: str
) -> None:
    with ExitStack() as stack:
        me, officer, head, stranger = (
            stack.enter_context(town.window(manner, f"permit-{who}")) for who in ("me", "officer", "head", "stranger")
        )
        mobile = f"51{secrets.randbelow(10**7):07d}"
        telephone = Telephone(town.outside, f"966{mobile}")
        me.open("/services?q=الوفيات", "services")
        me.click(me.page.get_by_role("link", name="خدمات الوفيات").first, "card")
        me.press("ابدأ الخدمة", "login")
        citizen.sign_in(me, key, identity)
        fill_in(town, me, tmp_path, mobile)
        number = send(me, telephone)
        review(officer, telephone, number)
        issue(head, telephone, number)
        address = collect(me, number)
        stranger.open(address, "stranger").says(number, "الإجراء")
        assert DECEASED not in stranger.text("body")
        assert "الوفيات" not in stranger.text("main")


def fill_in(town: Town, me: Walk, folder: Path, mobile: str) -> None:
    """The kind decides what is asked; the embassy's letter is missing at first, and nothing else is lost."""
    page = me.page
    today = datetime.fromisoformat(town.outside.get("/clock/now.json")["now"]).astimezone(RIYADH).date()
    page.fill("#mobile", mobile)
    citizen.choose(me, "relation", "relative")
    citizen.attach(me, "#kinship_proof", citizen.picture(folder, "سجل الأسرة.jpg"))
    page.fill("#deceased_name", DECEASED)
    page.locator("#deceased_nationality").select_option("eg")
    citizen.refresh(me, "deceased")
    page.fill("#death_date", f"{today.day}/{today.month}/{today.year}".translate(citizen.ARABIC))
    page.fill("#death_place", "مستشفى المثال")
    citizen.choose(me, "accident", "no", "deceased")
    citizen.choose(me, "request_kind", "transport_outside", "request")
    page.locator("#destination_country").select_option("eg")
    page.locator("#port_of_exit").select_option(index=1)
    page.fill("#receiver_name", "علي إبراهيم سليمان")
    citizen.attach(me, "#death_notice", citizen.picture(folder, "إبلاغ الوفاة.jpg"))
    citizen.check(me, "form-errors")
    assert page.locator("#error-summary li").count() == 1, me.text("#error-summary")
    me.says("أرفق خطاب السفارة")
    assert "إبلاغ الوفاة.jpg" in me.text("#death_notice-field")
    citizen.attach(me, "#embassy_letter", citizen.picture(folder, "خطاب السفارة.jpg"))
    citizen.check(me, "check")
    me.says(DECEASED, "خطاب السفارة.jpg", "مصر")


def review(officer: Walk, telephone: Telephone, number: str) -> None:
    """First in the queue, without a name; what the officer notes of consents is told to nobody."""
    staff.sign_in(officer, staff.OFFICER).look("queue").says("عاجل")
    staff.open_case(officer, number, "desk-new").says(DECEASED)
    staff.step(officer, "start_review")
    telephone.next(re.escape(number))
    staff.step(officer, "register", "desk-registered")
    telephone.next(re.escape(number))
    staff.unfold(officer, "record_consent")
    citizen.choose(officer, "result", "embassy")
    staff.step(officer, "record_consent", "desk-consent")
    staff.step(officer, "approve_preliminary", "desk-approved-once")
    telephone.nothing()


def issue(head: Walk, telephone: Telephone, number: str) -> None:
    staff.sign_in(head, HEAD)
    staff.open_case(head, number, "desk-second")
    staff.step(head, "approve_final", "desk-issued")
    said = telephone.next(re.escape(number))
    assert DECEASED not in said
    assert "الوفيات" not in said


def collect(me: Walk, number: str) -> str:
    """The signed paper, and the address at which anybody checks it."""
    address = f"/account/cases/{number.replace('/', '-')}"

    def signed() -> bool:
        return me.open(address).page.locator("main a[href*='/verify/']").count() > 0

    until(signed, "the signed permit", seconds=90)
    me.look("case-issued").says("صدر الإذن", DECEASED)
    paper = me.page.locator("main a[href$='.pdf'], main a[href*='/certificate']").first
    assert me.download(paper).startswith(b"%PDF-")
    found = me.page.locator("main a[href*='/verify/']").first.get_attribute("href")
    assert found
    return found.removeprefix(me.portal)
