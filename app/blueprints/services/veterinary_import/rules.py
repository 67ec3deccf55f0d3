"""What has to agree before a dog or cat may enter. Days are civil days; figures are examples an agency sets here."""

from datetime import date
from decimal import Decimal

from app.kit.rules import Facts, Rule

ARRIVAL_DAYS = 30
LEAST_MONTHS = 4
RABIES_DAYS = 30
# International units per millilitre of the blood test.
LEAST_TITRE = Decimal("0.5")


def arrival_within_thirty_days(facts: Facts) -> bool | None:
    arrival = facts.day("arrival_date")
    return None if arrival is None else 0 <= (arrival - facts.today).days <= ARRIVAL_DAYS


def old_enough_on_arrival(facts: Facts) -> bool | None:
    born, arrival = facts.day("birth_date"), facts.day("arrival_date")
    return None if born is None or arrival is None else months_between(born, arrival) >= LEAST_MONTHS


def months_between(born: date, on: date) -> int:
    """Whole months."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def vaccination_old_enough(facts: Facts) -> bool | None:
    vaccine, arrival = facts.day("rabies_date"), facts.day("arrival_date")
    return None if vaccine is None or arrival is None else (arrival - vaccine).days >= RABIES_DAYS


def titre_high_enough(facts: Facts) -> bool | None:
    if not facts.marked("countries", "origin_country", "titre"):
        return None
    return Decimal(facts.value("titre_value") or 0) >= LEAST_TITRE


RULES = (
    Rule("arrival_within_thirty_days", "arrival_date", arrival_within_thirty_days),
    Rule("old_enough_on_arrival", "birth_date", old_enough_on_arrival, "animals"),
    Rule("vaccination_old_enough", "rabies_date", vaccination_old_enough, "animals"),
    Rule("titre_high_enough", "titre_value", titre_high_enough, "animals"),
)
