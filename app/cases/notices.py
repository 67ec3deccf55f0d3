"""Telling the person: every notice becomes messages by SMS and e-mail, and a line of the case's thread."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.appointments.slots import find_booking
from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.calendars.printed import day_text
from app.calendars.wording import period_text, sms_day, time_text
from app.cases.answers import open_answers
from app.cases.context import agency_of, profile, service_of
from app.cases.conversation import OPEN, InfoRequest, ThreadEntry
from app.cases.models import Case
from app.documents.models import CERTIFICATE
from app.documents.orders import find_document
from app.extensions import db
from app.kit.numbers import amount
from app.kit.shared import COUNTER
from app.notify.outbox import Recipient, post
from app.notify.render import notice_words
from app.payments import bills

# Facts that cost a query are looked up only for the events whose words name them.
NAMES_DATE = ("date", "day")


def announce(
    case: Case, event: str, *, seq: int | None = None, key: str | None = None, on: date | None = None, **more: Any
) -> None:
    """Tell the applicant about `event`, once: in the thread, by SMS and by e-mail. `on` fills {date} and {day}."""
    words = notice_words(event, service_of(case).texts)
    params = facts(case, words, on=on) | more
    person = case.applicant
    post(
        recipient_of(case),
        event=event,
        texts=words,
        language=case.language,
        params=params,
        case_id=case.id,
        seq=seq,
        key=key,
        along=lambda notice: ThreadEntry(
            case_id=case.id,
            person_id=person.id,
            author_kind="system",
            event=event,
            subject=notice.subject,
            body=notice.body,
        ),
    )


def recipient_of(case: Case) -> Recipient:
    """Where this case's messages go: what the person gave with it, else what stands on the profile.

    Filed at a counter it is the profile first: a mobile stated there gives way to the person's own.
    """
    own = open_answers(case.id, {key: value for key, value in case.answers.items() if key in ("mobile", "email")})
    person = case.applicant
    mobiles = (person.mobile, own.get("mobile")) if case.channel == COUNTER else (own.get("mobile"), person.mobile)
    return Recipient(person.id, mobile=mobiles[0] or mobiles[1], email=own.get("email") or person.email)


def facts(case: Case, words: Any, *, on: date | None = None) -> dict[str, Any]:
    """What a notice may say about a case, in the language the person chose at filing."""
    language, service, agency = case.language, service_of(case), agency_of(case)
    known: dict[str, Any] = {
        "number": case.number,
        "service": service.title_in_messages(language),
        "paper": service.paper(language),
        "agency": agency.name[language],
        "transaction": case.transaction_number or "",
        "hijri_year": case.transaction_year or hijri_year(now(), agency.zone),
        "contact_phone": agency.contact_phone,
        "appeal_body": agency.appeal_body.get(language, ""),
    }
    if _names(words, "amount") and (known_bill := bills.newest_bill(case.id)) is not None:
        known["amount"] = amount(known_bill.amount, known_bill.currency, language)
    if _names(words, "certificate"):
        newest = find_document(CERTIFICATE, case.id)
        known["certificate"] = newest.number if newest else case.number
    if case.department and service.departments:
        known["department"] = profile().label(service.departments, case.department, language)
    if _names(words, "reason"):
        known["reason"] = _first_reason(case, language)
    # A notice of a visit names its hour, or a day that no deadline gives.
    if service.slots and (_names(words, "time") or on is None and any(_names(words, each) for each in NAMES_DATE)):
        known |= _visit(case, language)
    elif on is not None:
        known |= _day(case, on, language)
    return known


def names_day(case: Case, event: str) -> bool:
    """Whether the words of a notice name a day."""
    words = notice_words(event, service_of(case).texts)
    return any(_names(words, each) for each in NAMES_DATE)


def _names(words: Any, fact: str) -> bool:
    return any(f"{{{fact}}}" in text for part in words.values() for text in part.values())


def _first_reason(case: Case, language: str) -> str:
    """Why the case went back to its applicant: the reason of what was prepared first."""
    asked = select(InfoRequest.reason).where(InfoRequest.case_id == case.id, InfoRequest.state == OPEN)
    code = db.session.scalar(asked.order_by(InfoRequest.prepared_at, InfoRequest.id).limit(1))
    return service_of(case).text(language, f"reasons.{code}.label") if code else ""


def _day(case: Case, on: date, language: str) -> dict[str, str]:
    agency = agency_of(case)
    return {"date": day_text(agency, on, language), "day": sms_day(on, language, hijri=agency.counts_hijri)}


def _visit(case: Case, language: str) -> dict[str, str]:
    """When and where the person is expected."""
    booking = find_booking(case.id)
    if booking is None:
        return {}
    zone = booking.calendar.zone
    gate = profile().label("gates", booking.gate, language)
    return _day(case, booking.on_day, language) | {
        "time": time_text(booking.starts_at, zone),
        "period": period_text(booking.starts_at, zone, language),
        "gate": gate,
        "place": gate,
    }
