"""What a closed case offers: a box that somebody reads, and later the way to a new request."""

from datetime import timedelta

from sqlalchemy import update

from app.calendars.clock import now
from app.cases.models import Case
from app.extensions import db, transaction
from app.kit.words import WORDS
from tests.support.world import TRANSACTION, Browser, World

NOT_HEARD = WORDS.text("ar", "account.not_heard")


def cancelled(world: World, days: int) -> tuple[Browser, str]:
    """A citizen and the address of his case that was cancelled so many days ago."""
    citizen = world.citizen()
    number = world.file(citizen, "general_transaction", **TRANSACTION)
    page = f"/account/cases/{number}/cancel"
    citizen.post(page, {"version": citizen.get(page).field("version")})
    with world.app.app_context(), transaction():
        closed = update(Case).values(closed_at=now() - timedelta(days=days)).where(Case.closed_at.is_not(None))
        assert len(db.session.execute(closed.returning(Case.id)).all()) == 1
    return citizen, f"/account/cases/{number}"


def test_a_message_is_taken_for_thirty_days_after_the_end(world: World) -> None:
    citizen, address = cancelled(world, days=29)
    assert NOT_HEARD not in citizen.get(address).html
    assert citizen.post(f"{address}/messages", {"message": "نسيت سؤالًا"}).status == 303
    assert "نسيت سؤالًا" in citizen.get(address).html


def test_later_the_page_leads_to_a_new_request_and_takes_no_message(world: World) -> None:
    citizen, address = cancelled(world, days=31)
    shown = citizen.get(address).html
    assert NOT_HEARD in shown
    assert 'href="/services/general_transaction"' in shown
    assert 'name="message"' not in shown
    assert citizen.post(f"{address}/messages", {"message": "هل من أحد؟"}).status == 409
    assert "هل من أحد؟" not in citizen.get(address).html


def test_nobody_is_asked_to_rate_what_he_cannot_rate_any_more(world: World) -> None:
    citizen = world.citizen()
    number = world.file(citizen, "general_transaction", **TRANSACTION)
    rate, nothing = (WORDS.text("ar", f"states.closed.{key}") for key in ("you_do", "you_do_now"))
    for days, told, untold in ((1, rate, nothing), (90, nothing, rate)):
        with world.app.app_context(), transaction():
            ended = {"stage": "closed", "outcome": "answered", "closed_at": now() - timedelta(days=days)}
            db.session.execute(update(Case).values(**ended))
        shown = citizen.get(f"/account/cases/{number}").html
        assert told in shown
        assert untold not in shown
