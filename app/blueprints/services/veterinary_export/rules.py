"""What has to agree before a dog or cat may travel. Days are civil days; figures are set in the profile."""

from decimal import Decimal

from app.kit.certificate import VALID_DAYS
from app.kit.figures import Figure
from app.kit.rules import Facts, Rule

# Days between the vaccination against rabies and the journey; what a destination asks of the blood test, in IU/ml; how
# long the certificate is good.
FIGURES = (
    Figure("rabies_days", "days", most=365),
    Figure("least_titre", "number", most=100),
    Figure(VALID_DAYS, "days", most=365),
)


def travel_from_today(facts: Facts) -> bool | None:
    travel = facts.day("travel_date")
    return None if travel is None else travel >= facts.today


def travel_within_validity(facts: Facts) -> bool | None:
    """Of a certificate that is issued today at the earliest: one that ends before the journey serves nobody."""
    travel = facts.day("travel_date")
    return None if travel is None else (travel - facts.today).days <= facts.figures[VALID_DAYS]


def born_before_today(facts: Facts) -> bool | None:
    born = facts.day("birth_date")
    return None if born is None else born < facts.today


def chip_not_after_vaccination(facts: Facts) -> bool | None:
    chip, vaccine = facts.day("microchip_date"), facts.day("rabies_date")
    return None if chip is None or vaccine is None else chip <= vaccine <= facts.today


def vaccination_old_enough(facts: Facts) -> bool | None:
    vaccine, travel = facts.day("rabies_date"), facts.day("travel_date")
    return None if vaccine is None or travel is None else (travel - vaccine).days >= facts.figures["rabies_days"]


def vaccination_valid(facts: Facts) -> bool | None:
    until, travel = facts.day("rabies_until"), facts.day("travel_date")
    return None if until is None or travel is None else until >= travel


def titre_high_enough(facts: Facts) -> bool | None:
    """Of each animal. Cases filed when one value stood for all of them keep that one."""
    if not facts.marked("countries", "destination_country", "titre"):
        return None
    return Decimal(facts.value("titre_value") or 0) >= facts.figures["least_titre"]


def destination_permit_attached(facts: Facts) -> bool | None:
    if not facts.marked("countries", "destination_country", "permit"):
        return None
    return bool(facts.value("import_permit"))


def dangerous_breed_approved(facts: Facts) -> bool | None:
    if facts.value("dangerous_breed") != "yes":
        return None
    return bool(facts.value("interior_approval"))


RULES = (
    Rule("travel_from_today", "travel_date", travel_from_today),
    Rule("travel_within_validity", "travel_date", travel_within_validity),
    Rule("born_before_today", "birth_date", born_before_today, "animals"),
    Rule("chip_not_after_vaccination", "microchip_date", chip_not_after_vaccination, "animals", ("rabies_date",)),
    Rule("vaccination_old_enough", "rabies_date", vaccination_old_enough, "animals", ("travel_date",)),
    Rule("vaccination_valid", "rabies_until", vaccination_valid, "animals", ("travel_date",)),
    Rule("titre_high_enough", "titre_value", titre_high_enough, "animals"),
    Rule("destination_permit_attached", "import_permit", destination_permit_attached),
    Rule("dangerous_breed_approved", "interior_approval", dangerous_breed_approved, "animals"),
)
