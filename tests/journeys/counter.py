"""The clerk's half of a journey: find the client, file for him, open his request, hand over."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.journeys.citizen import attach, check, choose, picture
from tests.journeys.outside import Telephone
from tests.journeys.walk import Walk

QATAR = ZoneInfo("Asia/Qatar")
CODE = r"(?<![\d/])\d{6}(?!\d)"


def find(walk: Walk, number: str, mobile: str, name: str = "") -> Walk:
    """By both numbers, on the counter's first page."""
    walk.open("/counter", "counter")
    walk.page.fill("#number", number)
    walk.page.fill("#mobile", mobile)
    return walk.press("ابحث", name)


def begin(walk: Walk, service: str, who_came: str = "client") -> None:
    walk.page.locator("#service").select_option(label=service)
    choose(walk, "who_came", who_came)
    walk.press("ابدأ الطلب", "counter-form")


# Days from today stand as numbers: the clock of the town moves on.
ANIMAL = {
    "animal_name": "لاكي",
    "breed": "سلوقي",
    "colour": "بني",
    "birth_date": -700,
    "microchip": "634098100000001",
    "microchip_date": -200,
    "rabies_product": "لقاح السعار",
    "rabies_batch": "A1234",
    "rabies_date": -100,
    "rabies_until": 265,
}
JOURNEY = {"destination_city": "عمّان", "consignee": "مالك الحيوان، شارع الجامعة", "travel_date": 8}


def put(walk: Walk, field: str, value: str | int) -> None:
    """Type an answer, or the day that lies so many days from today."""
    if isinstance(value, int):
        today = datetime.fromisoformat(walk.outside.get("/clock/now.json")["now"]).astimezone(QATAR).date()
        on = today + timedelta(days=value)
        value = f"{on.day}/{on.month}/{on.year}"
    walk.page.fill(field, value)


def fill_veterinary(walk: Walk, folder: Path) -> None:
    """The whole export form, with the client's card, and the two papers every animal has."""
    page = walk.page
    choose(walk, "capacity", "owner", "applicant")
    if not page.locator("#animals-0-animal_name").count():
        walk.click(page.locator("button[name=add][value=animals]"))
    for name, value in (("species", "dog"), ("dangerous_breed", "no"), ("sex", "male")):
        choose(walk, f"animals-0-{name}", value)
        walk.settle()
    for name, value in ANIMAL.items():
        put(walk, f"#animals-0-{name}", value)
    page.locator("#destination_country").select_option("jo")
    walk.settle()
    for name, value in (("port_of_exit", "airport"), ("transport", "air"), ("purpose", "pet")):
        pick(walk, name, value)
    for name, value in JOURNEY.items():
        put(walk, f"#{name}", value)
    for name in ("client_id_image", "vaccination_book", "microchip_certificate"):
        attach(walk, f"#{name}", picture(folder, f"{name}.jpg"))
    check(walk, "counter-check")


def pick(walk: Walk, name: str, value: str) -> None:
    """In a list or among buttons, whichever the form draws."""
    field = walk.page.locator(f"select#{name}")
    if field.count():
        field.select_option(value)
    else:
        choose(walk, name, value)
    walk.settle()


def consent(walk: Walk, telephone: Telephone) -> None:
    """The client reads out the code that came to his telephone."""
    walk.press("أرسل الرمز", "counter-code-sent")
    walk.page.fill("#code", code(telephone))


def code(telephone: Telephone) -> str:
    return re.findall(CODE, telephone.next(CODE))[-1]


def open_request(walk: Walk, number: str, telephone: Telephone) -> None:
    walk.click(walk.page.locator("main a", has_text=number).first, "counter-locked")
    consent(walk, telephone)
    walk.press("افتح الطلب", "counter-opened")
    telephone.next("فتح موظف المكتب طلبك")
