"""What a service costs and when it is paid. Amounts in minor units (halalas, dirhams), whole numbers, never floats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

AFTER_APPROVAL: Literal["after_approval"] = "after_approval"
AT_FILING: Literal["at_filing"] = "at_filing"


@dataclass(frozen=True)
class Payment:
    """When the fee is asked for; `per` names the group of the form whose rows each cost it."""

    when: Literal["after_approval", "at_filing"]
    per: str | None = None


@dataclass(frozen=True)
class Fee:
    """One dated setting of the profile. Both days count; no `until` means until further notice.

    `once`: asked once a request, also where the service counts animals or persons.
    """

    service: str
    minor: int
    since: date
    until: date | None = None
    code: str = "fee"
    once: bool = False

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Line:
    """One line of a bill: how many times which fee."""

    code: str
    count: int
    each_minor: int

    @property
    def minor(self) -> int:
        return self.count * self.each_minor


def lines_on(fees: Iterable[Fee], day: date, rows: int) -> list[Line]:
    """What the fees in force on `day` ask for a request with `rows` rows of what is counted (1 where nothing is)."""
    return [Line(fee.code, 1 if fee.once else rows, fee.minor) for fee in fees if fee.holds_on(day)]


def overlap(fees: Iterable[Fee]) -> Fee | None:
    """A fee that holds on a day on which another of the same service and code holds already."""
    seen: list[Fee] = []
    for fee in sorted(fees, key=lambda each: each.since):
        if any(
            (each.service, each.code) == (fee.service, fee.code) and (each.until is None or fee.since <= each.until)
            for each in seen
        ):
            return fee
        seen.append(fee)
    return None
