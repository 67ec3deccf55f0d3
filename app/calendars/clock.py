"""The one source of time. Everything that acts on time asks `now()`, so a demonstration can move the whole portal.

The demo clock is a file holding one number, the seconds by which the portal is ahead of the machine. Web, worker and
timetable are separate processes and read the same file, so they agree without talking to each other.
"""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

# Ten years either way: a torn or hostile file must not carry `now()` out of the Hijri table.
FARTHEST = timedelta(days=3653)


class _Shift:
    """The offset of the demo clock; read again only when the file was replaced."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.seen: tuple[int, int] | None = None
        self.offset = timedelta()

    def current(self) -> timedelta:
        if self.path is None:
            return timedelta()
        try:
            stat = os.stat(self.path)
        except FileNotFoundError:
            return timedelta()
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen != self.seen:
            try:
                self.offset = _read_offset(self.path)
            except (ValueError, OverflowError, FileNotFoundError):
                # Caught half-written: the last offset stays, so time does not jump back for an instant, and the file
                # is read again at the next question (what is written now may carry the same time).
                return self.offset
            self.seen = seen
        return self.offset


def _read_offset(path: Path) -> timedelta:
    offset = timedelta(seconds=float(path.read_text("ascii").strip()))
    return max(-FARTHEST, min(FARTHEST, offset))


_shift = _Shift(None)


def configure(path: Path | None) -> None:
    """Follow the demo clock in this file. None, as in production, means the machine's own time."""
    global _shift
    _shift = _Shift(path)


def followed() -> Path | None:
    """The file that is followed now."""
    return _shift.path


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC) + _shift.current()


def today(zone: str | ZoneInfo) -> date:
    """The civil date that it is now in an agency's zone."""
    return local(now(), zone).date()


def local(at: datetime, zone: str | ZoneInfo) -> datetime:
    """An instant by an agency's clock. A naive time is a mistake: Python would take it for the machine's own zone."""
    if at.tzinfo is None:
        raise ValueError("an instant without zone")
    return at.astimezone(as_zone(zone))


def as_zone(zone: str | ZoneInfo) -> ZoneInfo:
    """The zone of a name such as Asia/Riyadh; a zone stays as it is."""
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)
