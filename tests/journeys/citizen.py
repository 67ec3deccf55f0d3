"""The citizen's half of a journey, in the words of the guide."""

import io
import re
from pathlib import Path

from PIL import Image

from tests.journeys.outside import Telephone, until
from tests.journeys.walk import Walk

SLUG = "emirate_appointment"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
SUBJECT = "أرغب في مراجعة إدارة الحقوق بشأن معاملة صك مضى عليها شهران."
COMPANIONS = (("سالم بن علي اليامي", "1000000305"), ("ناصر بن فهد الوادعي", "١٠٠٠٠٠٠٣١٣"))


def picture(folder: Path, name: str, colour: str = "white") -> Path:
    """A picture file of this name."""
    path = folder / name
    buffer = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(buffer, "JPEG")
    path.write_bytes(buffer.getvalue())
    return path


def sign_in(walk: Walk, key: str, number: str) -> None:
    """From the page of the sign-in: at the national provider, with the number matched on the telephone."""
    page = walk.page
    walk.click(page.locator("main form[action$='/login'] button"))
    if page.url.startswith(walk.portal):  # the provider remembers who has been there before
        return
    page.locator("input[name=national_id]").fill(number)
    page.locator("form.box button").click()
    shown = page.locator(".big-number").inner_text()
    telephone = page.context.new_page()
    telephone.goto(f"{walk.outside.url}/phone/{key}")
    with telephone.expect_navigation():
        telephone.locator(f"button[name=pick][value='{shown}']").click()
    # Left open: a tab closed while its answer is under way keeps some builds of Chromium waiting for ever.
    if walk.manner.scripts:
        page.wait_for_url(f"{walk.portal}/**")
    else:
        page.locator("form[action*='/done'] button").click()
    walk.settle()


def refresh(walk: Walk, part: str) -> None:
    """Without scripts a button draws the form anew after an answer that decides about others."""
    if walk.manner.scripts:
        walk.page.wait_for_timeout(60)
        walk.settle()
    else:
        walk.click(walk.page.locator(f"button[name=part][value='part-{part}']"))


def choose(walk: Walk, name: str, value: str, part: str = "") -> None:
    """Tick a button of a group; `part` when the form changes by it."""
    walk.page.locator(f"input[name='{name}'][value='{value}']").check()
    if part:
        refresh(walk, part)


def fill_visit(walk: Walk) -> None:
    """The first two parts, the telephone number still wrong."""
    page = walk.page
    choose(walk, "applicant_sector", "individual")
    page.fill("#mobile", "51234")
    page.fill("#email", "guide@example.com")
    assert page.locator("#department").count() == 0
    choose(walk, "appointment_kind", "department", "visit")
    page.locator("#department").select_option("rights")
    page.locator("#entrance_gate").select_option("main")
    page.locator("#visit_reason").select_option("help")
    page.fill("#subject_text", SUBJECT)


def fill_company(walk: Walk, folder: Path) -> None:
    """Car, telephone and two companions with pictures of their cards."""
    page = walk.page
    choose(walk, "brings_items", "yes", "belongings")
    choose(walk, "items", "phone")
    choose(walk, "items", "car", "belongings")
    page.fill("#car_plate", "ا ب ح 1234")
    for place, (name, number) in enumerate(COMPANIONS):
        walk.click(page.locator("button[name=add]"))
        page.fill(f"#companions-{place}-companion_name", name)
        page.fill(f"#companions-{place}-companion_id", number)
        attach(walk, f"#companions-{place}-companion_id_image", picture(folder, f"هوية {place + 1}.jpg"))


def attach(walk: Walk, field: str, file: Path) -> None:
    """Choose a file; with scripts it is sent at once."""
    walk.page.set_input_files(field, file)
    if walk.manner.scripts:
        until(lambda: file.name in walk.page.locator("#apply").inner_text(), f"{file.name} on the page")
        walk.settle()


def check(walk: Walk, name: str) -> None:
    """Go on to the check page."""
    walk.click(walk.page.locator("button[name=action][value=check]:not(.visually-hidden)"), name)


def fill_in(walk: Walk, folder: Path, mobile: str) -> None:
    """The whole form with one round of errors in which nothing is lost; the number is typed in Arabic digits."""
    page = walk.page
    fill_visit(walk)
    attach(walk, "#subject_letter", picture(folder, "خطاب الزيارة.jpg"))
    fill_company(walk, folder)
    check(walk, "form-errors")
    assert page.locator("#error-summary li").count() == 1, walk.text("#error-summary")
    assert page.title().startswith("خطأ:")
    if walk.manner.scripts:
        assert page.evaluate("document.activeElement.id") == "error-summary"
    page.locator("#error-summary a[href='#mobile']").click()
    assert page.locator("#subject_text").input_value().strip() == SUBJECT
    assert page.locator("#department").input_value() == "rights"
    assert "خطاب الزيارة.jpg" in walk.text("#subject_letter-field")
    assert "هوية 2.jpg" in walk.text("#companions-1-companion_id_image-field")
    page.fill("#mobile", mobile.translate(ARABIC))
    walk.look("form-full")
    check(walk, "check")


def send(walk: Walk, telephone: Telephone) -> str:
    """Send it; the number as it stands on the page and in the SMS."""
    walk.says(SUBJECT, COMPANIONS[1][0], "1000000313", "ا ب ح 1234", "خطاب الزيارة.jpg")
    walk.press("أرسل الطلب", "check-unsigned")
    assert walk.page.locator("#error-summary a[href='#declaration']").is_visible()
    walk.page.locator("#declaration").check()
    walk.press("أرسل الطلب", "filed")
    found = re.search(r"\b14\d\d/\d{6}\b", walk.text("#main"))
    assert found, walk.text()
    telephone.next(re.escape(found[0]))
    return found[0]
