"""Messages: the run that the doorbell starts, and the look that finds what a lost bell left."""

from app.jobs.context import job
from app.jobs.queue import ring
from app.notify import lease
from app.notify.drain import drain as send_due


@job
def drain() -> None:
    """Send what is due. Any number may run at once; what one of them drops is due again when its lease ends."""
    send_due()


@job
def sweep() -> None:
    """Ring when messages are due, a lease has ended or a code has lapsed: one SELECT, and nothing else."""
    if lease.any_due():
        ring("drain")
