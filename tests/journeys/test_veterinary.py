"""The owner's way from the card to the printed certificate, online, in four ways of browsing."""

import re
import secrets
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import citizen, staff
from tests.journeys.conftest import Town
from tests.journeys.outside import Telephone, until
from tests.journeys.walk import Manner, Walk

pytestmark = pytest.mark.browser
SLUG = "veterinary_export"
QATAR = ZoneInfo("Asia/Qatar")
VET, HEAD = "مريم بنت خالد الهاجري", "حمد بن سالم النعيمي"
WAYS = [
    (Manner(scripts=True, width=1280, checked=True), "jassim", "28063400000", "جاسم بن محمد المطيري"),
    (Manner(scripts=True, width=360, checked=True), "maha", "28963400004", "مها بنت راشد الكواري"),
    (Manner(scripts=False, width=1280), "maha", "28963400004", "مها بنت راشد الكواري"),
    (Manner(scripts=False, width=360), "jassim", "28063400000", "جاسم بن محمد المطيري"),
]
BOX = "#animals-0-"


def on(town: Town, days: int) -> str:
    """A day as somebody types it, in the month's own numbers."""
    now = datetime.fromisoformat(town.outside.get("/clock/now.json")["now"]).astimezone(QATAR)
    day = now.date() + timedelta(days=days)
    return f"{day.day}/{day.month}/{day.year}"


@pytest.mark.parametrize(("manner", "key", "identity", "name"), WAYS, ids=lambda each: getattr(each, "name", ""))
def test_from_the_card_to_the_certificate(
    town: Town, tmp_path: Path, manner: Manner, key: str, identity: str, name: str
) -> None:
    with ExitStack() as stack:
        me, vet, head = (stack.enter_context(town.window(manner, f"vet-{who}")) for who in ("owner", "vet", "head"))
        start(me, key, identity, name)
        mobile = f"33{secrets.randbelow(10**6):06d}"
        telephone = Telephone(town.outside, f"974{mobile}")
        chip = f"6340981{secrets.randbelow(10**8):08d}"
        fill_in(town, me, tmp_path, mobile, chip)
        number = send(me, telephone)
        return_with_reasons(vet, telephone, number)
        correct(me, telephone, tmp_path, number, chip)
        approve(vet, head, telephone, number)
        receipt = pay(me, telephone, number)
        collect(me, number, receipt, chip)


def start(me: Walk, key: str, identity: str, name: str) -> None:
    me.open("/services", "services")
    me.click(me.page.get_by_role("link", name="شهادة صحية بيطرية").first, "card")
    me.press("ابدأ الخدمة", "login")
    citizen.sign_in(me, key, identity)
    assert me.page.url.endswith(f"/services/{SLUG}/apply")
    me.look("form").says(name)


def fill_in(town: Town, me: Walk, folder: Path, mobile: str, chip: str) -> None:
    """One animal, its chip a digit short and its vaccination too fresh: both are said, nothing is lost."""
    page = me.page
    page.fill("#mobile", mobile)
    page.fill("#email", "owner@example.com")
    citizen.choose(me, "capacity", "owner", "applicant")
    animal(town, me, chip[:-1])
    page.locator("#destination_country").select_option("jo")
    citizen.refresh(me, "journey")
    page.fill("#destination_city", "عمّان")
    page.fill("#consignee", "صاحب الطلب، شارع الجامعة")
    page.locator("#port_of_exit").select_option("airport")
    citizen.choose(me, "transport", "air", "journey")
    page.fill("#travel_date", on(town, 10))
    citizen.choose(me, "purpose", "pet")
    for field, file in (("vaccination_book", "سجل التطعيم.jpg"), ("microchip_certificate", "شهادة الشريحة.jpg")):
        citizen.attach(me, f"#{field}", citizen.picture(folder, file))
    citizen.check(me, "form-errors")
    assert page.locator("#error-summary li").count() == 2, me.text("#error-summary")
    me.says("رقم الشريحة 15 رقمًا", "مدة التطعيم قبل السفر أقل من 30 يومًا")
    page.fill(f"{BOX}microchip", chip.translate(citizen.ARABIC))
    page.fill(f"{BOX}rabies_date", on(town, -60))
    assert "سجل التطعيم.jpg" in me.text("#vaccination_book-field")
    citizen.check(me, "check")
    me.says(chip, "سجل التطعيم.jpg", "الأردن")


def animal(town: Town, me: Walk, chip: str) -> None:
    page = me.page
    citizen.choose(me, "animals-0-species", "dog")
    page.fill(f"{BOX}animal_name", "لاكي")
    page.fill(f"{BOX}breed", "سلوقي")
    citizen.choose(me, "animals-0-dangerous_breed", "no", "animals")
    citizen.choose(me, "animals-0-sex", "male")
    page.fill(f"{BOX}colour", "بني فاتح")
    page.fill(f"{BOX}birth_date", on(town, -900))
    page.fill(f"{BOX}microchip", chip)
    page.fill(f"{BOX}microchip_date", on(town, -800))
    page.fill(f"{BOX}rabies_product", "لقاح السعار، شركة المثال")
    page.fill(f"{BOX}rabies_batch", "RB-2041")
    page.fill(f"{BOX}rabies_date", on(town, -10))
    page.fill(f"{BOX}rabies_until", on(town, 300))


