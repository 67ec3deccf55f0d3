"""What was found and settled so far, as the desk reads it beside the answers and whoever signs next has in view."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.cases import awards, field_visits, findings, reports
from app.cases.answers import open_answers
from app.cases.context import service_of
from app.cases.models import Case, History
from app.web.language import lang, t
from app.web.moments import moment_of

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Findings:
    """`visit`: when it is or was; `signed`: who signed the report and when; `due`: what is still to be transferred, and
    the account it goes to.
    """

    visit: str
    report: Rows
    signed: Rows
    valuation: Rows
    is_awarded: bool
    due: Rows

    def __bool__(self) -> bool:
        return bool(self.visit or self.report or self.valuation)


def of(case: Case, names: Mapping[Any, str]) -> Findings:
    at, report, valuation = field_visits.visit_of(case), reports.report_of(case), awards.valuation_of(case)
    return Findings(
        field_visits.text(case, at, lang()) if at else "",
        findings.report(case, report, lang()) if report else [],
        _signed(case, report, names) if report else [],
        findings.award(case, valuation, lang()) if valuation else [],
        awards.award_of(case) is not None,
        _due(case),
    )


def _due(case: Case) -> Rows:
    """The amount and the account, side by side for whoever transfers it."""
    if (due := awards.due(case)) <= 0:
        return []
    service, answers = service_of(case), open_answers(case.id, case.answers)
    accounts = (each for each, group in service.form.walk() if each.type == "iban" and group is None)
    told = ((service.field_text(lang(), each, "label"), answers.get(each.id)) for each in accounts)
    amount = {"label": t("desk.award.due"), "value": awards.amount_text(case, due, lang())}
    return [amount, *({"label": label or "", "value": account} for label, account in told if account)]


def _signed(case: Case, report: reports.Report, names: Mapping[Any, str]) -> Rows:
    """Everybody who signs, and since when he has; in the order of the workflow."""
    service, done = service_of(case), {row.step: row for row in report.signatures}
    signers = (each for each in service.workflow.names() if each in reports.signers(case))
    return [
        {"label": service.text(lang(), f"outputs.report.{each}"), "value": _when(case, done.get(each), names)}
        for each in signers
    ]


def _when(case: Case, row: History | None, names: Mapping[Any, str]) -> str:
    if row is None:
        return t("desk.report.not_signed")
    who = names.get(row.actor_staff_id, t("desk.history.somebody"))
    # The name has a direction of its own, and the day beside it that of the page.
    return Markup("<bdi>{}</bdi>{}{}").format(who, t("interface.files.comma"), moment_of(row.at, case.agency))
