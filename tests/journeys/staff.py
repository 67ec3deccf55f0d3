"""The other side of a journey: officer, security officer and guard at their pages."""

import re

from tests.journeys.citizen import choose
from tests.journeys.walk import Walk

OFFICER = "خالد العمري"
SECURITY = "تركي الشهري"
GUARD = "ماجد القرني"
CLERK = "نورة بنت سعيد الكعبي"


def sign_in(walk: Walk, name: str, home: str = "/desk") -> Walk:
    """At the staff's own door; the provider has one button for each demo role."""
    walk.open(home, f"login-{home.strip('/')}")
    walk.click(walk.page.locator("main form button").first)
    if not walk.page.url.startswith(walk.portal):  # the provider remembers who has been there before
        walk.page.get_by_role("button", name=re.compile(name)).click()
    walk.page.wait_for_url(f"{walk.portal}{walk.prefix}{home}*")
    return walk


def open_case(walk: Walk, number: str, name: str = "") -> Walk:
    """From the queue, by its number."""
    walk.open("/desk")
    walk.page.locator("#words").fill(number)
    if walk.manner.scripts:
        walk.page.wait_for_timeout(500)
        walk.settle()
    else:
        walk.press("طبّق")
    if name:
        walk.look(f"queue-{name}")
    return walk.click(walk.page.locator("a[data-open]", has_text=number), name)


def step(walk: Walk, name: str, picture: str = "") -> Walk:
    """Press the button of a step, as filled in."""
    form = unfold(walk, name)
    return walk.click(walk.page.locator(f"{form} button[type=submit]:not([name])"), picture)


def unfold(walk: Walk, name: str) -> str:
    """Open the form of a step; its selector."""
    fold = walk.page.locator(f"#step-{name}:not([open]) > summary")
    if fold.count():
        fold.click()
    return f"form[action$='/steps/{name}']"


def ask(walk: Walk, item: str, reason: str, text: str = "") -> Walk:
    """Prepare one thing to be asked for; nothing goes out yet."""
    page = walk.page
    fold = page.locator("#ask:not([open]) > summary")
    if fold.count():
        fold.click()
    page.locator("#request-item").select_option(item)
    page.locator("#request-reason").select_option(reason)
    if text:
        page.fill("#request-text", text)
    return walk.click(page.locator("#ask button[type=submit]"))


def set_date(walk: Walk) -> None:
    """Take the last of the free times shown: the citizen must have some days left to move it."""
    form = unfold(walk, "propose_slot")
    walk.page.locator(f"{form} input[name=slot]").last.check()
    step(walk, "propose_slot", "desk-dated")


def check_visitors(walk: Walk, number: str) -> None:
    """The hidden check of the security officer."""
    open_case(walk, number, "security")
    unfold(walk, "security_check")
    choose(walk, "result", "clear")
    walk.page.fill("#security_check-note", "لا ملاحظات على الزائر ومرافقيه")
    step(walk, "security_check", "security-checked")


def let_in(walk: Walk, name: str) -> None:
    """Find the visitor by name, open the pass, tick everybody."""
    page = walk.page
    page.locator("#q").fill(name)
    if walk.manner.scripts:
        page.wait_for_timeout(500)
        walk.settle()
    else:
        walk.press("ابحث")
    walk.look("gate-found")
    walk.click(page.locator("#visitors a.link").first, "gate-pass")
    boxes = page.locator("input[name=who]")
    assert boxes.count() == 4
    for place in range(4):
        boxes.nth(place).check()
    walk.press("اسمح بالدخول", "gate-entered")
