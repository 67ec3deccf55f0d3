"""Pieces of pages drawn once per language and kept in memory; what differs each time fills their gaps.

    {% call drawn_once("footer") %}…{% endcall %}
    {% call drawn_once("menu", section, request.endpoint) %}…{% endcall %}
    {% call(gap) drawn_once("row", line.state, number=line.number, name=line.name) %}…{{ gap.number }}…{% endcall %}

Everything such a piece depends on, besides the language, stands among its arguments: what decides how it looks by
position, what only stands in it by name. Nothing of a person may stand by position: no name, no number, no answer.
Between tags and within quoted attributes a gap is escaped like any other value; nothing else may be done with it.
Form tokens are gaps by themselves.
"""

import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from flask import current_app, g
from markupsafe import Markup, escape

from app.identity import csrf
from app.web.language import lang

# Characters, a bound and not a goal: beyond it all are forgotten and drawn anew. Facts and dates change; old pieces
# serve no more.
MOST = 4_000_000
# Around the name of a gap: private code points, which no text that is accepted holds.
GAP = "\ue003{}\ue004"
GAPS = re.compile(f"\ue003([a-z0-9_-]+)\ue004|{csrf.MARK}")


class Piece:
    """A drawn piece as a pattern for the operator %."""

    __slots__ = ("_has_token", "_pattern", "_plain", "size")

    def __init__(self, drawn: str) -> None:
        self.size = len(drawn)
        self._has_token = csrf.MARK in drawn
        self._plain: Markup | None = None
        self._pattern = ""
        if GAPS.search(drawn):
            self._pattern = GAPS.sub(lambda found: f"%({found[1] or csrf.FIELD})s", drawn.replace("%", "%%"))
        else:
            self._plain = Markup(drawn)  # noqa: S704 - drawn by a template

    def filled(self, gaps: Mapping[str, Any]) -> Markup:
        """The piece with these values, escaped, and with the form token of this request."""
        if self._plain is not None:
            return self._plain
        values = {name: value if type(value) is Markup else escape(value) for name, value in gaps.items()}
        if self._has_token:
            values[csrf.FIELD] = csrf.csrf_field()
        return Markup(self._pattern % values)  # noqa: S704 - every value was escaped


class Pieces(dict[tuple[object, ...], Piece]):
    """What is kept. With `doubts` the second drawing of each piece is compared with the first: for tests."""

    def __init__(self, *, doubts: bool = False) -> None:
        self.size = 0
        self.doubted: set[tuple[object, ...]] | None = set() if doubts else None

    def keep(self, key: tuple[object, ...], piece: Piece) -> None:
        if self.size + piece.size > MOST:
            self.clear()
            self.size = 0
        self.size += piece.size
        self[key] = piece


def drawn_once(
    name: str, /, *depends_on: object, caller: Callable[..., str], kept: bool = True, **gaps: object
) -> Markup:
    """The piece, its gaps filled; drawn anew where it is not to be `kept`, for something was typed into it.

    Raises KeyError when it has a gap that was not given.
    """
    if not kept:
        return Markup(_called(caller, gaps))  # noqa: S704 - drawn by a template
    pieces: Pieces = current_app.extensions["drawn"]
    key = (name, lang(), *depends_on)
    piece = pieces.get(key)
    if piece is None:
        piece = _draw(caller, gaps)
        pieces.keep(key, piece)
    elif pieces.doubted is not None and key not in pieces.doubted:
        pieces.doubted.add(key)
        _compare(key, piece.filled(gaps), _draw(caller, gaps).filled(gaps))
    return piece.filled(gaps)


def _draw(caller: Callable[..., str], gaps: Mapping[str, object]) -> Piece:
    """A piece may hold another one: its tokens are marks as long as the outer one is being drawn."""
    outer, g.token_mark = g.get("token_mark"), csrf.MARK
    marks = {name: Markup(GAP.format(name)) for name in gaps}  # noqa: S704 - names of our own
    try:
        return Piece(str(_called(caller, marks)))
    finally:
        g.token_mark = outer


def _called(caller: Callable[..., str], gaps: Mapping[str, object]) -> str:
    return caller(SimpleNamespace(**gaps)) if gaps else caller()


def _compare(key: tuple[object, ...], kept: str, fresh: str) -> None:
    if kept != fresh:
        raise AssertionError(f"{key} depends on more than stands among its arguments:\n{kept}\n{fresh}")
