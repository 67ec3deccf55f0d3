"""What has to agree before a dog or cat may enter. Days are civil days; figures are set in the profile."""

from datetime import date
from decimal import Decimal

from app.kit.certificate import VALID_DAYS
from app.kit.figures import Figure
from app.kit.rules import Facts, Rule

# Days from today to the arrival, and from the vaccination to it; the age on that day; the blood test, in IU/ml; how
# long the permit is good.
FIGURES = (
    Figure("arrival_days", "days", most=365),
    Figure("rabies_days", "days", most=365),
    Figure("least_months", "months", most=120),
    Figure("least_titre", "number", most=100),
    Figure(VALID_DAYS, "days", most=365),
)


def arrives_soon_enough(facts: Facts) -> bool | None:
    arrival = facts.day("arrival_date")
    return None if arrival is None else 0 <= (arrival - facts.today).days <= facts.figures["arrival_days"]


def old_enough_on_arrival(facts: Facts) -> bool | None:
    born, arrival = facts.day("birth_date"), facts.day("arrival_date")
    return None if born is None or arrival is None else months_between(born, arrival) >= facts.figures["least_months"]


def months_between(born: date, on: date) -> int:
    """Whole months."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def vaccination_old_enough(facts: Facts) -> bool | None:
    vaccine, arrival = facts.day("rabies_date"), facts.day("arrival_date")
    return None if vaccine is None or arrival is None else (arrival - vaccine).days >= facts.figures["rabies_days"]


def titre_high_enough(facts: Facts) -> bool | None:
    if not facts.marked("countries", "origin_country", "titre"):
        return None
    return Decimal(facts.value("titre_value") or 0) >= facts.figures["least_titre"]


RULES = (
    Rule("arrives_soon_enough", "arrival_date", arrives_soon_enough),
    Rule("old_enough_on_arrival", "birth_date", old_enough_on_arrival, "animals", ("arrival_date",)),
    Rule("vaccination_old_enough", "rabies_date", vaccination_old_enough, "animals", ("arrival_date",)),
    Rule("titre_high_enough", "titre_value", titre_high_enough, "animals"),
)
