"""What the room refuses, each by the fact it states."""

from app.kit.errors import Invalid, NotFound, Refused


class BillNotFound(NotFound):
    """There is no such bill, or it is not this person's."""


class BillClosed(Refused):
    """Paid, void, or past its last day: nothing can be paid on it."""

    text_key = "payments.errors.closed"


class GatewayUnavailable(Refused):
    """The hosted page could not be opened; nothing was charged."""

    text_key = "payments.errors.away"
    status = 503
    retry_after = 60


class StillStarting(Refused):
    """Another window of the same person is opening the page in this very moment."""

    text_key = "payments.errors.starting"


class NoFee(Refused):
    """The profile names no fee for this service today: an administrator's mistake, told to the officer."""

    text_key = "payments.errors.no_fee"


class SecondOfficer(Refused):
    """The same person cannot propose and confirm."""

    text_key = "payments.errors.second_officer"


class RefundMoved(Refused):
    """Somebody else has done this step of the refund already."""

    text_key = "payments.errors.refund_moved"


class NoOpenDay(Refused):
    """A cashier takes money only into a till he has opened."""

    text_key = "payments.errors.no_open_day"


class OtherTill(Refused):
    """The open till is that of another agency."""

    text_key = "payments.errors.other_till"


class DayIsOpen(Refused):
    text_key = "payments.errors.day_is_open"


class WrongTendered(Invalid):
    """What was handed over does not cover the bill, or cannot be read."""


class NotReversible(Refused):
    """The document was issued, or the till is closed: the money cannot simply be handed back."""

    text_key = "payments.errors.not_reversible"
