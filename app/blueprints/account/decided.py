"""What was settled in one's own case, and whether it may be objected to: the end of `CaseView`."""

from app.cases import appeals, awards, deadlines, field_visits, findings, timeline
from app.cases.models import Case
from app.web.language import lang
from app.web.moments import day_of


class Decided:
    """For a class that knows its case."""

    case: Case

    @property
    def field_visit(self) -> str | None:
        """When somebody comes to the place, while that is still ahead."""
        at = field_visits.coming(self.case)
        return field_visits.text(self.case, at, lang()) if at else None

    @property
    def award(self) -> list[dict[str, str]]:
        """The amount that was awarded and how it was reached."""
        found = awards.award_of(self.case)
        return findings.award(self.case, found, lang()) if found else []

    @property
    def may_appeal(self) -> bool:
        return appeals.may_appeal(self.case)

    @property
    def appeal_until(self) -> str | None:
        against = appeals.may_be_against(self.case)
        return day_of(deadlines.appeal_until(self.case).last_on, self.case.agency) if against else None

    @property
    def decision_reasons(self) -> list[str]:
        decided = appeals.decision_of(self.case)
        if decided is None:
            return []
        content = (decided.words.content if decided.words else None) or {}
        told = [timeline.reason_text(self.case, code, lang(), at=decided.at) for code in content.get("reasons", ())]
        return [*told, *filter(None, [content.get("note", "")])]

    @property
    def answer(self) -> str:
        """The words in which the case was answered; they stand in the thread and in the letter too."""
        return appeals.answer_of(self.case)
