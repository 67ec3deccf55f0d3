"""The supervisor's calendars: days opened and closed, places, hours, blocked times.

Nothing here touches an appointment. Who is booked on a day that closes is listed with the number of his request, and is
moved on the page of that request by an officer.
"""

from app.blueprints.calendar.routes import blueprint

__all__ = ["blueprint"]
