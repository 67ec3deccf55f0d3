"""What has to agree before the emirate lets a deceased person be moved or buried. Days are civil days."""

from app.kit.certificate import VALID_DAYS
from app.kit.figures import Figure
from app.kit.identifiers import identity_kind
from app.kit.rules import Facts, Rule

# How long the permit is good.
FIGURES = (Figure(VALID_DAYS, "days", most=365),)
# The mark of the country of the emirate in the agency's list.
HOME = "home"


def died_by_today(facts: Facts) -> bool | None:
    death = facts.day("death_date")
    return None if death is None else death <= facts.today


def number_fits_nationality(facts: Facts) -> bool | None:
    """A number that begins with 1 is that of a citizen, every other that of somebody else."""
    number = facts.value("deceased_id")
    if not number or not facts.value("deceased_nationality"):
        return None
    return (identity_kind(number, "SA") == "citizen") == facts.marked("countries", "deceased_nationality", HOME)


def is_somebody_else(facts: Facts) -> bool | None:
    number = facts.value("deceased_id")
    return None if not number else bool(number != facts.value("applicant_id"))


def burial_is_of_a_foreigner(facts: Facts) -> bool | None:
    if facts.value("request_kind") != "burial_non_saudi" or not facts.value("deceased_nationality"):
        return None
    return not facts.marked("countries", "deceased_nationality", HOME)


RULES = (
    Rule("died_by_today", "death_date", died_by_today),
    Rule("is_somebody_else", "deceased_id", is_somebody_else),
    Rule("number_fits_nationality", "deceased_id", number_fits_nationality, also=("deceased_nationality",)),
    Rule("burial_is_of_a_foreigner", "request_kind", burial_is_of_a_foreigner, also=("deceased_nationality",)),
)
