"""What the counter refuses, each by the fact it states."""

from app.kit.errors import Invalid, NotFound, Refused


class VisitGone(NotFound):
    """The visit is another clerk's, or over: the client is looked for again."""


class TooMuchToday(Refused):
    """The clerk has reached what the portal lets one clerk do on a day; the supervisor sees the count."""

    text_key = "counter.errors.too_much_today"
    status = 429
    retry_after = 3600


class OwnClient(Refused):
    """Nobody serves himself, nor a client whom he represents."""

    text_key = "counter.errors.own_client"


class NotOpened(Refused):
    """The client's code has not opened this request in this session, or the quarter of an hour is over."""

    text_key = "counter.errors.not_opened"


class NothingToGive(Refused):
    """The certificate is not signed yet, or is no longer handed out."""

    text_key = "counter.errors.nothing_to_give"


class NoMobile(Refused):
    """There is no mobile to send the client's code to."""

    text_key = "counter.errors.no_mobile"


class NumberKnown(Invalid):
    """The identity number belongs to somebody whose mobile is another one."""

    text_key = "counter.errors.number_known"


class StaffMobile(Invalid):
    """A mobile of somebody who works here cannot be a client's."""

    text_key = "counter.errors.staff_mobile"


class MobileOfMany(Invalid):
    """Three persons have this mobile already."""

    text_key = "counter.errors.mobile_of_many"
