"""The past of a case in words, and its state as a person reads it. Hidden steps leave no trace for the citizen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.appointments.rules import BOOKED, NO_SHOW
from app.calendars.printed import day_text
from app.cases import awards, fees, field_visits, papers, visits
from app.cases.asked import requests_of
from app.cases.context import Filed, agency_of, profile, registry, service_of
from app.cases.conversation import OPEN
from app.cases.deadlines import appeal_until, open_deadline
from app.cases.filing import ON_BEHALF
from app.cases.models import Case, History
from app.kit.shared import COUNTER
from app.kit.words import WORDS
from app.kit.workflow import Stage

TONES = {
    "waiting_citizen": "warn",
    "awaiting_payment": "warn",
    "approved": "ok",
    "scheduled": "ok",
    "awarded": "ok",
    "issued": "ok",
    "closed": "ok",
    "refused": "bad",
    "revoked": "bad",
    "expired": "warn",
}


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    text: str
    actor: str
    note: str = ""
    reasons: tuple[str, ...] = ()
    hidden: bool = False
    step: str = ""


def timeline(
    case: Case, rows: Sequence[History], language: str, *, for_citizen: bool, to_staff: bool = False
) -> list[Moment]:
    """What happened, oldest first. For the citizen: no hidden steps, nothing without words of its own, no names.

    `to_staff`: no more than the citizen sees, told to somebody who serves him.
    """
    found, once = [], set()
    for row in rows:
        if for_citizen and (row.hidden or row.step in once):
            continue
        text = sentence(case, row, language, for_citizen=for_citizen)
        if text is None:
            continue
        if to_staff or not for_citizen:
            text = told(case, row, language) or text
        content = (row.words.content if row.words else None) or {}
        reasons = tuple(reason_text(case, code, language, at=row.at) for code in content.get("reasons", ()))
        note = content.get("note", "") or on_behalf(content, language)
        found.append(Moment(row.at, text, row.actor_kind, note, reasons, row.hidden, row.step))
        step = service_of(case).step(row.step, row.from_stage)
        if step is not None and step.told_once:
            once.add(row.step)
    return found


def on_behalf(content: Mapping[str, Any], language: str) -> str:
    """Who did a step for whom, and at which counter; empty for steps that people took themselves."""
    if "clerk" not in content:
        return ""
    office = profile().offices.get(str(content["office"]))
    names = {"clerk": content["clerk"], "client": content["client"]}
    return WORDS.text(language, "counter.history.by", office=office.name[language] if office else "", **names)


def sentence(case: Case, row: History, language: str, *, for_citizen: bool) -> str | None:
    """The words of one step; a step without words for the citizen is not shown to him."""
    service = service_of(case)
    content = (row.words.content if row.words else None) or {}
    params = {key: value for key, value in content.items() if isinstance(value, str | int)}
    params |= field_visits.words(case, content, language) | awards.words(case, content, language)
    if "department" in params and service.departments:
        params["department"] = profile().label(service.departments, str(params["department"]), language)
    step = service.step(row.step, row.from_stage)
    if row.step == "submit" and content.get("channel") == COUNTER:
        return WORDS.text(language, f"events.{ON_BEHALF}")
    if step is None:
        return _as_filed(case, row.step, language, params, for_citizen=for_citizen)
    keys = [f"events.{step.event}"] if step.event else []
    keys.append(f"actions.{row.step}.timeline")
    if not for_citizen:
        keys.append(f"actions.{row.step}.button")
    found = next((key for key in keys if service.has_text(key)), None)
    return service.text(language, found, **params) if found else None


def told(case: Case, row: History, language: str) -> str | None:
    """The words of one step for staff: the citizen is spoken to («طلبك»), they are told."""
    content = (row.words.content if row.words else None) or {}
    at_counter = row.step == "submit" and content.get("channel") == COUNTER
    service, keys = service_of(case), (f"actions.{row.step}.past", f"desk.past.{ON_BEHALF if at_counter else row.step}")
    own = next((key for key in keys if service.has_text(key)), None)
    if own:
        return service.text(language, own, **{"transaction": "", "hijri_year": "", **content})
    return sentence(case, row, language, for_citizen=False)


def _as_filed(case: Case, step: str, language: str, params: dict[str, Any], *, for_citizen: bool) -> str | None:
    """A step that today's workflow no longer has, in the words of the declaration the case was filed under."""
    kept = papers.declaration_of(case)
    words = kept.get("events", {}).get(step)
    if words is None and not for_citizen:
        words = kept.get("actions", {}).get(step, {language: step})
    return str(words[language]).format_map(params) if words else None


