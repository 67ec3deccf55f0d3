"""Pieces kept for everybody hold nothing of anybody, also when one stands inside another."""

import re

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from app.identity import csrf
from app.web.drawn_once import Pieces

PAGE = """{% call drawn_once("outer of a test", drawn) %}{{ csrf_field() }}
{%- call drawn_once("inner of a test", drawn) %}{% set _ = drawn.append(1) %}{{ csrf_field() }}{% endcall %}
{%- endcall %}{{ csrf_field() }}"""
ROW = """{% call(gap) drawn_once("row of a test", kind, **gaps) -%}
<td class="{{ kind }}" title="{{ gap.name }}">{{ gap.number }} 50% {{ gap.when }} {{ gap.name }}</td>
{%- endcall %}"""


class Times(list[int]):
    """A list that can be a key, empty or not."""

    __hash__ = object.__hash__  # type: ignore[assignment]


def tokens(app: Flask, visitor: str, drawn: Times) -> set[str]:
    with app.test_request_context("/", headers={"Cookie": f"visitor={visitor}"}):
        html = render_template_string(PAGE, drawn=drawn)
    assert csrf.MARK not in html
    found = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', html)
    assert len(found) == 3
    return set(found)


@pytest.fixture(autouse=True)
def _kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces that nobody doubts, as in production."""
    monkeypatch.setitem(app.extensions, "drawn", Pieces())


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_piece_within_a_piece_is_drawn_once_and_carries_the_token_of_each_visitor(app: Flask, first: str) -> None:
    drawn = Times()
    visitors = sorted("ab", reverse=first == "b")
    one, other = (tokens(app, visitor * 43, drawn) for visitor in visitors)
    assert len(drawn) == 1
    assert len(one) == len(other) == 1
    assert one != other


def test_pieces_beyond_the_bound_make_room_for_those_of_today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.drawn_once.MOST", 12)
    forgotten, pieces = 0, app.extensions["drawn"]
    for _day in range(9):
        before = len(pieces)
        drawn = Times()
        tokens(app, "a" * 43, drawn)
        tokens(app, "a" * 43, drawn)
        assert len(drawn) == 1
        assert sum(piece.size for piece in pieces.values()) == pieces.size <= 12
        forgotten += len(pieces) <= before
    assert forgotten


def row(kind: str, **gaps: object) -> str:
    return render_template_string(ROW, kind=kind, gaps=gaps)


def test_what_differs_fills_the_gaps_of_a_piece_and_is_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        row("late", number=1, name="Somebody", when=Markup("<b>today</b>"))
        html = row("late", number="100%(name)s", name='<i> "é" & Co', when=Markup("<b>now</b>"))
    name = "&lt;i&gt; &#34;é&#34; &amp; Co"
    assert html == f'<td class="late" title="{name}">100%(name)s 50% <b>now</b> {name}</td>'


def test_a_piece_that_depends_on_more_than_it_says_is_found_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "drawn", Pieces(doubts=True))
    page = """{% call drawn_once("careless", kind) %}{{ name }}{% endcall %}"""
    with app.test_request_context("/"):
        render_template_string(page, kind="a", name="Somebody")
        with pytest.raises(AssertionError, match="careless"):
            render_template_string(page, kind="a", name="Somebody else")


def test_a_gap_that_nobody_fills_is_an_error(app: Flask) -> None:
    page = """{% call(gap) drawn_once("gaps", **gaps) %}{{ gap.one }}{% endcall %}"""
    with app.test_request_context("/"):
        render_template_string(page, gaps={"one": 1})
        with pytest.raises(KeyError):
            render_template_string(page, gaps={"other": 1})


def test_a_piece_that_is_not_to_be_kept_is_drawn_with_its_values(app: Flask) -> None:
    page = """{% call(gap) drawn_once("form of a test", kept=not typed, to=to) -%}
<i title="{{ gap.to }}">{{ typed }}</i>{% endcall %}"""
    with app.test_request_context("/"):
        kept = [render_template_string(page, typed="", to=to) for to in ("a", "b")]
        assert kept == ['<i title="a"></i>', '<i title="b"></i>']
        html = render_template_string(page, typed="My <words>", to="c & d")
        assert html == '<i title="c &amp; d">My &lt;words&gt;</i>'
        assert render_template_string(page, typed="", to="e") == '<i title="e"></i>'
    assert len(app.extensions["drawn"]) == 1
