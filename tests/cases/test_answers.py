"""Answers as read: what belongs to one item stands together under its title."""

from app.cases.answers import Line, Part


def line(name: str, **more: object) -> Line:
    return Line(name, "text", name, **more)  # type: ignore[arg-type]


def test_lines_keep_their_order_and_an_item_says_its_title_once() -> None:
    first, second = (line("chip"), line("breed")), (line("chip"),)
    group = line("animals", rows=(("Animal 1", first), ("Animal 2", second)))
    part = Part("p", "Part", (line("a"), line("b"), group, line("c"), line("d")))
    assert [(title, [each.id for each in lines]) for title, lines in part.blocks] == [
        ("", ["a", "b"]),
        ("Animal 1", ["chip", "breed"]),
        ("Animal 2", ["chip"]),
        ("", ["c", "d"]),
    ]


def test_a_part_without_answers_has_no_blocks() -> None:
    assert Part("p", "Part").blocks == []
