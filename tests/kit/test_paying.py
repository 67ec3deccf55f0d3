"""Fees are dated: the one in force on the day is asked for, times what is counted."""

from datetime import date

from app.kit.paying import Fee, Line, lines_on

OLD = Fee("s", 5000, date(2026, 1, 1), until=date(2026, 6, 30))
NEW = Fee("s", 6000, date(2026, 7, 1))
ONCE = Fee("s", 1000, date(2026, 1, 1), code="stamp", once=True)


def test_both_days_of_a_fee_count() -> None:
    assert [line.each_minor for line in lines_on((OLD, NEW), date(2026, 6, 30), 1)] == [5000]
    assert [line.each_minor for line in lines_on((OLD, NEW), date(2026, 7, 1), 1)] == [6000]
    assert lines_on((OLD, NEW), date(2025, 12, 31), 1) == []


def test_each_row_costs_the_fee_and_what_is_asked_once_does_not() -> None:
    lines = lines_on((NEW, ONCE), date(2026, 8, 1), 3)
    assert lines == [Line("fee", 3, 6000), Line("stamp", 1, 1000)]
    assert sum(line.minor for line in lines) == 19_000
