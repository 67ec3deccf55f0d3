"""What a service says of its appointments: the fields that choose calendar, gate and guests, the rules of moving."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Guests:
    """Who comes along: the group of the form, and its fields for a name and an identity number."""

    group: str
    name: str
    identity: str


@dataclass(frozen=True)
class Slots:
    """What an appointment needs to know of the form, by ids of its fields; None where the service has no such thing.

    The calendar is the one that `fixed` names for the answer to `by_field`, else the answer to `else_field`.
    `car_item`: the option of `items_field` that is the car itself and not a device.
    """

    by_field: str
    fixed: Mapping[str, str]
    else_field: str
    gate_field: str | None = None
    guests: Guests | None = None
    items_field: str | None = None
    car_item: str | None = None
    car_field: str | None = None
    moves: int = 2
    after_no_show: int = 1
    reminder: str | None = None
