"""Tables of the room: people, their sign-ins, staff and their roles, sessions."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, at_column, id_column
from app.kit.arabic import fold, fold_spaceless
from app.kit.roles import Role
from app.vault import Sealed, SealedRow, vault

NAMES = String(200)


def identity_key(country: str, number: str) -> bytes:
    """What finds a person by country ("SA") and normalised identity number."""
    return vault.lookup(f"identity:{country}", number)


def mobile_key(mobile: str) -> bytes:
    """What finds people by mobile in E.164 form ("+966512345678")."""
    return vault.lookup("mobile", mobile)


class Person(SealedRow, Base):
    """A human being, unique by country and identity number; may exist before the first sign-in."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("country", "identity_key"),
        Index(
            "ix_person_name_search",
            "name_search",
            postgresql_using="gin",
            postgresql_ops={"name_search": "gin_trgm_ops"},
        ),
    )

    id: Mapped[uuid.UUID] = id_column()
    country: Mapped[str] = mapped_column(String(2))
    id_type: Mapped[str] = mapped_column(String(20), default="citizen")
    identity_key: Mapped[bytes] = mapped_column(LargeBinary)
    identity_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name_ar: Mapped[str | None] = mapped_column(NAMES)
    name_en: Mapped[str | None] = mapped_column(NAMES)
    # Both names folded, with and without spaces, for officers who search by name.
    name_search: Mapped[str] = mapped_column(String(900), default="")
    gender: Mapped[str | None] = mapped_column(String(20))
    nationality: Mapped[str | None] = mapped_column(String(60))
    # As the provider gave them, each in its own calendar: a civil date is never converted and kept as something else.
    birthdate_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    birthdate_hijri_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile_key: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    mobile_source: Mapped[str | None] = mapped_column(String(20))
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(2), default="ar")
    created_at: Mapped[datetime] = at_column()

    identity_number = Sealed("identity_sealed")
    birthdate = Sealed("birthdate_sealed")
    birthdate_hijri = Sealed("birthdate_hijri_sealed")
    mobile = Sealed("mobile_sealed")
    email = Sealed("email_sealed")

    logins: Mapped[list["Login"]] = relationship(back_populates="person")

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in ("name_ar", "name_en"):
            names = " ".join(filter(None, (self.name_ar, self.name_en)))
            self.name_search = f"{fold(names)} {fold_spaceless(names)}"

    def name(self, language: str = "ar") -> str:
        first, second = (self.name_en, self.name_ar) if language == "en" else (self.name_ar, self.name_en)
        return first or second or ""


class Login(Base):
    """Binds one subject of one provider to one person: the pair (issuer, sub) is who signs in, a number never is."""

    __tablename__ = "login"
    __table_args__ = (UniqueConstraint("issuer", "sub"), UniqueConstraint("issuer", "person_id"))

    id: Mapped[uuid.UUID] = id_column()
    issuer: Mapped[str] = mapped_column(String(400))
    sub: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = at_column()
    last_at: Mapped[datetime] = at_column()

    person: Mapped[Person] = relationship(back_populates="logins")


class Staff(SealedRow, Base):
    """A member of staff. Begins as an invitation for an e-mail; the first verified sign-in binds issuer and sub.

    The work address stays readable: administrators list staff by it, and from the binding on it decides nothing.
    """

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("issuer", "sub"),
        CheckConstraint("(issuer IS NULL) = (sub IS NULL)", name="bound_whole"),
        Index("uq_staff_email_lower", text("lower(email)"), unique=True),
    )

    id: Mapped[uuid.UUID] = id_column()
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(NAMES, default="")
    identity_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    # So that no client can be given a colleague's telephone; the number itself is nobody's business here.
    mobile_key: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    issuer: Mapped[str | None] = mapped_column(String(400))
    sub: Mapped[str | None] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(2), default="ar")
    invited_at: Mapped[datetime] = at_column()
    bound_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="staff", cascade="all, delete-orphan")


class RoleGrant(Base):
    """A role of a member of staff within a scope; null means everywhere. Taken away by deleting the row."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("staff_id", "role", "agency", "office", "service", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[uuid.UUID] = id_column()
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    agency: Mapped[str | None] = mapped_column(String(60))
    office: Mapped[str | None] = mapped_column(String(60))
    service: Mapped[str | None] = mapped_column(String(60))
    granted_at: Mapped[datetime] = at_column()

    staff: Mapped[Staff] = relationship(back_populates="grants")

    @property
    def as_role(self) -> Role:
        return Role(self.role)


class WebSession(SealedRow, Base):
    """One browser's session. The cookie carries a random reference, the row its SHA-256: a stolen table opens nothing.

    Without person and staff it only holds sign-ins that were begun.
    """

    __tablename__ = "web_session"
    __table_args__ = (
        CheckConstraint("kind IN ('citizen', 'staff')", name="kind_known"),
        CheckConstraint("person_id IS NULL OR staff_id IS NULL", name="one_owner"),
        Index("ix_web_session_issuer_sid", "issuer", "sid"),
        Index("ix_web_session_issuer_sub", "issuer", "sub"),
    )

    id: Mapped[uuid.UUID] = id_column()
    kind: Mapped[str] = mapped_column(String(10))
    reference_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    issuer: Mapped[str | None] = mapped_column(String(400))
    sub: Mapped[str | None] = mapped_column(String(255))
    sid: Mapped[str | None] = mapped_column(String(255))
    acr: Mapped[str | None] = mapped_column(String(255))
    auth_time: Mapped[datetime | None]
    id_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    csrf_secret: Mapped[bytes] = mapped_column(LargeBinary)
    begun: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_at: Mapped[datetime] = at_column()
    last_seen_at: Mapped[datetime] = at_column()
    ends_at: Mapped[datetime] = mapped_column(index=True)

    id_token = Sealed("id_token_sealed")


class LogoutToken(Base):
    """A logout token that was used. Its jti counts once per issuer."""

    __tablename__ = "logout_token"

    issuer: Mapped[str] = mapped_column(String(400), primary_key=True)
    jti: Mapped[str] = mapped_column(String(255), primary_key=True)
    used_at: Mapped[datetime] = at_column(index=True)


class SigninAttempt(Base):
    """How a sign-in ended, for operations: counts by provider and cause, nothing that names a person."""

    __tablename__ = "signin_attempt"

    id: Mapped[uuid.UUID] = id_column()
    at: Mapped[datetime] = at_column(index=True)
    kind: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(60))
