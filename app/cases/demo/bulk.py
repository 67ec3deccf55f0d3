"""Synthetic cases in any number, for the benchmark: people, chained histories, deadlines and threads, by COPY.

They look like what the operations leave behind (chains verify, numbers come from the same sequences), but no message
is sent and no paper ordered for them.
"""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from stdnum import luhn

from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.cases import numbers, timing
from app.cases.context import profile, registry
from app.cases.demo.copying import Rows
from app.cases.demo.people import TOLD
from app.cases.demo.synthetic import FATES, Made, Plan, write_case
from app.cases.filing import keep_declaration
from app.cases.models import TransactionCounter
from app.extensions import db, transaction
from app.identity.models import Person, identity_key, mobile_key
from app.kit.arabic import fold, fold_spaceless
from app.kit.service import Service
from app.vault import vault

BATCH = 2000
CASES_OF_A_PERSON = 4
# Numbers of synthetic people begin here, far from those of the told ones.
FIRST_NUMBER = 110_000_000
SPREAD_DAYS = 120


@dataclass(frozen=True)
class Somebody:
    id: uuid.UUID
    key: bytes
    name: str
    number: str
    mobile: str


def load(many: int) -> int:
    """Make `many` cases; a second call makes as many more, of other people."""
    with transaction():
        known = db.session.scalar(select(func.count()).select_from(Person)) or 0
        for service in registry().values():
            keep_declaration(service)
    # A benchmark wants the same cases each time.
    chance = random.Random(known)  # noqa: S311
    plans = _plans(many, known, chance)
    while batch := list(islice(plans, BATCH)):
        with transaction():
            _write(batch)
    with transaction():
        for slug in registry():
            timing.count_facts(slug)
    return many


def _plans(many: int, known: int, chance: random.Random) -> Iterator[Plan]:
    """Each person has one request for the first service that allows one at a time, the others for the one that allows
    several and whose steps the fates tell furthest."""
    single = next((each for each in registry().values() if each.one_open), None)
    repeated = max((each for each in registry().values() if not each.one_open), key=_told, default=single)
    somebody: Somebody | None = None
    for place in range(many):
        if place % CASES_OF_A_PERSON == 0:
            somebody = _somebody(known + place // CASES_OF_A_PERSON, chance)
        service = single if place % CASES_OF_A_PERSON == 0 else repeated
        assert service is not None
        assert somebody is not None
        fates = _fates(service)
        fate = chance.choices(fates, [FATES[name].weight for name in fates])[0]
        yield Plan(service, somebody, FATES[fate], _moment(chance), place % CASES_OF_A_PERSON == 0)


def _fates(service: Service) -> list[str]:
    """What may become of a case of this service."""
    return [name for name, fate in FATES.items() if all(service.workflow.find(*step) for step in fate.steps)]


def _told(service: Service) -> int:
    return len(_fates(service))


def _moment(chance: random.Random) -> datetime:
    return now() - timedelta(seconds=chance.randrange(3600, SPREAD_DAYS * 86_400))


def _somebody(place: int, chance: random.Random) -> Somebody:
    stem = str(FIRST_NUMBER + place)
    number = stem + luhn.calc_check_digit(stem)
    words = TOLD["bulk"]
    name = f"{chance.choice(words['first'])} {chance.choice(words['first'])} {chance.choice(words['family'])}"
    mobile = f"+9665{place % 100_000_000:08d}"
    return Somebody(uuid.uuid4(), identity_key("SA", number), name, number, mobile)


def _write(batch: list[Plan]) -> None:
    rows = Rows()
    for plan, made in zip(batch, _numbered(batch), strict=True):
        if plan.first:
            _write_person(rows, plan.person)
        write_case(rows, plan, made)
    rows.copy()


def _write_person(rows: Rows, person: Any) -> None:
    def sealed(column: str, value: str) -> bytes:
        return vault.seal(value, f"person:{person.id}:{column}")

    rows.add(
        "person",
        id=person.id,
        country="SA",
        id_type="citizen",
        identity_key=person.key,
        identity_sealed=sealed("identity_sealed", person.number),
        name_ar=person.name,
        name_search=f"{fold(person.name)} {fold_spaceless(person.name)}",
        mobile_sealed=sealed("mobile_sealed", person.mobile),
        mobile_key=mobile_key(person.mobile),
        mobile_source="provider",
        language="ar",
        created_at=now(),
    )


def _numbered(batch: list[Plan]) -> Iterator[Made]:
    """Request numbers and transaction numbers for a whole batch, taken from where single cases take them."""
    years = [hijri_year(plan.at, profile().agency(plan.service.agency).zone) for plan in batch]
    serials = {year: iter(numbers.next_serials(year, years.count(year))) for year in set(years)}
    wanted = [
        (plan.service.agency, year) for plan, year in zip(batch, years, strict=True) if "register" in plan.fate.names
    ]
    registered = {pair: iter(_transactions(pair, wanted.count(pair))) for pair in set(wanted)}
    for plan, year in zip(batch, years, strict=True):
        is_registered = "register" in plan.fate.names
        number = next(registered[plan.service.agency, year]) if is_registered else None
        yield Made(uuid.uuid4(), year, next(serials[year]), number)


def _transactions(pair: tuple[str, int], many: int) -> range:
    first = numbers.next_transaction(*pair)
    counter = db.session.get_one(TransactionCounter, pair)
    counter.last = first + many - 1
    db.session.flush()
    return range(first, first + many)
