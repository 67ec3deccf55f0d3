"""The counter's path: found by both numbers, filed with the client's code, approved twice, handed over."""

import random
import re
from pathlib import Path

import pytest

from tests.journeys import citizen, counter, staff
from tests.journeys.conftest import Town
from tests.journeys.outside import HOUR, Telephone
from tests.journeys.walk import Manner, Walk

pytestmark = pytest.mark.browser
SERVICE = "شهادة صحية بيطرية لتصدير الكلاب والقطط"
COMPLEX = "عبدالله بن حسن الدوسري"
VET, HEAD = "مريم بنت خالد الهاجري", "حمد بن سالم النعيمي"
CLIENT, MOBILE = "28063400000", "33123456"
# Known to the national provider, not to the portal.
HAYA = "29163400066"


def filed(walk: Walk, telephone: Telephone, folder: Path) -> str:
    """A new export request for the client whose page is open; its number."""
    counter.begin(walk, SERVICE)
    walk.says("تعمل الآن نيابة عن")
    counter.fill_veterinary(walk, folder)
    counter.consent(walk, telephone)
    walk.press("قدّم الطلب نيابة عن العميل", "counter-unticked")
    assert walk.page.locator("#error-summary a[href='#declaration']").is_visible()
    walk.page.locator("#declaration").check()
    walk.press("قدّم الطلب نيابة عن العميل", "counter-filed")
    told = telephone.next("قدم المكتب طلبا باسمك")
    found = re.search(r"\b14\d\d/\d{6}\b", told)
    assert found
    walk.says(found[0])
    return found[0]


def approve_twice(town: Town, manner: Manner, number: str) -> None:
    with town.window(manner, "vet") as vet:
        staff.sign_in(vet, VET)
        staff.open_case(vet, number)
        staff.step(vet, "start_review")
        staff.step(vet, "approve_preliminary")
    with town.window(manner, "head") as head:
        staff.sign_in(head, HEAD)
        staff.open_case(head, number)
        staff.step(head, "approve_final")


MANNERS = [Manner(checked=True), Manner(scripts=False, width=360)]


@pytest.mark.parametrize("manner", MANNERS, ids=lambda each: each.name)
def test_from_finding_the_client_to_the_certificate_in_his_hand(town: Town, manner: Manner, tmp_path: Path) -> None:
    # One telephone gets three codes in a quarter of an hour: the client of the last walk is this one.
    town.outside.forward(HOUR)
    telephone = Telephone(town.outside, f"974{MOBILE}")
    with town.window(manner, "clerk") as clerk:
        staff.sign_in(clerk, staff.CLERK, "/counter")
        counter.find(clerk, CLIENT, "33123499", "counter-missed").says("لا يوجد عميل بهذين الرقمين معًا")
        counter.find(clerk, CLIENT, MOBILE, "counter-client").says("جاسم بن محمد المطيري")
        number = filed(clerk, telephone, tmp_path)
        approve_twice(town, Manner(), number)
        telephone.all_until("بدأنا العمل", "موافقة مبدئية", "ادفع 100 ريال قطري")
        counter.find(clerk, CLIENT, MOBILE, "counter-due").says("المستحق: 100 ريال قطري")
        counter.open_request(clerk, number, telephone)
        collect(clerk)
        assert len(telephone.all_until("/r/", "صدرت|جاهزة|شهادت")) == 2
        hand_over(clerk, number)
        telephone.next("سلم المكتب الشهادة")


def collect(clerk: Walk) -> None:
    """Into the clerk's own till, which is opened for the day; more is given than is due."""
    page, address = clerk.page, clerk.page.url
    if not page.locator("#tendered").count():
        clerk.press(re.compile("^افتح"), "counter-till")
        choices = page.locator("main select#agency")
        if choices.count():
            choices.select_option("ministry")
        clerk.click(page.locator("main form button[type=submit]").first)
        page.goto(address)
    page.fill("#tendered", "50")
    clerk.click(page.locator("form[action$='/collect'] button"), "counter-too-little")
    assert page.locator("#error-summary a[href='#tendered']").is_visible()
    page.fill("#tendered", "150")
    clerk.click(page.locator("form[action$='/collect'] button"), "counter-collected")
    clerk.says("حُصّلت الرسوم", "أعِد إلى العميل 50 ريالًا قطريًا")


def hand_over(clerk: Walk, number: str) -> None:
    """Print receipt and certificate, once the latter is signed, and record that the client has them."""
    page = clerk.page
    page.goto(page.url.split("?")[0])
    assert clerk.download(page.locator("main a[href$='/papers/certificate']"))[:5] == b"%PDF-"
    assert clerk.download(page.locator("main a[href$='/papers/receipt']"))[:5] == b"%PDF-"
    page.reload()
    clerk.look("counter-certificate")
    clerk.press("سُلّمت للعميل", "counter-handed-over").says("سُجّل التسليم", "جرى تسليم الشهادة في المكتب")


@pytest.mark.parametrize("manner", [Manner(width=360, checked=True), Manner(scripts=False)], ids=lambda each: each.name)
def test_a_client_without_an_account_is_served_at_the_complex(town: Town, manner: Manner, tmp_path: Path) -> None:
    number = f"2916340{random.randrange(1000, 9999)}"
    mobile = f"3312{random.randrange(1000, 9999)}"
    telephone = Telephone(town.outside, f"974{mobile}")
    with town.window(manner, "complex") as clerk:
        staff.sign_in(clerk, COMPLEX, "/counter")
        counter.find(clerk, number, mobile)
        clerk.press("سجّل عميلًا بلا حساب", "counter-new")
        clerk.page.fill("#name", "هيا")
        clerk.press("سجّل العميل", "counter-new-wrong")
        clerk.page.fill("#name", "هيا بنت محمد آل فطيح")
        clerk.press("سجّل العميل", "counter-introduced").says("هيا بنت محمد آل فطيح")
        filed(clerk, telephone, tmp_path)
    with town.window(Manner(width=manner.width), "supervisor") as boss:
        staff.sign_in(boss, "هند الدوسري")
        boss.open("/counter/day", "counter-day").says("عبدالله بن حسن الدوسري", "هيا بنت محمد آل فطيح")


def test_she_signs_in_later_and_finds_what_was_filed_for_her(town: Town, tmp_path: Path) -> None:
    """Her stated mobile gives way to her own: from then on that one hears of the request."""
    stated = Telephone(town.outside, "97433127799")
    with town.window(Manner(), "later-clerk") as clerk:
        staff.sign_in(clerk, staff.CLERK, "/counter")
        counter.find(clerk, HAYA, "33127799")
        clerk.press("سجّل عميلًا بلا حساب")
        clerk.page.fill("#name", "هيا بنت محمد آل فطيح")
        clerk.press("سجّل العميل")
        number = filed(clerk, stated, tmp_path)
    own = Telephone(town.outside, "97433127766")
    with town.window(Manner(width=360, checked=True), "later") as me:
        me.open("/account")
        citizen.sign_in(me, "haya", HAYA)
        own.next(number)
        me.open("/account", "account-after-the-counter").says(number)
        me.open(f"/account/cases/{number.replace('/', '-')}", "case-filed-for-me")
        me.says("قُدّم الطلب في مكتب خدمة العملاء نيابة عنك", staff.CLERK, "طلباتك السابقة صارت في «حسابي»")
    stated.nothing()
