"""The page of one case, put together: data beside decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.appointments.calendars import name_of
from app.appointments.models import Booking
from app.blueprints.desk import asking, files, findings, past, rules, step_forms
from app.blueprints.desk.clock import clock_of
from app.blueprints.desk.step_forms import ASIDE, StepForm
from app.blueprints.desk.typed import Typed
from app.blueprints.desk.words import state_label
from app.calendars.wording import clock_text
from app.cases import (
    appeals,
    certificate_view,
    deadlines,
    desk_view,
    fees,
    messages,
    officers,
    papers,
    policy,
    queries,
    visits,
)
from app.cases.asked import requests_of
from app.cases.context import agency_of, profile, service_of
from app.cases.conversation import ACCEPTED, ANSWERED, LAPSED, OPEN, PREPARED, WITHDRAWN, InfoRequest
from app.cases.models import Case, Deadline
from app.cases.timeline import state_key
from app.identity.actors import Actor
from app.web.language import lang, t
from app.web.moments import day_words

# The day of a visit is shown with the visit itself.
SHOWN_DEADLINES = ("target", "answer", "payment", "rechoose", "appeal")


@dataclass(frozen=True)
class Visit:
    """The appointment and its pass in words."""

    day: str
    time: str
    where: str
    gate: str
    state: str
    pass_code: str
    pass_state: str


def of(case: Case, actor: Actor, typed: Typed, from_day: date | None) -> dict[str, Any]:
    """Everything the page shows. Reads only."""
    declaration, asked = papers.declaration_of(case), requests_of(case)
    labels, steps = files.labels_of(declaration), list(policy.open_steps(case, actor))
    forms = step_forms.forms_of(case, steps)
    return {
        "case": case,
        "service": service_of(case),
        "service_title": declaration["title"][lang()],
        "parts": papers.parts_of(case, lang()),
        "papers": files.papers_of(case, papers.attachments_of(case), labels),
        "issued": _issued(case),
        **_correspondence(case, actor),
        "certificate": certificate_view.standing(case, lang()),
        "troubled": messages.troubled_of(case),
        "forms": forms,
        "rules": rules.rules_of(case),
        "correction": rules.correction_of(case) if "correct_certificate" in service_of(case).workflow.names() else None,
        "prominent": prominent(forms),
        "slots": step_forms.slots_of(case, forms, from_day),
        "slot_form": next((form.name for form in forms if "slot" in form.controls), ""),
        "clock_text": clock_text,
        "typed": typed,
        **_standing(case, actor, is_waiting=any(each.state == OPEN for each in asked)),
        **_conversation(case, actor),
        **_requests(case, {step.name for step, blocked in steps if blocked is None}, asked),
    }


def _standing(case: Case, actor: Actor, *, is_waiting: bool) -> dict[str, Any]:
    """State, clock, deadlines and appointment, and what else is open about the same."""
    booking = visits.booking_of(case) if service_of(case).slots else None
    visit, owed = booking.state if booking else None, fees.is_owed(case)
    key = state_key(case, waiting=is_waiting and not case.is_final, visit=visit, owed=owed)
    running = deadlines.open_deadlines(case)
    target = next((each.due_at for each in running if each.kind == "target"), None)
    return {
        "state": key,
        "state_words": state_label(key, lang()),
        "clock": clock_of(case, target, waiting=key == "waiting_citizen"),
        "urgent": service_of(case).text(lang(), "urgent.label") if case.is_urgent and target else None,
        "deadlines": _deadlines(case, running),
        "visit": _visit(case, booking) if booking else None,
        "same": desk_view.same_requests(case, actor),
    }


def _conversation(case: Case, actor: Actor) -> dict[str, Any]:
    rows, entries = queries.history_of(case), messages.thread_of(case, for_staff=True)
    names = officers.names_in(case, past.people_in(rows, entries) | {case.assignee_id})
    return {
        "findings": findings.of(case, names),
        "history": past.history_of(case, rows, names),
        "thread": past.thread_of(case, entries, names, actor),
        "assignee": names.get(case.assignee_id, "") if case.assignee_id else "",
        "may_write": desk_view.may_write(case, actor, internal=False),
        "may_note": desk_view.may_write(case, actor, internal=True),
    }


def _requests(case: Case, mine: set[str], asked: Sequence[InfoRequest]) -> dict[str, Any]:
    """Requests by how far they are, and what this officer may do with them (`mine`: steps that are open to him)."""
    by_state = {
        name: asking.asked_of(case, [each for each in asked if each.state in states])
        for name, states in (
            ("prepared", (PREPARED,)),
            ("open", (OPEN,)),
            ("answered", (ANSWERED,)),
            ("settled", (ACCEPTED, WITHDRAWN, LAPSED)),
        )
    }
    may_ask = "send_requests" in mine
    return {
        "asked": by_state,
        "may_ask": may_ask,
        "may_withdraw": "withdraw_request" in mine,
        "may_accept": "accept_answer" in mine,
        "objected": "answer_appeal" in mine and _is_objected_to(case),
        **(_to_ask_with(case) if may_ask else {}),
    }


def _to_ask_with(case: Case) -> dict[str, Any]:
    """What a request to the citizen is put together from, and how long he will have."""
    kept = service_of(case).deadlines
    return {
        "items": asking.items_of(case),
        "return_reasons": asking.reasons_of(case),
        "answer_within": next((rule.within(lang(), agency_of(case)) for rule in kept if rule.kind == "answer"), None),
    }


def _issued(case: Case) -> list[tuple[str, str]]:
    """(kind, title) of the papers that count now."""
    found = ((kind, papers.document_of(case, kind)) for kind in papers.OF_A_CASE)
    paper = service_of(case).paper(lang())
    named = {"certificate": paper[:1].upper() + paper[1:]}
    return [
        (kind, named.get(kind) or t(f"documents.{kind}.title"))
        for kind, document in found
        if document and document.state == "issued"
    ]


def _correspondence(case: Case, actor: Actor) -> dict[str, Any]:
    """The department that has the case, and the transactions it was joined to, with addresses this officer may open."""
    known, earlier = service_of(case).departments if case.department else None, queries.joined_to(case)
    found = queries.addresses(actor, case.agency, earlier) if earlier else {}
    return {
        "department": profile().label(known, str(case.department), lang()) if known else "",
        "joined": [(f"{number}/{year}", found.get((number, year))) for number, year in earlier],
    }


def _is_objected_to(case: Case) -> bool:
    """An objection waits for its answer, which has a page of its own."""
    found = appeals.appeal_of(case)
    return found is not None and found.decided_at is None


def _deadlines(case: Case, running: Sequence[Deadline]) -> list[tuple[str, str]]:
    service, language = service_of(case), lang()
    shown = {kind: t(f"desk.deadlines.{kind}") for kind in SHOWN_DEADLINES}
    shown |= {
        rule.kind: service.text(language, f"deadlines.{rule.kind}.label") for rule in service.deadlines if rule.ends_on
    }
    return [(shown[each.kind], day_words(each.last_on, case.agency)) for each in running if each.kind in shown]


def _visit(case: Case, booking: Booking) -> Visit:
    found = visits.pass_of(case)
    where = name_of(profile(), case.agency, booking.calendar.key, lang())
    return Visit(
        day_words(booking.on_day, case.agency),
        clock_text(booking.starts_at, booking.calendar.zone, lang()),
        where,
        profile().label("gates", booking.gate, lang()),
        t(f"desk.visit.states.{booking.state}"),
        found.code if found else "",
        t(f"desk.visit.passes.{found.state}") if found else "",
    )


def prominent(forms: Sequence[StepForm]) -> StepForm | None:
    """The one step that is a single press, if there is one: it stands above the others."""
    wanted = (form for form in forms if form.is_simple and form.name not in ASIDE)
    return next((form for form in wanted if not form.blocked and not form.danger), None)
