"""Who takes a step: a citizen, staff, the clock, or money that arrived. Plain values, safe to hand to any operation."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.kit.roles import Role

__all__ = ["CLOCK", "GATEWAY", "Actor", "Grant", "Role"]


@dataclass(frozen=True)
class Grant:
    """One role within a scope; None in a place means all of them."""

    role: Role
    agency: str | None = None
    office: str | None = None
    service: str | None = None

    def covers(self, *, agency: str | None, office: str | None, service: str | None) -> bool:
        """Does the scope hold this very agency, office and service? No office is not every office."""
        return self.agency in (None, agency) and self.office in (None, office) and self.service in (None, service)

    def touches(self, agency: str | None, office: str | None, service: str | None) -> bool:
        """Could the scope hold something of these? None asks nothing."""
        pairs = ((self.agency, agency), (self.office, office), (self.service, service))
        return all(held is None or asked is None or held == asked for held, asked in pairs)


@dataclass(frozen=True)
class Actor:
    """`identity_key` is the HMAC of country and identity number: "same person" and "own case" compare nothing else."""

    kind: Literal["citizen", "staff", "clock", "gateway"]
    person_id: uuid.UUID | None = None
    staff_id: uuid.UUID | None = None
    name: str = ""
    identity_key: bytes | None = None
    grants: tuple[Grant, ...] = ()
    acr: str | None = None
    auth_time: datetime | None = None
    language: str = "ar"
    session_id: uuid.UUID | None = None
    # The client a clerk at the counter acts for, with that client's consent (app/cases/counter), and where.
    acting_for: uuid.UUID | None = None
    office: str | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_citizen(self) -> bool:
        return self.kind == "citizen"

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, role: Role, agency: str | None = None, service: str | None = None, office: str | None = None) -> bool:
        """Holds `role` for something of the scope asked; None asks nothing. For one case use `covers`."""
        return any(grant.role == role and grant.touches(agency, office, service) for grant in self.grants)

    def covers(self, role: Role, *, agency: str, service: str, office: str | None) -> bool:
        """Holds `role` for exactly this agency, service and office (the scope of one case)."""
        return any(
            grant.role == role and grant.covers(agency=agency, office=office, service=service) for grant in self.grants
        )

    def same_person(self, identity_key: bytes | None) -> bool:
        """Is this the person behind `identity_key`? Never true where one of both is unknown."""
        return self.identity_key is not None and identity_key is not None and self.identity_key == identity_key


CLOCK = Actor(kind="clock", name="clock")
GATEWAY = Actor(kind="gateway", name="gateway")
