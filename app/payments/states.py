"""The states of the room's rows, as words that stand in the database."""

from enum import StrEnum


class BillState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


class AttemptState(StrEnum):
    """STARTING: our row is there, the gateway's answer not yet. LIVE: the person may pay. ENDED: see `ended_as`."""

    STARTING = "starting"
    LIVE = "live"
    PAID = "paid"
    ENDED = "ended"


class Fate(StrEnum):
    """What an amount that arrived is good for. Everything but SETTLES goes back by the refund queue."""

    SETTLES = "settles"
    LATE = "late"
    DOUBLE = "double"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    UNMATCHED = "unmatched"


class RefundState(StrEnum):
    """OPEN waits for the first officer, PROPOSED for the second, CONFIRMED for gateway or cashier.

    SET_ASIDE: an officer has found, with a reason, that nothing is to be given back. It can be proposed anew.
    """

    OPEN = "open"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DONE = "done"
    FAILED = "failed"
    SET_ASIDE = "set_aside"


UNDER_WAY = (AttemptState.STARTING, AttemptState.LIVE)
COUNTER = "counter"
CASH, TERMINAL = "cash", "terminal"
