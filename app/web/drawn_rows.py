"""The rows of a list as pieces (app/web/drawn_once.py): one is drawn for each look, the gaps of all are filled at once.

    {% call(look, gap) drawn_rows("row of debts", rows, currency) %}
    <tr{% if look.is_late %} class="late"{% endif %}><td>{{ gap.number }}</td></tr>
    {% endcall %}

A row is what decides how it looks, and a named tuple of what only stands in it, all of it plain text. Both are bound by
the same rules as the arguments of `drawn_once`.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from markupsafe import Markup, escape

from app.web.drawn_once import GAP, GAPS, drawn_once

# A look and a named tuple of words.
Row = tuple[Hashable, Any]
# No text of the database and none of ours holds it.
BETWEEN = "\0"


class _Pattern:
    """A drawn row: text and gaps by turns, and which values fill the gaps."""

    def __init__(self, drawn: str, names: Sequence[str]) -> None:
        self._parts = GAPS.split(drawn)
        self._places = [names.index(each) for each in self._parts[1::2]]

    def filled(self, values: Sequence[str]) -> list[str]:
        parts = self._parts.copy()
        parts[1::2] = [values[place] for place in self._places]
        return parts


def drawn_rows(name: str, rows: Sequence[Row], /, *depends_on: object, caller: Callable[..., str]) -> Markup:
    """All rows in their order. Raises ValueError when a value holds a character that parts them."""
    names: tuple[str, ...] = rows[0][1]._fields if rows else ()
    marks: Any = {each: Markup(GAP.format(each)) for each in names}  # noqa: S704 - names of our own
    values, patterns, parts = _escaped(rows), dict[Hashable, _Pattern](), list[str]()
    for (look, _gaps), own in zip(rows, values, strict=True):
        pattern = patterns.get(look)
        if pattern is None:
            drawn = drawn_once(name, look, *depends_on, caller=partial(caller, look), **marks)
            pattern = patterns[look] = _Pattern(str(drawn), names)
        parts += pattern.filled(own)
    return Markup("".join(parts))  # noqa: S704 - every value in it was escaped


def _escaped(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """The values of each row, all of them escaped in one go."""
    if not rows:
        return []
    joined = BETWEEN.join(chain.from_iterable(gaps for _look, gaps in rows))
    values = iter(str(escape(joined)).split(BETWEEN))
    return list(zip(*[values] * len(rows[0][1]), strict=True))
