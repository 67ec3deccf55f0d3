"""Pieces of pages that are the same for everybody, drawn once per language and kept in memory.

    {% call drawn_once("footer") %}…{% endcall %}
    {% call drawn_once("menu", section, request.endpoint) %}…{% endcall %}

Everything such a piece depends on, besides the language, stands among its arguments. Nothing of a person may stand in
it: no name, no number, no answer. Form tokens may: they are cut out and put in anew each time.
"""

from collections.abc import Callable

from flask import current_app, g
from markupsafe import Markup

from app.identity import csrf
from app.web.language import lang

# A bound, not a goal: beyond it all are forgotten and drawn anew. Facts and dates change; old pieces serve no more.
MOST = 2000


def drawn_once(name: str, *depends_on: object, caller: Callable[[], str]) -> Markup:
    """The piece, with the form token of this request wherever it has one."""
    pieces: dict[tuple[object, ...], list[str]] = current_app.extensions["drawn"]
    key = (name, lang(), *depends_on)
    drawn = pieces.get(key)
    if drawn is None:
        drawn = _draw(caller)
        if len(pieces) >= MOST:
            pieces.clear()
        pieces[key] = drawn
    return Markup(drawn[0] if len(drawn) == 1 else csrf.csrf_field().join(map(Markup, drawn)))


def _draw(caller: Callable[[], str]) -> list[str]:
    """A piece may hold another one: its tokens are marks as long as the outer one is being drawn."""
    outer, g.token_mark = g.get("token_mark"), csrf.MARK
    try:
        return str(caller()).split(csrf.MARK)
    finally:
        g.token_mark = outer
