"""What every payment gateway has in common: what it says of an invoice, how it fails, what a call-back tells."""

import abc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import requests
from requests.adapters import HTTPAdapter

CONNECT_SECONDS = 3
MOST_BYTES = 2 * 1024 * 1024


class GatewayAway(Exception):
    """No usable answer. `taken` None: nobody knows whether the gateway did what was asked; False: surely not."""

    def __init__(self, code: str, *, taken: bool | None = False) -> None:
        super().__init__(code)
        self.code, self.taken = code[:40], taken


class GatewayRefused(Exception):
    """The gateway understood and said no; `code` without a person's data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:40]


class MalformedEvent(Exception):
    """The body is not what this gateway sends."""


@dataclass(frozen=True)
class Charge:
    """One payment as the gateway tells of it. `is_paid`: the money is ours; amounts in minor units."""

    ref: str
    is_paid: bool
    amount: int
    currency: str
    paid_at: datetime
    refunded: int = 0
    method: str = "card"
    brand: str = ""
    last4: str = ""


@dataclass(frozen=True)
class Invoice:
    """What the gateway says of one trip. `reference`: ours, as it was handed over. `is_open`: it can still be paid."""

    ref: str
    reference: str
    amount: int
    currency: str
    is_open: bool
    status: str
    url: str = ""
    charges: tuple[Charge, ...] = ()

    @property
    def paid(self) -> tuple[Charge, ...]:
        return tuple(charge for charge in self.charges if charge.is_paid)


@dataclass(frozen=True)
class Order:
    """What is asked of the gateway: who pays is no business of it."""

    reference: str
    amount: int
    currency: str
    description: str
    return_url: str
    callback_url: str
    language: str
    until: datetime | None = None


@dataclass(frozen=True)
class Event:
    """A call-back: only a hint which invoice to ask about. `secret` is compared by the caller."""

    id: str
    kind: str
    secret: str
    invoice: str
    reference: str


class PaymentGateway(abc.ABC):
    """One account at one provider. Safe to use from several threads."""

    kind: ClassVar[str]

    def __init__(self, *, url: str, key: str, timeout: int) -> None:
        self.url, self.key = url.rstrip("/"), key
        self.timeout = (min(CONNECT_SECONDS, timeout), timeout)
        self.session = requests.Session()
        # A .netrc or a proxy variable of the machine must not replace our key or see the payments.
        self.session.trust_env = False
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=0))

    @abc.abstractmethod
    def create(self, order: Order) -> Invoice:
        """Open an invoice with a hosted page. Raises GatewayAway, GatewayRefused."""

    @abc.abstractmethod
    def find(self, ref: str) -> Invoice | None:
        """The invoice of this number as it is now, or None. Raises GatewayAway."""

    @abc.abstractmethod
    def search(self, reference: str) -> Invoice | None:
        """The invoice that carries our reference, or None: for a creation whose answer was lost."""

    @abc.abstractmethod
    def cancel(self, ref: str) -> None:
        """Close an invoice nobody shall pay any more. Raises GatewayAway, GatewayRefused (paid meanwhile)."""

    @abc.abstractmethod
    def refund(self, charge_ref: str, amount: int) -> None:
        """Give `amount` back unless that was done before. Raises GatewayAway, GatewayRefused."""

    @abc.abstractmethod
    def statement(self, since: datetime) -> Iterator[Invoice]:
        """Every invoice made since then. Raises GatewayAway."""

    @classmethod
    @abc.abstractmethod
    def read_event(cls, body: bytes) -> Event:
        """The call-back in a body; raises MalformedEvent."""

    def call(self, method: str, path: str, **more: Any) -> Mapping[str, Any] | None:
        """One call to the gateway's own host, without redirects or retries; None for 404."""
        try:
            with self.session.request(
                method, self.url + path, auth=(self.key, ""), timeout=self.timeout, allow_redirects=False, **more
            ) as answer:
                return _object(answer)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError) as fault:
            raise GatewayAway(type(fault).__name__) from fault
        except requests.exceptions.RequestException as fault:
            raise GatewayAway(type(fault).__name__, taken=None) from fault


def _object(answer: requests.Response) -> Mapping[str, Any] | None:
    code = answer.status_code
    if code == 404:
        return None
    if code in (401, 403, 429):
        raise GatewayAway(f"http_{code}")
    if code >= 500 or code == 408 or 300 <= code < 400 or len(answer.content) > MOST_BYTES:
        raise GatewayAway(f"http_{code}", taken=None)
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        raise GatewayAway("unreadable", taken=None) from None
    if not isinstance(found, dict):
        raise GatewayAway("unreadable", taken=None)
    if code >= 400:
        raise GatewayRefused(str(found.get("type") or f"http_{code}"))
    return found
