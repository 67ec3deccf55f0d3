"""The forms of the decisions: one for each step that the workflow opens to this officer, with what it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app.appointments.calendars import name_of
from app.appointments.errors import CalendarUnknown
from app.appointments.slots import FreePage, free_slots
from app.blueprints.desk.words import step_hint, step_label
from app.calendars.clock import today
from app.cases import officers, policy
from app.cases.context import agency_of, profile, service_of
from app.cases.models import Case
from app.cases.visits import calendar_of_case
from app.identity.actors import Actor
from app.kit.workflow import Step
from app.web.language import lang, t

# Taken with the requests to the citizen they are about, by addresses of their own.
WITH_REQUESTS = frozenset({"send_requests", "withdraw_request", "accept_answer"})
DAYS_A_PAGE = 5
RESULTS = ("clear", "concern")


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
    """`blocked`: the sentence of what stands in the way. `controls`: names of inputs in order."""

    name: str
    label: str
    hint: str
    blocked: str | None
    danger: bool
    hidden: bool
    controls: tuple[str, ...]
    reasons: tuple[tuple[str, str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = field(default=())

    @property
    def has_note(self) -> bool:
        """The final answer is words already; a step of one press needs none."""
        return bool(self.reasons or self.controls or self.hidden) and "text" not in self.controls

    @property
    def is_simple(self) -> bool:
        return not (self.reasons or self.controls or self.has_note)


def forms_of(case: Case, actor: Actor) -> list[StepForm]:
    """The officer's decisions in the order of the workflow."""
    return [
        _form(case, step, blocked) for step, blocked in policy.open_steps(case, actor) if step.name not in WITH_REQUESTS
    ]


def _form(case: Case, step: Step, blocked: str | None) -> StepForm:
    service, language = service_of(case), lang()
    reasons = (
        tuple(
            (
                each.code,
                service.text(language, f"reasons.{each.code}.label"),
                service.text(language, f"reasons.{each.code}.text"),
            )
            for each in service.reasons_of(step.reasons)
        )
        if step.reasons
        else ()
    )
    return StepForm(
        step.name,
        step_label(service, step.name, language),
        step_hint(service, step.name, language),
        t(blocked) if blocked else None,
        step.danger,
        step.hidden,
        step.inputs,
        reasons,
        () if blocked else tuple(_options(case, step)),
    )


def _options(case: Case, step: Step) -> Iterator[tuple[str, str]]:
    """Choices of the one select a step has."""
    if "assignee" in step.inputs:
        yield from ((str(each.id), each.name or each.email) for each in officers.officers_for(case))
    elif "department" in step.inputs:
        yield from ((each.id, each.label[lang()]) for each in profile().choices(service_of(case).departments or ""))
    elif "result" in step.inputs:
        yield from ((each, t(f"desk.results.{each}")) for each in RESULTS)


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
