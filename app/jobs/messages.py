"""Messages: the run that the doorbell starts."""

from app.jobs.context import job
from app.notify.drain import drain as send_due


@job
def drain() -> None:
    """Send what is due. Any number may run at once; what one of them drops is due again when its lease ends."""
    send_due()
