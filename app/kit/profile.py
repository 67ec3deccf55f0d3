"""The profile: agencies, offices and lists of one installation, read from a TOML file (docs/operations.md).

Pure data: loading it twice gives the same. What lives in tables (calendars) is made to agree by `flask profile load`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.kit.figures import Setting, setting
from app.kit.paying import Fee, overlap

DEMO = Path(__file__).parent.parent / "profiles" / "demo.toml"


class ProfileError(Exception):
    """One sentence that says what in the profile file is wrong."""


@dataclass(frozen=True)
class Choice:
    """One entry of a list kept by an agency; `more` holds its further keys (for a department: its hours)."""

    id: str
    label: Mapping[str, str]
    more: Mapping[str, Any] = field(default_factory=dict)


# Offices where clerks file for clients: customer service of an agency, and a complex that serves several agencies.
COUNTER_KINDS = ("customer_service", "service_complex")
HIJRI_COUNTRIES = ("SA",)


@dataclass(frozen=True)
class Office:
    """`serves`: the agencies whose services its counter handles; its own where nothing is said."""

    id: str
    agency: str
    name: Mapping[str, str]
    kind: str = ""
    serves: tuple[str, ...] = ()

    @property
    def has_counter(self) -> bool:
        return self.kind in COUNTER_KINDS


@dataclass(frozen=True)
class Agency:
    id: str
    name: Mapping[str, str]
    country: str = "SA"
    zone: ZoneInfo = ZoneInfo("Asia/Riyadh")
    currency: str = "SAR"
    weekend: tuple[int, ...] = (4, 5)
    holidays: tuple[date, ...] = ()
    opens: time = time(8)
    closes: time = time(15)
    identities: tuple[str, ...] = ("citizen", "resident", "visitor", "gcc")
    deadline_days: str = "calendar"
    mobile_country: str = "SA"
    counter_consent: bool = True
    appeal_days: int = 60
    appeal_answer_days: int = 30
    appeal_body: Mapping[str, str] = field(default_factory=dict)
    contact_phone: str = ""
    contact_email: str = ""
    stamp: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts_hijri(self) -> bool:
        """Whether the calendar of this country is the Hijri one: it stands first, or alone as in an SMS."""
        return self.country in HIJRI_COUNTRIES


@dataclass(frozen=True)
class Profile:
    agencies: Mapping[str, Agency]
    offices: Mapping[str, Office]
    lists: Mapping[str, tuple[Choice, ...]]
    services: tuple[str, ...] = ()
    official: bool = False
    fees: tuple[Fee, ...] = ()
    figures: tuple[Setting, ...] = ()

    def agency(self, id: str) -> Agency:
        return self.agencies[id]

    def main_office(self, agency: str) -> str:
        """The first of an agency's offices: whose a case is that no service gives to another; "" where it has none."""
        return next((each.id for each in self.offices.values() if each.agency == agency), "")

    def choices(self, name: str) -> tuple[Choice, ...]:
        """The entries of a list in the order of the file; an unknown list raises KeyError."""
        return self.lists[name]

    def label(self, name: str, id: str, language: str) -> str:
        return next((entry.label[language] for entry in self.lists[name] if entry.id == id), id)

    def fees_of(self, slug: str) -> tuple[Fee, ...]:
        return tuple(fee for fee in self.fees if fee.service == slug)

    def switched_on(self, slug: str) -> bool:
        return not self.services or slug in self.services

    def place_of(self, slug: str) -> int:
        """Where the service stands among those switched on."""
        return self.services.index(slug) if slug in self.services else 0


def load(path: Path) -> Profile:
    """Read a profile file; raises ProfileError."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        agencies = {entry["id"]: _agency(entry) for entry in raw.get("agencies", [])}
        offices = {entry["id"]: _office(entry) for entry in raw.get("offices", [])}
        fees = tuple(_fee(entry) for entry in raw.get("fees", ()))
        figures = tuple(setting(entry) for entry in raw.get("figures", ()))
        lists = {name: tuple(_choice(entry) for entry in entries) for name, entries in raw.get("lists", {}).items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as wrong:
        raise ProfileError(f"{path}: {wrong!r}") from wrong
    lists["agencies"] = tuple(Choice(each.id, each.name) for each in agencies.values())
    for office in offices.values():
        for named in (office.agency, *office.serves):
            if named not in agencies:
                raise ProfileError(f"{path}: office {office.id} names the unknown agency {named}")
    if twice := overlap(fees):
        raise ProfileError(f"{path}: two fees {twice.code} of {twice.service} hold on {twice.since}")
    services, official = tuple(raw.get("services", ())), raw.get("official", False) is True
    return Profile(agencies, offices, lists, services, official=official, fees=fees, figures=figures)


def _office(entry: Mapping[str, Any]) -> Office:
    serves = tuple(entry.get("serves", (entry["agency"],)))
    return Office(entry["id"], entry["agency"], _both(entry), entry.get("kind", ""), serves)


def _both(entry: Mapping[str, Any]) -> Mapping[str, str]:
    return {"ar": entry["ar"], "en": entry["en"]}


def _choice(entry: Mapping[str, Any]) -> Choice:
    return Choice(
        entry["id"], _both(entry), {key: value for key, value in entry.items() if key not in ("id", "ar", "en")}
    )


def _fee(entry: Mapping[str, Any]) -> Fee:
    """`amount` in minor units; `from` and `until` are days that both count."""
    values = {key: value for key, value in entry.items() if key not in ("amount", "from")}
    fee = Fee(minor=entry["amount"], since=entry["from"], **values)
    if type(fee.minor) is not int or fee.minor <= 0:
        raise ValueError(f"the amount of a fee of {fee.service} is a positive number of minor units")
    if type(fee.since) is not date or type(fee.until) not in (date, type(None)):
        raise ValueError(f"from and until of a fee of {fee.service} are days")
    return fee


def _agency(entry: Mapping[str, Any]) -> Agency:
    values = {key: value for key, value in entry.items() if key not in ("ar", "en")}
    for key in ("weekend", "holidays", "identities"):
        if key in values:
            values[key] = tuple(values[key])
    if "zone" in values:
        values["zone"] = ZoneInfo(values["zone"])
    return Agency(name=_both(entry), **values)
