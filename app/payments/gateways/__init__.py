"""Payment gateways behind one shape. Their addresses, field names and words are data of the adapter."""

from functools import lru_cache

from flask import current_app

from app.payments.gateways.base import PaymentGateway
from app.payments.gateways.moyasar import Moyasar

KINDS: dict[str, type[PaymentGateway]] = {"moyasar": Moyasar}


def gateway() -> PaymentGateway:
    """The configured gateway, one for the process. Raises LookupError when there is none."""
    settings = current_app.config["SETTINGS"]
    if not settings.payment_gateway:
        raise LookupError("no payment gateway is configured")
    return _made(
        settings.payment_gateway,
        settings.payment_gateway_url,
        settings.payment_secret_key,
        settings.gateway_timeout_seconds,
    )


@lru_cache(maxsize=4)
def _made(kind: str, url: str, key: str, timeout: int) -> PaymentGateway:
    return KINDS[kind](url=url, key=key, timeout=timeout)
