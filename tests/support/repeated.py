"""How often the same thing is done at once or again: a few times in every run, the whole number in `make faults`."""

from typing import Any

import pytest


def times(few: Any, whole: Any) -> list[Any]:
    """Rows for `parametrize`; several numbers stand in a tuple."""
    rows = [each if isinstance(each, tuple) else (each,) for each in (few, whole)]
    return [pytest.param(*rows[0]), pytest.param(*rows[1], marks=pytest.mark.faults)]
