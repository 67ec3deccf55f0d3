"""A client's visit at a counter, and the requests he has opened to the clerk with his codes."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, at_column, id_column
from app.identity.models import Person, Staff


class CounterVisit(Base):
    """One client before one clerk, found by identity number and mobile together. The clerk's alone, until it ends."""

    __tablename__ = "counter_visit"
    __table_args__ = (Index("ix_counter_visit_staff", "staff_id", "began_at"),)

    id: Mapped[uuid.UUID] = id_column()
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    office: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime] = at_column(index=True)
    ends_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    staff: Mapped[Staff] = relationship()


class CounterOpening(Base):
    """One request that the client's code opened, in one session of the clerk, until `ends_at`."""

    __tablename__ = "counter_opening"

    id: Mapped[uuid.UUID] = id_column()
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("counter_visit.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id"), index=True)
    session_id: Mapped[uuid.UUID]
    opened_at: Mapped[datetime] = at_column()
    ends_at: Mapped[datetime]
