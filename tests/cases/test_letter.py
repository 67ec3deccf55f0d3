"""The answer to a transaction: words in the thread, and a letter with its page."""

import io

import pypdf

from app.cases import queries
from app.documents import press
from app.documents.orders import find_document
from app.extensions import db
from tests.cases.test_desk_steps import sms, take
from tests.support.world import MUNICIPALITY, World

WORDS = "منحت الأرض رقم 12.\nراجع مكتب الأراضي لتسلم الصك."


def test_an_answered_transaction_brings_a_letter(world: World) -> None:
    browser, officer = world.citizen(), world.actor(MUNICIPALITY, email="municipality@example.com")
    number = world.file(browser, "general_transaction")
    take(world, number, "start_review", officer)
    take(world, number, "register", officer, inputs={"transaction_number": ""})
    take(world, number, "answer_transaction", officer, inputs={"text": WORDS})
    assert sms(world)[-1] == "answered"
    page = browser.get(f"/account/cases/{number}")
    assert "حمّل خطاب الرد" in page.html
    assert "منحت الأرض رقم 12." in browser.get(f"/account/cases/{number}/papers/letter").html
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        document = find_document("letter", case.id)
        assert document is not None
        db.session.rollback()
        press.render(document.id)
    sent = browser.get(f"/account/cases/{number}/letter.pdf")
    assert sent.response.content_type == "application/pdf"
    assert len(pypdf.PdfReader(io.BytesIO(sent.response.data)).pages) == 1
