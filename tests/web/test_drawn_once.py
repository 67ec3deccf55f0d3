"""Pieces kept for everybody hold nothing of anybody, also when one stands inside another."""

import re

import pytest
from flask import Flask, render_template_string

from app.identity import csrf

PAGE = """{% call drawn_once("outer of a test", drawn) %}{{ csrf_field() }}
{%- call drawn_once("inner of a test", drawn) %}{% set _ = drawn.append(1) %}{{ csrf_field() }}{% endcall %}
{%- endcall %}{{ csrf_field() }}"""


class Times(list[int]):
    """A list that can be a key."""

    __hash__ = object.__hash__  # type: ignore[assignment]


def tokens(app: Flask, visitor: str, drawn: Times) -> set[str]:
    with app.test_request_context("/", headers={"Cookie": f"visitor={visitor}"}):
        html = render_template_string(PAGE, drawn=drawn)
    assert csrf.MARK not in html
    found = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', html)
    assert len(found) == 3
    return set(found)


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_piece_within_a_piece_is_drawn_once_and_carries_the_token_of_each_visitor(app: Flask, first: str) -> None:
    drawn = Times()
    visitors = sorted("ab", reverse=first == "b")
    one, other = (tokens(app, visitor * 43, drawn) for visitor in visitors)
    assert len(drawn) == 1
    assert len(one) == len(other) == 1
    assert one != other


def test_pieces_beyond_the_bound_make_room_for_those_of_today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "drawn", {})
    monkeypatch.setattr("app.web.drawn_once.MOST", 4)
    for _day in range(5):
        drawn = Times()
        tokens(app, "a" * 43, drawn)
        tokens(app, "a" * 43, drawn)
        assert len(drawn) == 1
        assert len(app.extensions["drawn"]) <= 4
