"""From opening hours to slots: pure arithmetic of one day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from app.appointments.errors import HoursWrong

Opening = tuple[time, time]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Planned:
    """One slot as it should be."""

    on_day: date
    starts_at: datetime
    ends_at: datetime
    places: int


def openings_of(hours: Mapping[str, Sequence[Sequence[str]]], day: date, *, as_if_open: bool = False) -> list[Opening]:
    """Opening times of a weekday; for a day opened out of turn, those of the first weekday that has any."""
    pairs = hours.get(str(day.weekday()), [])
    if not pairs and as_if_open:
        pairs = next((found for found in hours.values() if found), [])
    return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs]


def slots_of(
    day: date, openings: Iterable[Opening], *, minutes: int, places: int, zone: ZoneInfo, blocks: Sequence[Stretch] = ()
) -> list[Planned]:
    """Slots of `minutes` that fit wholly into the openings and touch no block. Instants are UTC."""
    planned: list[Planned] = []
    length = timedelta(minutes=minutes)
    for opens, closes in openings:
        start = datetime.combine(day, opens, zone).astimezone(UTC)
        close = datetime.combine(day, closes, zone).astimezone(UTC)
        while start + length <= close:
            end = start + length
            if not any(start < blocked_to and blocked_from < end for blocked_from, blocked_to in blocks):
                planned.append(Planned(day, start, end, places))
            start = end
    return planned


def read_hours(lines: Mapping[int, str]) -> dict[str, Any]:
    """`{6: "08:00-12:00, 13:00-15:00"}` to the stored form; raises HoursWrong for anything that is not hours."""
    hours: dict[str, Any] = {}
    for weekday, line in sorted(lines.items()):
        pairs = [_read_pair(part) for part in line.replace("،", ",").split(",") if part.strip()]
        if any(later[0] < earlier[1] for earlier, later in pairwise(pairs)):
            raise HoursWrong()
        if pairs:
            hours[str(weekday)] = [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in pairs]
    return hours


def _read_pair(part: str) -> Opening:
    try:
        opens, closes = (time.fromisoformat(piece.strip().zfill(5)) for piece in part.split("-"))
    except ValueError as wrong:
        raise HoursWrong() from wrong
    if opens >= closes or opens.tzinfo or closes.tzinfo:
        raise HoursWrong()
    return opens, closes


def write_hours(pairs: Sequence[Sequence[str]]) -> str:
    """The inverse of one line of `read_hours`."""
    return ", ".join(f"{start}-{end}" for start, end in pairs)
