"""The guide of the agency, section by section: apply, answer, inquire, visit, rate. Four ways of browsing."""

import re
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import citizen, staff
from tests.journeys.citizen import SLUG
from tests.journeys.conftest import Town
from tests.journeys.outside import DAY, Telephone, until
from tests.journeys.walk import Manner, Walk

pytestmark = pytest.mark.browser
MONTHS = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو") + (
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)
RIYADH = ZoneInfo("Asia/Riyadh")
# Who goes which way: people of the sandbox, so that nobody meets the request of an earlier journey.
WAYS = [
    (Manner(scripts=True, width=1280, checked=True), "saad", "1000000032", "سعد بن ناصر الراشد"),
    (Manner(scripts=True, width=360, checked=True), "miller", "2000000014", "John Miller"),
    (Manner(scripts=False, width=1280), "noura", "1000000016", "نورة بنت سعد الهادي"),
    (Manner(scripts=False, width=360), "salma", "1000000024", "سلمى بنت علي الزهير"),
]


@dataclass
class Journey:
    """One citizen's journey and the officers who meet it."""

    town: Town
    me: Walk
    officer: Walk
    security: Walk
    guard: Walk
    key: str
    identity: str
    name: str
    number: str = ""
    transaction: str = ""

    @property
    def address(self) -> str:
        return f"/account/cases/{self.number.replace('/', '-')}"

    def sign_in_again(self, walk: Walk, path: str) -> None:
        """The clock has signed everybody out: the page that was wanted comes after the sign-in."""
        walk.open(path)
        citizen.sign_in(walk, self.key, self.identity)


@pytest.mark.parametrize(("manner", "key", "identity", "name"), WAYS, ids=lambda each: getattr(each, "name", ""))
def test_the_whole_guide(town: Town, tmp_path: Path, manner: Manner, key: str, identity: str, name: str) -> None:
    with ExitStack() as stack:
        me, officer, security, guard = (
            stack.enter_context(town.window(manner, person)) for person in (key, "officer", "security", "guard")
        )
        journey = Journey(town, me, officer, security, guard, key, identity, name)
        telephone = apply(journey, tmp_path)
        review(journey, telephone)
        answer(journey, telephone, tmp_path)
        register(journey, telephone)
        day = schedule(journey, telephone)
        inquire(journey)
        remind(journey, telephone, day)
        visit(journey, telephone, day)
        rate(journey)


def apply(journey: Journey, folder: Path) -> Telephone:
    """Section 1: from the home page to the number."""
    me = journey.me
    me.open("/", "home").open("/services", "services")
    me.click(me.page.get_by_role("link", name="طلب موعد مع الإمارة").first, "card")
    assert me.download(me.page.get_by_role("link", name="حمّل دليل الخدمة")).startswith(b"%PDF-")
    # On a telephone there is nobody to scan it.
    assert me.page.locator("figure.qr svg").is_visible() == (me.manner.width > 360)
    me.press("ابدأ الخدمة", "login")
    citizen.sign_in(me, journey.key, journey.identity)
    assert me.page.url.endswith(f"/services/{SLUG}/apply")
    me.look("form").says(journey.name)
    # A number of its own, so that only the SMS of this journey arrive there.
    mobile = f"58{secrets.randbelow(10**7):07d}"
    telephone = Telephone(journey.town.outside, f"966{mobile}")
    citizen.fill_in(me, folder, mobile)
    journey.number = citizen.send(me, telephone)
    summary = me.page.get_by_role("link", name=re.compile("^حمّل ملخص الطلب"))
    assert me.download(summary).startswith(b"%PDF-")
    return telephone


def review(journey: Journey, telephone: Telephone) -> None:
    """The officer begins, and asks for two things in one notice."""
    officer = staff.sign_in(journey.officer, staff.OFFICER).look("queue")
    staff.open_case(officer, journey.number, "desk-new")
    staff.step(officer, "start_review")
    telephone.next(re.escape(journey.number))
    staff.ask(officer, "replacement:subject_letter", "unclear_document", "صوّر الصفحة كاملة")
    staff.ask(officer, "answer:other", "needs_explanation", "ما رقم معاملتك السابقة؟")
    telephone.nothing()
    officer.look("desk-prepared").press(re.compile("^أرسل"), "desk-asked", within="section[aria-labelledby=requests]")
    telephone.next(re.escape(journey.number))


def answer(journey: Journey, telephone: Telephone, folder: Path) -> None:
    """Section 2: «لديك رسالة», the case, words and a file, and what the officer makes of them."""
    me, officer = journey.me, journey.officer
    me.open("/account", "account").says("لديك رسالة")
    assert re.search("[1-9]", me.text("header .count-badge"))
    me.click(me.page.get_by_role("link", name=re.compile("طلب موعد")).first, "my-requests")
    me.click(me.page.locator("main a.num", has_text=journey.number), "case-asked").says("ما رقم معاملتك السابقة؟")
    me.press("أعد الإرسال", "case-empty-answer")
    assert me.page.locator("main .error").first.is_visible()
    me.page.set_input_files("main input[type=file]", citizen.picture(folder, "خطاب واضح.jpg", "beige"))
    me.page.locator("textarea[id^=text-]").last.fill("رقمها 55 لعام 1447هـ")
    me.press("أعد الإرسال", "case-answered").says("رقمها 55 لعام 1447هـ", "خطاب واضح.jpg")
    staff.open_case(officer, journey.number, "desk-answered").says("رقمها 55 لعام 1447هـ", "خطاب واضح.jpg")
    officer.press("اقبل الرد")
    telephone.nothing()


