"""A told fee that was paid: at the counter by card, on a till opened for it and closed again."""

from collections.abc import Mapping
from typing import Any

from app.cases import collecting
from app.extensions import transaction
from app.payments import bills
from app.payments.states import TERMINAL


def collect(scene: Any, act: Mapping[str, Any]) -> None:
    """`by`: a cashier of the case's agency."""
    cashier = scene.actor(act)
    with transaction():
        bill = bills.open_bill(scene.case_id)
        assert bill is not None, "the story collects a fee that nobody asked for"
        collecting.open_day(scene.case.agency, by=cashier)
        collecting.collect(bill.id, TERMINAL, f"{bill.amount / 100:.2f}", by=cashier)
        collecting.close_day("0", "", by=cashier)
