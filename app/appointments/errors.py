"""What this room refuses. The sentences stand in app/texts/calendar.toml and app/texts/gate.toml."""

from app.kit.errors import Invalid, NotFound, Refused


class SlotTaken(Refused):
    """Somebody was faster, or the slot has passed or was closed meanwhile."""

    text_key = "calendar.refused.slot_taken"


class AlreadyBooked(Refused):
    """The case holds an appointment: it is moved, not booked again."""

    text_key = "calendar.refused.already_booked"


class NotAllowed(Refused):
    """A citizen's wish that the rules of the appointment do not grant; the key says which rule."""

    text_key = "calendar.refused.too_late"


class NotBooked(Refused):
    """The booking is over: attended, missed or cancelled."""

    text_key = "calendar.refused.not_booked"


class SlotUnknown(NotFound):
    """No such slot."""


class CalendarUnknown(NotFound):
    """No such calendar, or of another agency."""


class PassUnknown(NotFound):
    """No such pass."""


class PassRefused(Refused):
    """The pass does not open this gate today; the key says why."""

    text_key = "gate.answer.cancelled"


class AlreadyIn(Refused):
    """Another guard let these in a moment ago."""

    text_key = "gate.refused.already_in"


class NothingChosen(Invalid):
    """The guard ticked nobody, or somebody who is not on the pass."""

    text_key = "gate.refused.nothing_chosen"


class HoursWrong(Invalid):
    """Opening hours, minutes or places that make no calendar."""

    text_key = "calendar.refused.hours"


class PinWrong(Invalid):
    """A PIN that is not the one of the shift, or none at all."""

    text_key = "gate.refused.pin"