def send(me: Walk, telephone: Telephone) -> str:
    me.page.locator("#declaration").check()
    me.press("أرسل الطلب", "filed")
    found = re.search(r"\b14\d\d/\d{6}\b", me.text("#main"))
    assert found, me.text()
    telephone.next(re.escape(found[0]))
    return found[0]


def return_with_reasons(vet: Walk, telephone: Telephone, number: str) -> None:
    staff.sign_in(vet, VET).look("queue")
    staff.open_case(vet, number, "desk-new")
    staff.step(vet, "start_review", "desk-conditions")
    vet.says("مدة تطعيم السعار يوم السفر لا تقل عن 30 يومًا", "مستوفى")
    telephone.next(re.escape(number))
    staff.ask(vet, "correction:animals.1.colour", "data_mismatch")
    staff.ask(vet, "replacement:vaccination_book", "page_cut", "الصفحة الثانية")
    telephone.nothing()
    vet.press(re.compile("^أرسل"), "desk-returned", within="section[aria-labelledby=requests]")
    telephone.next(f"أعيد طلبك {re.escape(number)}: .* وإلا ألغي")


def correct(me: Walk, telephone: Telephone, folder: Path, number: str, chip: str) -> None:
    me.open("/account", "account").says("لديك رسالة")
    me.click(me.page.get_by_role("link", name=re.compile("شهادة صحية بيطرية")).first, "my-requests")
    me.click(me.page.locator("main a.num", has_text=number), "case-returned")
    me.says("الحيوان 1: اللون والعلامات", "الصفحة الثانية", "بعدها يُلغى الطلب")
    me.page.locator("main input[name^=value-]").fill("بني فاتح، صدر أبيض")
    me.page.set_input_files("main input[type=file]", citizen.picture(folder, "السجل كاملًا.jpg", "beige"))
    me.press("أعد الإرسال", "case-resent").says("بني فاتح، صدر أبيض", "السجل كاملًا.jpg")
    telephone.nothing()


def approve(vet: Walk, head: Walk, telephone: Telephone, number: str) -> None:
    """The vet approves for the time being; of the two only the head may go on."""
    staff.open_case(vet, number, "desk-corrected").says("بني فاتح، صدر أبيض")
    vet.press("اقبل الرد")
    staff.step(vet, "approve_preliminary", "desk-approved-once")
    telephone.next("موافقة مبدئية")
    staff.sign_in(head, HEAD)
    staff.open_case(head, number, "desk-second")
    staff.step(head, "approve_final", "desk-approved")
    telephone.next(f"ادفع .* عن طلبك {re.escape(number)}")


def pay(me: Walk, telephone: Telephone, number: str) -> str:
    """At the bank's page; back with a receipt. The link of the receipt as it came by SMS."""
    me.open(f"/account/cases/{number.replace('/', '-')}", "case-to-pay").says("بانتظار الدفع")
    me.press(re.compile("^ادفع"), "pay")
    with me.page.expect_navigation(url=f"{me.outside.url}/**"):
        me.page.locator("main form button[type=submit], main form button:not([type])").first.click()
    me.page.locator("main form[action*='/bank/'] button, form.mt-lg button").first.click()
    me.page.wait_for_url(f"{me.portal}/**")
    until(lambda: reloaded(me), "the payment on the page", seconds=60)
    me.look("paid")
    texts = until(lambda: new_of(telephone, 2), "receipt and certificate by SMS")
    [link] = [found[0] for each in texts if (found := re.search(r"https?://\S+/r/\w+", each))]
    return link


def reloaded(me: Walk) -> bool:
    me.page.reload()
    return "تم الدفع" in me.text("body") or "الإيصال" in me.text("h1")


def new_of(telephone: Telephone, many: int) -> list[str]:
    texts = telephone.outside.sms(telephone.mobile)[: -telephone.seen or None]
    if len(texts) < many:
        return []
    telephone.seen += len(texts)
    return texts


def collect(me: Walk, number: str, receipt: str, chip: str) -> None:
    """The certificate carries the number of the request; whoever scans it is told that it is good."""
    address = f"/account/cases/{number.replace('/', '-')}"

    def signed() -> bool:
        return me.open(address).page.get_by_role("link", name="حمّل الشهادة").count() > 0

    until(signed, "the signed certificate", seconds=90)
    me.look("case-issued").says("صادر", number)
    made = me.download(me.page.get_by_role("link", name="حمّل الشهادة"))
    assert made.startswith(b"%PDF-")
    assert b"/ByteRange" in made
    me.click(me.page.locator("a[href*='/verify/']").first, "verified").says(number, chip[-4:])
    me.open(receipt.removeprefix(me.portal), "receipt").says(number)
