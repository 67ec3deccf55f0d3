"""Appointments: calendars of departments, their slots and places, bookings, visit passes and the gate.

For whatever happens at a place and a time that only so many can share. A booking belongs to a case by its id; what a
case is, who may see it and which of its steps books, moves or ends a visit is decided in `app.cases`, which calls this
room inside its own transaction and after locking the case. Not for deadlines (app.calendars) and not for working days.

Order of locks, everywhere: the case, then calendars by id, then the pass. Whoever keeps it never waits in a circle.
"""

from app.appointments import gate_models, models

__all__ = ["gate_models", "models"]
