"""What may be petitioned for."""

from app.kit.rules import Facts, Rule


def no_court_has_it(facts: Facts) -> bool | None:
    answer = facts.value("before_court")
    return None if answer is None else answer == "no"


RULES = (Rule("before_court", "before_court", no_court_has_it),)
