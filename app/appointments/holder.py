"""Who a visit pass lets in: a snapshot of the visitor, companions, car and devices, as plain data."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

VISITOR = "visitor"
CAR = "car"
COMPANION = "companion:"


@dataclass(frozen=True, slots=True)
class Guest:
    """A person at the gate. `last4` are the last four digits of the identity number, never all of it."""

    name: str
    last4: str


@dataclass(frozen=True, slots=True)
class Holder:
    visitor: Guest
    companions: tuple[Guest, ...] = ()
    car_plate: str = ""
    devices: tuple[str, ...] = ()

    def subjects(self) -> Iterator[str]:
        """Everything that is ticked in singly: the visitor, each companion, the car."""
        yield VISITOR
        yield from (f"{COMPANION}{place}" for place in range(1, len(self.companions) + 1))
        if self.car_plate:
            yield CAR

    def guest(self, subject: str) -> Guest | None:
        """The person behind a subject; None for the car or an unknown one."""
        if subject == VISITOR:
            return self.visitor
        if subject.startswith(COMPANION) and subject in self.subjects():
            return self.companions[int(subject.removeprefix(COMPANION)) - 1]
        return None

    def people(self) -> tuple[Guest, ...]:
        return (self.visitor, *self.companions)

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> "Holder":
        raw = json.loads(text)
        return cls(
            visitor=Guest(**raw["visitor"]),
            companions=tuple(Guest(**each) for each in raw["companions"]),
            car_plate=raw["car_plate"],
            devices=tuple(raw["devices"]),
        )
