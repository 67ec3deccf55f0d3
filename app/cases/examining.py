"""The rules between answers, judged again on a case as it stands: what whoever examines it should know."""

from app.calendars.clock import today
from app.cases.answers import open_answers
from app.cases.context import agency_of, service_of
from app.cases.models import Case
from app.kit.rules import Verdict, judge


def verdicts_of(case: Case) -> list[Verdict]:
    """Every rule that can be judged today, in the order declared."""
    service = service_of(case)
    if not service.rules:
        return []
    answers = open_answers(case.id, case.answers)
    return list(judge(service.rules, answers, today=today(agency_of(case).zone), lists=service.lists))


def breaks_a_rule(case: Case) -> bool:
    return any(not verdict.kept for verdict in verdicts_of(case))
