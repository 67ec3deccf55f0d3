"""Rows of a list, drawn once for each look: what differs is theirs alone, and nothing is forgotten."""

from typing import NamedTuple

import pytest
from flask import Flask, render_template_string

from app.web.drawn_once import Pieces

PAGE = """{% call(look, gap) drawn_rows("row of a test", rows, kind) -%}
{% set _ = drawn.append(look) -%}
<td class="{{ kind }}"{% if look %} id="late"{% endif %}>{{ gap.number }} 50% {{ gap.name }}</td>
{%- endcall %}"""


class Gaps(NamedTuple):
    number: str
    name: str


ROWS = [(True, Gaps("1", "<i>")), (False, Gaps("2", "%(number)s \ue003number\ue004")), (True, Gaps("3", '"é"'))]
EXPECTED = (
    '<td class="a" id="late">1 50% &lt;i&gt;</td><td class="a">2 50% %(number)s \ue003number\ue004</td>'
    '<td class="a" id="late">3 50% &#34;é&#34;</td>'
)


@pytest.fixture
def pieces(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Pieces:
    """Pieces that nobody doubts, as in production."""
    kept = Pieces()
    monkeypatch.setitem(app.extensions, "drawn", kept)
    return kept


def test_each_look_is_drawn_once_and_each_row_says_its_own(app: Flask, pieces: Pieces) -> None:
    drawn: list[bool] = []
    with app.test_request_context("/"):
        for _time in range(2):
            assert render_template_string(PAGE, rows=ROWS, kind="a", drawn=drawn) == EXPECTED
    assert drawn == [True, False]
    assert len(pieces) == 2


def test_rows_depend_on_what_is_said_for_all_of_them(app: Flask, pieces: Pieces) -> None:
    with app.test_request_context("/"):
        one, other = (render_template_string(PAGE, rows=ROWS, kind=kind, drawn=[]) for kind in "ab")
    assert other == one.replace('class="a"', 'class="b"')


@pytest.mark.parametrize("name", ["\0", "\0\0"])
def test_a_value_that_would_shift_the_others_is_refused(app: Flask, pieces: Pieces, name: str) -> None:
    with app.test_request_context("/"), pytest.raises(ValueError):
        render_template_string(PAGE, rows=[*ROWS, (True, Gaps("4", name))], kind="a", drawn=[])


def test_a_list_without_rows_is_empty(app: Flask, pieces: Pieces) -> None:
    with app.test_request_context("/"):
        assert render_template_string(PAGE, rows=[], kind="a", drawn=[]) == ""


def test_a_row_that_depends_on_more_than_it_says_is_found_out(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "drawn", Pieces(doubts=True))
    page = """{% call(look, gap) drawn_rows("careless row", rows) %}{{ name }}{{ gap.number }}{% endcall %}"""
    with app.test_request_context("/"):
        render_template_string(page, rows=ROWS[:1], name="Somebody")
        with pytest.raises(AssertionError, match="careless"):
            render_template_string(page, rows=ROWS[:1], name="Somebody else")
