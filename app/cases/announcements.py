"""What editors tell everybody: news of the portal, an agency or a service, and that a service is closed for a while.

A closed service takes no new request, at a counter neither; drafts stay, and cases that were filed go on.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, bindparam, exists, or_, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.calendars.clock import now
from app.cases.context import profile, registry
from app.extensions import Base, at_column, db, id_column
from app.hot import Hot, Shown
from app.identity.accounts import BeyondScope, reaches
from app.identity.actors import Actor, Grant
from app.identity.audit import audit
from app.kit.errors import NotFound
from app.kit.roles import Role

EDITORS = (Role.CONTENT_EDITOR, Role.ADMINISTRATOR)
Words = Mapping[str, str]


class Announcement(Base):
    """In force from `starts_at` until `ends_at`, without which until it is withdrawn. Its words stand by language."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("NOT closes OR service IS NOT NULL", name="closes_a_service"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("service IS NULL OR agency IS NOT NULL", name="service_of_an_agency"),
        Index("ix_announcement_service", "service", postgresql_where=sql("withdrawn_at IS NULL")),
        Index("ix_announcement_starts", "starts_at", postgresql_where=sql("withdrawn_at IS NULL")),
    )

    id: Mapped[uuid.UUID] = id_column()
    closes: Mapped[bool] = mapped_column(default=False)
    agency: Mapped[str | None] = mapped_column(String(40))
    service: Mapped[str | None] = mapped_column(String(60))
    title: Mapped[dict[str, str]] = mapped_column(JSONB)
    text: Mapped[dict[str, str]] = mapped_column(JSONB)
    starts_at: Mapped[datetime] = at_column()
    ends_at: Mapped[datetime | None]
    published_at: Mapped[datetime] = at_column()
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))

    @property
    def state(self) -> str:
        """withdrawn, over, planned or current, as of now."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.ends_at is not None and self.ends_at <= now():
            return "over"
        return "planned" if self.starts_at > now() else "current"

    @property
    def last_on(self) -> date | None:
        """The last day on which it holds, where its end is known."""
        return None if self.ends_at is None else (self.ends_at - timedelta(seconds=1)).astimezone(self._zone).date()

    @property
    def starts_on(self) -> date:
        return self.starts_at.astimezone(self._zone).date()

    @property
    def _zone(self) -> Any:
        return zone_of(self.agency)


_IS_CURRENT = (
    Announcement.withdrawn_at.is_(None),
    Announcement.starts_at <= bindparam("at"),
    or_(Announcement.ends_at.is_(None), Announcement.ends_at > bindparam("at")),
)
# Whether a service is closed at an instant, for statements that ask more.
IS_CLOSED = exists().where(Announcement.closes, Announcement.service == bindparam("service"), *_IS_CURRENT)
_OF_SERVICE = Announcement.service == bindparam("service")
# Whether anything at all is to be told beside a service, for statements that ask more.
IS_TOLD = exists().where(_OF_SERVICE, *_IS_CURRENT)
_SHOWN = Shown(Announcement, "id", "closes", "agency", "service", "title", "text", "starts_at", "ends_at")
_BESIDE = Hot(
    select(*_SHOWN.columns)
    .where(_OF_SERVICE, *_IS_CURRENT)
    .order_by(Announcement.closes.desc(), Announcement.starts_at.desc())
)
_NEWS = Hot(
    select(*_SHOWN.columns).where(*_IS_CURRENT).order_by(Announcement.starts_at.desc()).limit(bindparam("most"))
)


def beside(service: str) -> list[Announcement]:
    """What is told on the card of a service now: that it is closed first, then news of it."""
    return [_SHOWN.of(row) for row in _BESIDE.rows({"service": service, "at": now()})]


def news(most: int) -> list[Announcement]:
    """The newest of the portal and all its agencies, closures among them."""
    return [_SHOWN.of(row) for row in _NEWS.rows({"most": most, "at": now()})]


def zone_of(agency: str | None) -> Any:
    """By whose days an announcement begins and ends: the agency's, else those of the house that runs the portal."""
    agencies = profile().agencies
    return agencies.get(agency or "", next(iter(agencies.values()))).zone


@dataclass(frozen=True)
class Entry:
    """What an editor enters. `starts_on` None: at once; `ends_on`: the last day, None until it is withdrawn."""

    title: Words
    text: Words
    agency: str | None = None
    service: str | None = None
    closes: bool = False
    starts_on: date | None = None
    ends_on: date | None = None


def publish(entry: Entry, *, by: Actor) -> Announcement:
    """Raises BeyondScope where the editor's role does not hold for what he speaks about."""
    agency = registry()[entry.service].agency if entry.service else entry.agency
    if not _may(by, agency, entry.service):
        raise BeyondScope
    row = Announcement(
        id=uuid.uuid4(),
        closes=entry.closes,
        agency=agency,
        service=entry.service,
        title=dict(entry.title),
        text=dict(entry.text),
        starts_at=_midnight(entry.starts_on, agency) if entry.starts_on else now(),
        ends_at=_midnight(entry.ends_on + timedelta(days=1), agency) if entry.ends_on else None,
        published_by_id=by.staff_id,
    )
    db.session.add(row)
    detail = {"announcement": str(row.id), "agency": agency, "service": entry.service, "closes": entry.closes}
    audit("announcement.published", actor=by, detail=detail)
    return row


def withdraw(announcement_id: uuid.UUID, *, by: Actor) -> None:
    """It is told no longer; a service that it closed is open again. Once more changes nothing. Raises NotFound."""
    row = db.session.get(Announcement, announcement_id, with_for_update=True)
    if row is None or not _may(by, row.agency, row.service):
        raise NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = now(), by.staff_id
        audit("announcement.withdrawn", actor=by, detail={"announcement": str(row.id)})


def written(by: Actor, most: int) -> list[Announcement]:
    """All that this editor may withdraw, the newest first."""
    rows: Sequence[Announcement] = db.session.scalars(
        select(Announcement).order_by(Announcement.published_at.desc()).limit(10 * most)
    ).all()
    return [each for each in rows if _may(by, each.agency, each.service)][:most]


def _may(by: Actor, agency: str | None, service: str | None) -> bool:
    return any(reaches(by, Grant(role, agency, None, service), (role,)) for role in EDITORS)


def _midnight(day: date, agency: str | None) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), tzinfo=zone_of(agency))
