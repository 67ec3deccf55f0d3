"""The rows of a list as pieces (app/web/drawn_once.py): one is drawn for each look, the others fill its gaps.

    {% call(look, gap) drawn_rows("row of debts", rows, currency) %}
    <tr{% if look.is_late %} class="late"{% endif %}><td>{{ gap.number }}</td></tr>
    {% endcall %}
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import partial

from flask import current_app
from markupsafe import Markup

from app.web.drawn_once import Pieces, drawn_once
from app.web.language import lang

# What decides how a row looks, and what only stands in it; the same rules as for the arguments of `drawn_once`.
Row = tuple[Hashable, Mapping[str, object]]


def drawn_rows(name: str, rows: Iterable[Row], /, *depends_on: object, caller: Callable[..., str]) -> Markup:
    """All rows in their order. Raises KeyError when one has a gap that was not given."""
    pieces: Pieces = current_app.extensions["drawn"]
    language, drawn = lang(), []
    for look, gaps in rows:
        piece = pieces.get((name, language, look, *depends_on))
        if piece is None or pieces.doubted is not None:
            drawn.append(drawn_once(name, look, *depends_on, caller=partial(caller, look), **gaps))
        else:
            drawn.append(piece.filled(gaps))
    return Markup("".join(drawn))  # noqa: S704 - every value in it was escaped
