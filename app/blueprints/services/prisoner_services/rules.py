"""What has to agree between prisoner, applicant and guarantor, and between the days of a leave (civil days)."""

from app.kit.rules import Facts, Rule


def another_prison(facts: Facts) -> bool | None:
    target = facts.value("target_prison")
    return None if target is None else target != facts.value("prison")


def prisoner_is_another(facts: Facts) -> bool | None:
    return _differs(facts, "prisoner_id", "applicant_id")


def starts_from_today(facts: Facts) -> bool | None:
    start = facts.day("leave_from")
    return None if start is None else start >= facts.today


def ends_after_it_starts(facts: Facts) -> bool | None:
    start, end = facts.day("leave_from"), facts.day("leave_until")
    return None if start is None or end is None else end > start


def guarantor_is_a_third(facts: Facts) -> bool | None:
    given = [_differs(facts, "guarantor_id", each) for each in ("prisoner_id", "applicant_id")]
    return None if None in given else all(given)


def _differs(facts: Facts, one: str, other: str) -> bool | None:
    first, second = facts.value(one), facts.value(other)
    return None if first is None or second is None else first != second


RULES = (
    Rule("prisoner_is_another", "prisoner_id", prisoner_is_another),
    Rule("another_prison", "target_prison", another_prison, also=("prison",)),
    Rule("starts_from_today", "leave_from", starts_from_today),
    Rule("ends_after_it_starts", "leave_until", ends_after_it_starts, also=("leave_from",)),
    Rule("guarantor_is_a_third", "guarantor_id", guarantor_is_a_third, also=("prisoner_id",)),
)
