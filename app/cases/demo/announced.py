"""What the demonstration's editors have published, told once."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select

from app.calendars.clock import today
from app.cases.announcements import Announcement, Entry, publish, zone_of
from app.cases.demo.past import at, moment_of
from app.extensions import db
from app.identity.actors import Actor

TOLD: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "announcements.toml").read_text("utf-8"))[
    "announcements"
]


def load_announcements(editor: Actor) -> None:
    """Nothing, where anybody has published anything."""
    if db.session.scalar(select(exists().where(Announcement.id.is_not(None)))):
        return
    for told in TOLD:
        zone = zone_of(told.get("agency"))
        day: date = today(zone)
        last = day + timedelta(days=told["until"]) if "until" in told else None
        with at(moment_of(f"{told['on']} 08:00", day, zone)):
            publish(
                Entry(told["title"], told["text"], told.get("agency"), told.get("service"), ends_on=last), by=editor
            )
            db.session.flush()
