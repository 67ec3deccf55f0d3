"""Visit passes, what was done with them at a gate, and the telephones a gate is kept with."""

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.appointments.holder import Holder
from app.appointments.states import ISSUED, LET_IN
from app.extensions import Base, at_column, id_column
from app.vault import Sealed, SealedRow


class VisitPass(SealedRow, Base):
    """An entry paper for one day and one gate. Its code is on paper and in the QR; who it lets in is sealed."""

    __tablename__ = "visit_pass"
    __table_args__ = (
        Index("uq_visit_pass_case_issued", "case_id", unique=True, postgresql_where=text(f"state = '{ISSUED}'")),
        Index("ix_visit_pass_gate_day", "agency", "on_day", "gate"),
        CheckConstraint("state IN ('issued', 'superseded', 'cancelled', 'used')", name="state"),
    )

    id: Mapped[uuid.UUID] = id_column()
    code: Mapped[str] = mapped_column(String(12), unique=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case.id", ondelete="CASCADE"), index=True)
    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    agency: Mapped[str] = mapped_column(String(60))
    gate: Mapped[str] = mapped_column(String(60))
    # Whom the visit is with: the key of the calendar.
    host: Mapped[str] = mapped_column(String(60))
    zone_name: Mapped[str] = mapped_column(String(60))
    on_day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default=ISSUED)
    holder_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime] = at_column()
    ended_at: Mapped[datetime | None]

    holder_text = Sealed("holder_sealed")

    @property
    def holder(self) -> Holder:
        return Holder.load(self.holder_text)


class GateEntry(Base):
    """One tick of a guard: this person or car went in, or was turned away."""

    __tablename__ = "gate_entry"
    __table_args__ = (
        # Two guards with one pass: the database lets a subject in once.
        Index("uq_gate_entry_in", "pass_id", "subject", unique=True, postgresql_where=text(f"kind = '{LET_IN}'")),
        CheckConstraint("kind IN ('let_in', 'turned_away')", name="kind"),
    )

    id: Mapped[uuid.UUID] = id_column()
    pass_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_pass.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40), default="")
    gate: Mapped[str] = mapped_column(String(60))
    by_staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = at_column()


class GateDevice(Base):
    """A telephone that a supervisor registered for a gate; its cookie holds the reference, the row only a digest."""

    __tablename__ = "gate_device"

    id: Mapped[uuid.UUID] = id_column()
    agency: Mapped[str] = mapped_column(String(60))
    gate: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(80))
    reference_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    by_staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = at_column()
    ended_at: Mapped[datetime | None]


class GateShift(Base):
    """A guard's shift on a registered device: begun by a sign-in, kept by the PIN he chose for it, at most 8 hours."""

    __tablename__ = "gate_shift"
    __table_args__ = (Index("uq_gate_shift_open", "device_id", unique=True, postgresql_where=text("NOT is_over")),)

    id: Mapped[uuid.UUID] = id_column()
    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gate_device.id", ondelete="CASCADE"))
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    pin_salt: Mapped[bytes] = mapped_column(LargeBinary)
    pin_digest: Mapped[bytes] = mapped_column(LargeBinary)
    wrong_pins: Mapped[int] = mapped_column(Integer, default=0)
    began_at: Mapped[datetime] = at_column()
    seen_at: Mapped[datetime] = at_column()
    ends_at: Mapped[datetime]
    is_over: Mapped[bool] = mapped_column(Boolean, default=False)
