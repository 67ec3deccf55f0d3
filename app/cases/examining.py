"""The rules between answers, judged again on a case as it stands: what whoever examines it should know."""

from datetime import date

from app.calendars.clock import today
from app.cases.answers import Answers, open_answers
from app.cases.context import agency_of, registry, service_of
from app.cases.models import Case
from app.kit.rules import Day, Verdict, judge


def verdicts_of(case: Case) -> list[Verdict]:
    """Every rule that can be judged today, in the order declared."""
    return verdicts_on(case, open_answers(case.id, case.answers)) if service_of(case).rules else []


def verdicts_on(case: Case, answers: Answers, on: date | None = None) -> list[Verdict]:
    """As `verdicts_of`, on answers in clear that are not yet those of the case. `on`: as they stood on another day."""
    day = on or today(agency_of(case).zone)
    service = registry().on(case.service, day)
    found = judge(
        service.rules, answers, today=day, lists=service.lists, figures=service.holding, filed=_day_of_filing(case)
    )
    return list(found)


def _day_of_filing(case: Case) -> Day:
    day = case.filed_at.astimezone(agency_of(case).zone).date()
    return Day(day, registry().on(case.service, day).holding)


def breaks_a_rule(case: Case) -> bool:
    return any(not verdict.kept for verdict in verdicts_of(case))