def reason_text(case: Case, code: str, language: str, document: str = "", *, at: datetime) -> str:
    """What the citizen reads for a reason given at a moment, with the figures of that day.

    One that is no longer given reads as it did at the filing.
    """
    given_on = at.astimezone(agency_of(case).zone).date()
    service, key = registry().on(case.service, given_on), f"reasons.{code}.text"
    if service.has_text(key):
        return service.text(language, key, document=document)
    words = papers.declaration_of(case).get("reasons", {}).get(code)
    return str(words[language]).format(document=document) if words else code


@dataclass(frozen=True)
class State:
    """`key` of common.states, the words, and a tone (words first, colour last)."""

    key: str
    label: str
    meaning: str
    you_do: str
    tone: str


# States that name a deadline only while one runs.
# A case that was closed because its certificate came to an end.
ENDED_CERTIFICATES = ("expired", "revoked")
MAY_LACK_DATE = ("waiting_citizen", "missed")
# States that name the last day of an objection.
OBJECTED_TO = ("refused", "revoked", "awarded")


def state_key(case: Filed, *, waiting: bool = False, visit: str | None = None, owed: bool = False) -> str:
    """The state as a person reads it: «waiting for you», «for payment», «scheduled» are derived, never stored."""
    if case.stage == Stage.CANCELLED:
        return case.outcome or "cancelled_by_citizen"
    if owed and not case.is_final:
        return "awaiting_payment"
    if case.stage == Stage.CLOSED and case.outcome in ENDED_CERTIFICATES:
        return str(case.outcome)
    if case.stage == Stage.APPROVED and visit == BOOKED:
        return "scheduled"
    if case.stage == Stage.APPROVED and visit == NO_SHOW:
        return "missed"
    if waiting and case.stage in (Stage.SUBMITTED, Stage.IN_REVIEW):
        return "waiting_citizen"
    # A stage that the workflow has lost meanwhile, and its words with it: somebody still works on the case.
    return str(case.stage) if WORDS.has(f"states.{case.stage}.label") else str(Stage.IN_REVIEW)


def state_of(case: Case, language: str) -> State:
    """The state of one case with everything its page says about it."""
    booking = visits.booking_of(case) if service_of(case).slots else None
    waiting = bool(requests_of(case, OPEN)) if not case.is_final else False
    owed = fees.owed_bill(case) if service_of(case).payment and not case.is_final else None
    key = state_key(case, waiting=waiting, visit=booking.state if booking else None, owed=owed is not None)
    words: dict[str, Any] = {"date": _date_named(case, key, language)}
    if owed is not None:
        words["amount"] = fees.amount_of(owed, language)
    place = "cases.states" if key == "missed" else "states"
    todo = "you_do_undated" if key in MAY_LACK_DATE and not words["date"] else "you_do"
    label, meaning, you_do = (
        service_of(case).text(language, f"{place}.{key}.{part}", **words) for part in ("label", "meaning", todo)
    )
    return State(key, label, meaning, you_do, tone_of(key))


def label_of(key: str, language: str) -> str:
    return WORDS.text(language, f"cases.states.{key}.label" if key == "missed" else f"states.{key}.label")


def tone_of(key: str) -> str:
    return "bad" if key.startswith("cancelled") or key == "missed" else TONES.get(key, "info")


def _date_named(case: Case, key: str, language: str) -> str:
    kind = {"missed": "rechoose", "awaiting_payment": fees.KIND}.get(key, "answer")
    running = appeal_until(case) if key in OBJECTED_TO else open_deadline(case, kind)
    return day_text(agency_of(case), running.last_on, language) if running else ""