def register(journey: Journey, telephone: Telephone) -> None:
    """A transaction number with its Hijri year, and a check that the citizen cannot see."""
    me = journey.me
    staff.step(journey.officer, "register")
    found = re.search(r"(\d+)\D+(14\d\d)", telephone.next("قُيد|قيد").replace(journey.number, ""))
    assert found
    journey.transaction = f"{found[1]}/{found[2]}"
    me.open(journey.address).says(journey.transaction)
    before = me.open(journey.address).text()
    security = staff.sign_in(journey.security, staff.SECURITY)
    staff.check_visitors(security, journey.number)
    assert me.open(journey.address, "case-registered").text() == before
    telephone.nothing()


def schedule(journey: Journey, telephone: Telephone) -> date:
    """The officer sets a date; the citizen moves it once, and has the pass."""
    me = journey.me
    staff.open_case(journey.officer, journey.number, "desk-decision")
    staff.set_date(journey.officer)
    telephone.next(re.escape(journey.number))
    me.open(journey.address, "case-dated")
    assert me.download(me.page.get_by_role("link", name="حمّل تصريح الزيارة")).startswith(b"%PDF-")
    me.press("غيّر الموعد", "slots")
    if later := me.page.locator("#slots a.button-quiet").count():
        assert later == 1
        me.click(me.page.locator("#slots a.button-quiet"), "slots-later")
    choice = me.page.locator("#slots input[name=slot]").last
    choice.check()
    me.press("أكّد الموعد", "case-moved")
    telephone.next(re.escape(journey.number))
    assert me.download(me.page.get_by_role("link", name="حمّل تصريح الزيارة")).startswith(b"%PDF-")
    return visit_day(journey)


def visit_day(journey: Journey) -> date:
    """The day of the visit, as the machine-readable twin of the case says it."""
    words = journey.me.text("section[aria-labelledby=visit]")
    found = re.search(r"\((\d{1,2}) (\S+) (\d{4})\)", words)
    assert found, words
    return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))


def inquire(journey: Journey) -> None:
    """Section 3: anybody who knows number, year and the last four digits."""
    number, _, year = journey.transaction.partition("/")
    with journey.town.window(journey.me.manner, f"{journey.key}-stranger") as stranger:
        stranger.open("/inquiry/transactions", "inquiry")
        page = stranger.page
        page.locator("#agency").select_option("emirate")
        page.fill("#number", number)
        page.locator("#hijri_year").select_option(year)
        page.fill("#digits", "0000")
        stranger.press("استعلم", "inquiry-nothing").says("لا معاملة بهذا الرقم")
        page.fill("#digits", journey.identity[-4:])
        stranger.press("استعلم", "inquiry-found").says("نتيجة الاستعلام", f"{number}/{year}", "موعد محدد")
        assert number not in page.url


def now_in(journey: Journey) -> datetime:
    return datetime.fromisoformat(journey.town.outside.get("/clock/now.json")["now"]).astimezone(RIYADH)


def remind(journey: Journey, telephone: Telephone, day: date) -> None:
    """The day before the visit a reminder comes by itself."""
    before = datetime(day.year, day.month, day.day, 10, 15, tzinfo=RIYADH).timestamp() - DAY
    journey.town.outside.forward(int(before - now_in(journey).timestamp()))
    telephone.next("تذكير")


def visit(journey: Journey, telephone: Telephone, day: date) -> None:
    """At the gate, on the day: found by name, everybody ticked, and the case is closed."""
    morning = datetime(day.year, day.month, day.day, 7, 0, tzinfo=RIYADH)
    journey.town.outside.forward(int((morning - now_in(journey)).total_seconds()))
    guard = staff.sign_in(journey.guard, staff.GUARD, "/gate").look("gate")
    staff.let_in(guard, journey.name.split()[0])
    officer = staff.sign_in(journey.officer, staff.OFFICER)
    telephone.next(re.escape(journey.number))
    officer.open(f"/desk/cases/{journey.number.replace('/', '-')}", "desk-visited").says("مكتمل")


def rate(journey: Journey) -> None:
    """Section 2.10: rate the service, and sign out."""
    me = journey.me
    before = rating_on_card(me)
    journey.sign_in_again(me, journey.address)
    me.look("case-closed")
    me.page.locator("input[name=stars][value='5']").check()
    me.page.fill("#words", "استقبال حسن وموعد دقيق.")
    me.press("أرسل التقييم", "case-rated")
    until(lambda: rating_on_card(me) != before, "the rating on the card")
    me.says("من 5")
    me.look("card-rated")
    me.page.locator("header details.drop summary").first.click()
    me.click(me.page.locator("header form[action$='/logout'] button"), "signed-out")
    me.open("/account")
    assert "/login" in me.page.url


def rating_on_card(walk: Walk) -> str:
    """How many have rated, and how, as the card says."""
    return walk.open(f"/services/{SLUG}").text("main .page-head .row")
