"""What a claim for damage has to keep, and what no compensation covers, said at the field before anything is sent.

The time to claim is judged by the day of filing: the day of the event does not count, the last day is still in time.
"""

from app.kit.figures import Figure
from app.kit.rules import Facts, Rule

FIGURES = (Figure("claim_days", "days", most=365),)


def event_has_happened(facts: Facts) -> bool | None:
    event = facts.day("event_date")
    return None if event is None else event <= facts.today


def claimed_in_time(facts: Facts) -> bool | None:
    event = facts.day("event_date")
    return None if event is None else (facts.today - event).days <= facts.figures["claim_days"]


def harmed_is_citizen(facts: Facts) -> bool | None:
    """A national identity number begins with 1, that of a resident with 2."""
    number = facts.value("harmed_id")
    return None if not number else str(number).startswith("1")


def not_insured(facts: Facts) -> bool | None:
    return {"no": True, "yes": False}.get(facts.value("insured"))


def is_owned(facts: Facts) -> bool | None:
    proof = facts.value("ownership_kind")
    return None if proof is None else bool(proof != "none")


def proof_fits(facts: Facts) -> bool | None:
    """A vehicle is proved by its registration, and nothing else is; an electricity bill speaks for a home alone."""
    asset, proof = facts.value("asset_kind"), facts.value("ownership_kind")
    if asset is None or proof in (None, "none"):
        return None
    if asset == "vehicle" or proof == "vehicle_registration":
        return bool((asset, proof) == ("vehicle", "vehicle_registration"))
    only_for = {"power_bill": "house", "livestock_record": "livestock"}.get(proof, asset)
    return bool(asset == only_for)


def titled_in_wadi(facts: Facts) -> bool | None:
    if facts.value("in_wadi") != "yes":
        return None
    return bool(facts.value("ownership_kind") == "deed")


RULES = (
    Rule("event_has_happened", "event_date", event_has_happened, on="filed"),
    Rule("claimed_in_time", "event_date", claimed_in_time, on="filed"),
    Rule("harmed_is_citizen", "harmed_id", harmed_is_citizen),
    Rule("is_owned", "ownership_kind", is_owned),
    Rule("proof_fits", "ownership_kind", proof_fits, also=("asset_kind",)),
    Rule("titled_in_wadi", "in_wadi", titled_in_wadi, also=("ownership_kind",)),
    Rule("not_insured", "insured", not_insured),
)
