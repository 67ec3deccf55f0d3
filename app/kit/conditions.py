"""«Only for these answers»: what a field, a step or the urgency of a case depends on."""

from collections.abc import Mapping
from typing import Any

When = Mapping[str, tuple[str, ...]]


def is_met(when: When, answers: Mapping[str, Any]) -> bool:
    """Whether every answer named is one of those wanted; of several that were ticked, one is enough."""
    for other, values in when.items():
        given = answers.get(other)
        chosen = set(given) if isinstance(given, list) else {given}
        if not chosen & set(values):
            return False
    return True
