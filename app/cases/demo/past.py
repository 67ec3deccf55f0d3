"""Doing something as if it were another moment: the demo clock is set for as long as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from app.calendars import clock


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block `now()` runs on from `moment`."""
    with TemporaryDirectory() as folder:
        file, before = Path(folder) / "clock", clock.followed()
        file.write_text(f"{(moment - datetime.now(UTC)).total_seconds():.6f}", "ascii")
        clock.configure(file)
        try:
            yield
        finally:
            clock.configure(before)


def moment_of(text: str, day: date, zone: ZoneInfo) -> datetime:
    """ "-5 09:20": five days before `day`, twenty past nine by the agency's clock."""
    days, _, hour = text.partition(" ")
    return datetime.combine(day + timedelta(days=int(days)), time.fromisoformat(hour), zone).astimezone(UTC)
