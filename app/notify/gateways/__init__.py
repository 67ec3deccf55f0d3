"""SMS gateways behind one shape: one message out, one receipt in. Words and fields of each are data in its adapter."""

from app.notify.gateways.base import Gateway
from app.notify.gateways.taqnyat import Taqnyat
from app.notify.gateways.unifonic import Unifonic
from config import Settings

KINDS: dict[str, type[Gateway]] = {"taqnyat": Taqnyat, "unifonic": Unifonic}
FIRST, SECOND = "sms_1", "sms_2"
# Name of a gateway, and how its settings end.
ENDS = ((FIRST, ""), (SECOND, "_2"))


def names_of(settings: Settings, kind: str) -> list[str]:
    """The names that rows carry of the configured gateways of one kind."""
    return [name for name, end in ENDS if getattr(settings, f"sms_gateway{end}") == kind]


def gateways_of(settings: Settings) -> dict[str, Gateway]:
    """The configured SMS gateways by the name their rows carry, the preferred one first; empty when none is set."""
    found = {}
    for name, end in ENDS:
        kind = getattr(settings, f"sms_gateway{end}")
        if kind:
            found[name] = KINDS[kind](
                url=getattr(settings, f"sms_gateway_url{end}"),
                user=getattr(settings, f"sms_gateway_user{end}"),
                token=getattr(settings, f"sms_gateway_token{end}"),
                sender=getattr(settings, f"sms_sender{end}") or settings.sms_sender,
                timeout=settings.gateway_timeout_seconds,
            )
    return found
