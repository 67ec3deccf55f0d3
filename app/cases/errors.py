"""What the room refuses, each by the fact it states."""

from collections.abc import Sequence

from app.kit.errors import Invalid, NotFound, Refused


class CaseNotFound(NotFound):
    """There is no such case, or it is not this actor's to see."""


class StepRefused(Refused):
    """The step is not open to this actor now: wrong stage, wrong role, or something else comes first."""

    text_key = "cases.errors.not_now"


class SomebodyFaster(Refused):
    """The case changed after the page was drawn."""

    text_key = "errors.form.somebody_faster"


class RequestsOpen(StepRefused):
    text_key = "cases.errors.requests_open"


class NeedsFirst(StepRefused):
    text_key = "cases.errors.needs_first"


class DecidedAgainst(StepRefused):
    """What was recorded last, the decision of another body for example, is against the applicant."""

    text_key = "cases.errors.decided_against"


class VisitToCome(StepRefused):
    """What is seen at a visit is written down once its hour has come."""

    text_key = "cases.errors.visit_to_come"


class ReportOutdated(StepRefused):
    """What the others have signed for reads differently by now: the report is sent back and signed anew."""

    text_key = "cases.errors.report_outdated"


class DayMissing(StepRefused):
    """The day on which what is granted ends was never answered: other answers ask for it only now."""

    text_key = "cases.errors.day_missing"


class Unpaid(StepRefused):
    """The bill is open: money comes before the next step."""

    text_key = "payments.errors.unpaid"


class MoneyUnderWay(StepRefused):
    """The gateway has not been asked since the last day ended; the clock waits for its answer."""

    text_key = "payments.errors.under_way"


class OwnCase(StepRefused):
    """Nobody handles his own case, in whatever role."""

    text_key = "cases.errors.own_case"


class SamePerson(StepRefused):
    """Whoever gave the first approval never gives the second, in whatever role, round or account."""

    text_key = "cases.errors.same_person"


class IdentityUnknown(StepRefused):
    """Two people cannot be told apart where the identity of one is not known."""

    text_key = "cases.errors.identity_unknown"


class RuleBroken(StepRefused):
    """What the service asks of the answers does not hold today; the page of the case says which rule."""

    text_key = "cases.errors.rule_broken"


class AlreadyOpen(Refused):
    """One open request per service and person, unless the service allows more."""

    text_key = "cases.errors.already_open"


class ServiceClosed(Refused):
    """The service takes no request for a while; the draft stays (app/cases/announcements.py)."""

    text_key = "cases.errors.service_closed"


class SameOpen(AlreadyOpen):
    """One open request per service, person and the answers that say what it is about."""

    text_key = "cases.errors.same_open"


class TooManyFilings(Refused):
    """More requests in a day than a person has: each one costs officers, and messages to the number it names."""

    text_key = "cases.errors.too_many_filings"
    status = 429


class NothingChanged(Invalid):
    text_key = "errors.form.nothing_changed"


class BadInput(Invalid):
    """An input of a step is missing or wrong; `field` says which. `all`: itself, and what else is wrong with it."""

    def __init__(self, field: str, text_key: str, **params: object) -> None:
        super().__init__(text_key, **params)
        self.field = field
        self.all: Sequence[BadInput] = (self,)


def several(wrong: Sequence[BadInput]) -> None:
    """Raise the first of them, who knows the others: whoever typed is told everything at once."""
    if wrong:
        wrong[0].all = wrong
        raise wrong[0]


class TransactionTaken(Invalid):
    text_key = "cases.errors.transaction_taken"


class DraftGone(NotFound):
    """The draft was sent, deleted, or never this person's."""
