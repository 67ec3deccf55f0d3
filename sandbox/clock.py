"""The demo clock: a file with one number, the seconds by which portal and sandbox are ahead of real time."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Riyadh")


class Clock:
    def __init__(self, file: Path) -> None:
        self.file = file

    def offset(self) -> int:
        try:
            return int(float(self.file.read_text(encoding="ascii").strip() or "0"))
        except FileNotFoundError:
            return 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset())

    def move(self, seconds: int) -> None:
        self._write(self.offset() + seconds)

    def to_midnight(self) -> None:
        """One second past the next midnight of the agencies' zone."""
        here = self.now().astimezone(ZONE)
        midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=1, microsecond=0)
        self.move(round((midnight - here).total_seconds()))

    def reset(self) -> None:
        self._write(0)

    def _write(self, seconds: int) -> None:
        """Readers in other processes must never see half a number."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.file.parent, prefix=".clock")
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(f"{seconds}\n")
        Path(name).chmod(0o644)
        os.replace(name, self.file)
