"""What has to agree between the answers about the two. Days are civil days; figures are set in the profile."""

from app.kit.certificate import VALID_DAYS
from app.kit.figures import Figure
from app.kit.rules import Facts, Rule

# For how many days a premarital test is good, and the letter of permission.
FIGURES = (
    Figure("test_days", "days", most=730),
    Figure(VALID_DAYS, "days", most=730),
)


def born_before_today(facts: Facts) -> bool | None:
    born = facts.day("spouse_birth_date")
    return None if born is None else born < facts.today


def test_is_valid(facts: Facts) -> bool | None:
    made = facts.day("test_date")
    return None if made is None else 0 <= (facts.today - made).days <= facts.figures["test_days"]


def files_for_another(facts: Facts) -> bool | None:
    """An agent is not himself the person for whom he files."""
    other = facts.value("principal_id")
    return None if not other else bool(other != facts.value("applicant_id"))


def parties_are_two(facts: Facts) -> bool | None:
    """The other party has a number of his own; that of an agent may be hers."""
    second, first = facts.value("spouse_residence_id"), facts.value("principal_id") or facts.value("applicant_id")
    return None if not second or not first else bool(second != first)


RULES = (
    Rule("files_for_another", "principal_id", files_for_another),
    Rule("born_before_today", "spouse_birth_date", born_before_today),
    Rule("parties_are_two", "spouse_residence_id", parties_are_two, also=("principal_id",)),
    Rule("test_is_valid", "test_date", test_is_valid),
)
