"""Where a journey leaves the straight way: refused, withdrawn, interrupted. A part exchanged equals the page anew."""

import re

import pytest

from tests.journeys import citizen, staff
from tests.journeys.citizen import choose, sign_in
from tests.journeys.conftest import Town
from tests.journeys.outside import HOUR
from tests.journeys.walk import Manner, Walk

pytestmark = pytest.mark.browser
APPLY = "/services/general_transaction/apply"
SUBJECT, MATTER = "استفسار عن منحة أرض", "أطلب إفادتي عما تم في طلب المنحة."
# The words of a part without what differs at every answer: tokens, nonces, times of saving.
WORDS = """selector => [...document.querySelectorAll(selector + ' *')]
  .filter(e => e.matches('h1, h2, h3, p, dd, legend, label, option, td, th, a'))
  .filter(e => !e.closest('#saved, .visually-hidden, [data-count-for]'))
  .map(e => e.textContent.trim().replace(/\\s+/g, ' '))"""


def begin(walk: Walk, key: str, number: str) -> None:
    """A transaction form with some answers in it."""
    walk.open(APPLY + "?another=1")
    sign_in(walk, key, number)
    page = walk.page
    choose(walk, "filing_as", "owner")
    page.fill("#subject", SUBJECT)
    page.fill("#matter_text", MATTER)


def send(walk: Walk) -> str:
    """Fill in the rest and file it; its number."""
    page = walk.page
    for name, value in (("on_behalf_of", "person"), ("topic", "land")):
        field = page.locator(f"#{name}")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            choose(walk, name, value)
        walk.settle()
    citizen.check(walk, "")
    page.locator("#declaration").check()
    walk.press("أرسل الطلب")
    found = re.search(r"\b14\d\d/\d{6}\b", walk.text("#main"))
    assert found, walk.text()
    return found[0]


def holds(walk: Walk) -> bool:
    """Whether the form has what was typed."""
    page = walk.page
    kept = page.locator("#subject").input_value(), page.locator("#matter_text").input_value().strip()
    return kept == (SUBJECT, MATTER)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_refusal_gives_its_reasons_and_takes_an_appeal(town: Town, scripts: bool) -> None:
    manner = Manner(scripts=scripts, checked=scripts)
    with town.window(manner, "refused") as me, town.window(manner, "municipality") as officer:
        begin(me, "fahd", "1000000008")
        number = send(me)
        staff.sign_in(officer, "سارة البيشي")
        staff.open_case(officer, number)
        staff.step(officer, "start_review")
        form = staff.unfold(officer, "refuse")
        reason = officer.page.locator(f"{form} input[name=reasons]").first
        reason.check()
        staff.step(officer, "refuse", "desk-refused")
        me.open(f"/account/cases/{number.replace('/', '-')}", "case-refused")
        me.press("قدّم اعتراضًا", "appeal")
        me.press("أرسل الاعتراض", "appeal-empty")
        assert me.page.locator("#error-summary li").count() >= 1
        me.page.fill("#subject", "الرفض")
        me.page.fill("#grounds", "لم تُقرأ حجتي في الخطاب المرفق.")
        me.press("أرسل الاعتراض", "case-appealed")
        assert me.page.locator("[role=status]").first.is_visible()


def test_a_request_can_be_withdrawn_before_a_decision(town: Town) -> None:
    with town.window(Manner(width=360, checked=True), "withdrawn") as me:
        begin(me, "fahd", "1000000008")
        number = send(me)
        me.open(f"/account/cases/{number.replace('/', '-')}")
        me.press("ألغِ الطلب", "cancel")
        me.press(re.compile("^نعم|^ألغِ"), "case-cancelled").says("ملغى بطلبك")


def test_a_draft_goes_on_in_another_browser(town: Town) -> None:
    with town.window(Manner(width=360), "first") as first:
        begin(first, "fahd", "1000000008")
        first.press("احفظ المسودة", "draft-saved")
    with town.window(Manner(scripts=False, checked=False), "second") as second:
        second.open("/account")
        sign_in(second, "fahd", "1000000008")
        second.press(re.compile("أكمل"), "draft-resumed", within="section[aria-labelledby=drafts]")
        assert holds(second)
        second.click(second.page.locator("main a[href$='/delete']"), "draft-delete")
        second.click(second.page.locator("main button.button-danger"))


def test_what_is_typed_is_kept_when_the_tab_is_closed(town: Town) -> None:
    with town.window(Manner(), "closed") as me:
        begin(me, "fahd", "1000000008")
        me.page.wait_for_timeout(3500)  # a pause of a person who thinks, and then leaves
        me.page.wait_for_url(re.compile("/apply/"))
        me.settle()
        address = me.page.url
        me.page.goto("about:blank")
        me.page.goto(address)
        assert holds(me)
        me.click(me.page.locator("main a[href$='/delete']"))
        me.click(me.page.locator("main button.button-danger"))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_session_that_ends_in_the_middle_costs_no_answer(town: Town, scripts: bool) -> None:
    with town.window(Manner(scripts=scripts), "expired") as me:
        begin(me, "fahd", "1000000008")
        if scripts:  # what was typed is saved by itself first, and would lead to the sign-in by itself
            me.page.wait_for_url(re.compile("/apply/"))
            me.settle()
        town.outside.forward(2 * HOUR)
        citizen.check(me, "expired")
        assert "/login" in me.page.url
        sign_in(me, "fahd", "1000000008")
        assert holds(me), me.page.url
        me.look("kept")
        me.click(me.page.locator("main a[href$='/delete']"))
        me.click(me.page.locator("main button.button-danger"))


def same_as_fresh(walk: Walk, selector: str) -> None:
    """The part as it was exchanged, and as the server draws the page at this address."""
    walk.settle()
    exchanged = walk.page.evaluate(WORDS, selector)
    walk.page.reload()
    assert walk.page.evaluate(WORDS, selector) == exchanged


def test_a_part_exchanged_equals_the_page_anew(town: Town) -> None:
    with town.window(Manner(), "parts") as me, town.window(Manner(), "desk-parts") as officer:
        me.open("/services")
        me.page.locator("#q").press_sequentially("موعد")
        me.page.wait_for_url(re.compile("q=..."))
        same_as_fresh(me, "#results")
        begin(me, "hasan", "2000000006")
        choose(me, "filing_as", "agent")
        me.page.wait_for_url(re.compile("/apply/"))
        same_as_fresh(me, "#apply")
        me.click(me.page.locator("main a[href$='/delete']"))
        me.click(me.page.locator("main button.button-danger"))
        staff.sign_in(officer, staff.OFFICER)
        officer.page.locator("#stage").select_option(index=1)
        officer.page.wait_for_url(re.compile("stage=[a-z]"))
        same_as_fresh(officer, "#queue")
