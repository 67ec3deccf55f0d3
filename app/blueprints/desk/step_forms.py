"""The forms of the decisions: one for each step that the workflow opens to this officer, with what it asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.appointments.calendars import name_of
from app.appointments.errors import CalendarUnknown
from app.appointments.rules import BOOKED
from app.appointments.slots import FreePage, find_booking, free_slots
from app.blueprints.desk.words import own_words, result_label, step_label
from app.calendars.clock import now, today
from app.cases import corrections, officers, policy
from app.cases.answers import open_answers
from app.cases.context import agency_of, profile, service_of
from app.cases.errors import NeedsFirst
from app.cases.models import Case
from app.cases.visits import calendar_of_case
from app.kit.workflow import Step
from app.web.language import lang, t

# Never the one press that stands above the others: to close ends a visit that is still to come.
ASIDE = frozenset({"assign", "extend", "close"})
# Steps whose words say it already, and those that only confirm what is shown.
WORDS_ALREADY = frozenset(
    {
        "text",
        "internal_note",
        "correction",
        "proposed_correction",
        "dropped_correction",
        "report",
        "valuation",
        "award",
        "transfer",
    }
)
DAYS_A_PAGE = 3


@dataclass(frozen=True)
class Slots:
    """Free times to choose from, a few days at once."""

    calendar: str
    page: FreePage
    zone: str
    first: date
    is_first: bool


@dataclass(frozen=True)
class StepForm:
    """`blocked`: the sentence of what stands in the way. `controls`: names of inputs in order. `legend`: over the
    options, where the step words it itself.
    """

    name: str
    label: str
    hint: str
    blocked: str | None
    danger: bool
    hidden: bool
    controls: tuple[str, ...]
    reasons: tuple[tuple[str, str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = field(default=())
    legend: str = ""

    @property
    def has_note(self) -> bool:
        """The final answer and a note are words already; a step of one press needs none."""
        return bool(self.reasons or self.controls or self.hidden) and not WORDS_ALREADY & set(self.controls)

    @property
    def look(self) -> tuple[object, ...]:
        """All that the form looks like, but for its controls."""
        return self.name, self.label, self.hint, self.danger, self.hidden, self.reasons, self.has_note

    @property
    def is_simple(self) -> bool:
        return not (self.reasons or self.controls or self.has_note)


def forms_of(case: Case, steps: Sequence[tuple[Step, str | None]]) -> list[StepForm]:
    """The officer's decisions: those that settle the case first, refusing it last."""
    found = [(step, blocked) for step, blocked in steps if not step.apart]
    found = [(step, blocked or _too_early(case, step)) for step, blocked in found]
    found.sort(key=lambda each: (each[0].danger, each[0].name in ASIDE, not each[0].decides))
    return [_form(case, step, blocked) for step, blocked in found]


def _form(case: Case, step: Step, blocked: str | None) -> StepForm:
    service, language = service_of(case), lang()
    return StepForm(
        step.name,
        step_label(service, step.name, language),
        own_words(service, step.name, "hint", language),
        _in_the_way(case, step, blocked) if blocked else None,
        step.danger,
        step.hidden,
        step.inputs,
        tuple(_reasons(case, step.reasons)) if step.reasons else (),
        () if blocked else tuple(_options(case, step)),
        own_words(service, step.name, "legend", language),
    )


def _too_early(case: Case, step: Step) -> str | None:
    """Whether somebody came is recorded from the day of the visit on, that nobody did once it is over."""
    booking = find_booking(case.id) if step.slot in ("attended", "no_show") else None
    if booking is None or booking.state != BOOKED:
        return None
    if step.slot == "attended":
        return "calendar.refused.not_yet" if booking.on_day > today(booking.calendar.zone) else None
    return "calendar.refused.not_over" if booking.ends_at > now() else None


def _in_the_way(case: Case, step: Step, blocked: str) -> str:
    """The sentence of the refusal; where other steps come first, which."""
    if blocked != NeedsFirst.text_key:
        return t(blocked)
    missing = [each for each in step.needs if each not in policy.steps_taken(case)]
    names = t("interface.files.comma").join(step_label(service_of(case), each, lang()) for each in missing)
    return t("desk.steps.comes_first", steps=names)


def _reasons(case: Case, kind: str) -> Iterator[tuple[str, str, str]]:
    """(code, what the officer picks, what the citizen reads)."""
    service = service_of(case)
    for each in service.reasons_of(kind):
        label, text = (service.text(lang(), f"reasons.{each.code}.{part}") for part in ("label", "text"))
        yield each.code, label, text


def _options(case: Case, step: Step) -> Iterator[tuple[str, str]]:
    """Choices of the one select a step has."""
    if "assignee" in step.inputs:
        yield from ((str(id), name) for id, name in officers.officers_for(case).items())
    elif "department" in step.inputs:
        known = profile().choices(service_of(case).departments or "")
        yield from ((each.id, each.label[lang()]) for each in known if each.id != case.department)
    elif "correction" in step.inputs:
        answers = open_answers(case.id, case.answers)
        yield from ((about.id, about.label(answers, lang())) for about, _field, _group in corrections.correctable(case))
    elif "result" in step.inputs:
        yield from ((each, result_label(service_of(case), step.name, each, lang())) for each in step.options)


def slots_of(case: Case, forms: list[StepForm], from_day: date | None) -> Slots | None:
    """Free times of the calendar the visit belongs to; None where no step asks for one, or there is no calendar."""
    if not any("slot" in form.controls and not form.blocked for form in forms):
        return None
    try:
        calendar = calendar_of_case(case)
    except CalendarUnknown:
        return None
    first = max(from_day or today(calendar.zone), today(calendar.zone))
    name = name_of(profile(), case.agency, calendar.key, lang())
    page = free_slots(calendar.id, first, DAYS_A_PAGE)
    return Slots(name, page, str(agency_of(case).zone), first, first == today(calendar.zone))
