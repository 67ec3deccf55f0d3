"""What every way out to a person has in common: how it fails, and how a gateway is called and reports back."""

import abc
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import requests
from requests.adapters import HTTPAdapter

from app.kit.arabic import clean_line
from app.notify.models import State

# Answers by which the gateway itself says that it did not take the message: it may go to another one. After a silence,
# a cut connection or a proxy's 502/504 it may have it, and only the gateway that was asked knows the reference.
NOT_TAKEN = {401, 402, 403, 404, 405, 429, 500, 501, 503}
CONNECT_SECONDS = 3
RETRY_AFTER_MOST = 600


class PermanentError(Exception):
    """This message will never be accepted (a wrong number); `code` says why without naming anybody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:40]


class TemporaryError(Exception):
    """Try later. `taken` None: nobody knows whether the gateway has it; False: surely not. `wait`: its own wish, s."""

    def __init__(self, code: str, *, taken: bool | None = False, wait: int = 0) -> None:
        super().__init__(code)
        self.code = code[:40]
        self.taken = taken
        self.wait = min(wait, RETRY_AFTER_MOST)


class MalformedReceipt(Exception):
    """The body is not what this gateway sends."""


@dataclass(frozen=True)
class ReceiptFormat:
    """Where a gateway puts what in a receipt, and what its status words mean."""

    encoding: str
    gateway_ref: str
    reference: str
    status: str
    at: str
    words: Mapping[str, State]


@dataclass(frozen=True)
class Receipt:
    reference: str
    gateway_ref: str
    status: str
    at: str
    means: State | None


class Gateway(abc.ABC):
    """One account at one SMS provider. Safe to use from several threads."""

    kind: ClassVar[str]
    receipts: ClassVar[ReceiptFormat]

    def __init__(self, *, url: str, user: str, token: str, sender: str, timeout: int) -> None:
        self.url, self.user, self.token, self.sender = url.rstrip("/"), user, token, sender
        self.timeout = (min(CONNECT_SECONDS, timeout), timeout)
        self.session = requests.Session()
        # A .netrc or a proxy variable of the machine must not replace our token or see the messages.
        self.session.trust_env = False
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=0))

    @abc.abstractmethod
    def send(self, reference: str, recipient: str, body: str) -> str:
        """Hand over one message; the gateway's own id of it. Raises PermanentError or TemporaryError, nothing else."""

    def close(self) -> None:
        self.session.close()

    def post(self, path: str, **body: Any) -> requests.Response:
        """One POST without redirects or retries, its failures told apart by whether the message may have been taken."""
        try:
            answer = self.session.post(self.url + path, timeout=self.timeout, allow_redirects=False, **body)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError) as fault:
            raise TemporaryError(type(fault).__name__) from fault
        except requests.exceptions.ConnectionError as fault:
            refused = _refused(fault)
            raise TemporaryError("refused" if refused else "cut", taken=False if refused else None) from fault
        except requests.exceptions.RequestException as fault:
            raise TemporaryError(type(fault).__name__, taken=None) from fault
        code = answer.status_code
        if code in NOT_TAKEN:
            raise TemporaryError(f"http_{code}", wait=_seconds(answer.headers.get("Retry-After", "")))
        if code >= 500 or code == 408 or 300 <= code < 400:
            raise TemporaryError(f"http_{code}", taken=None)
        return answer

    @classmethod
    def read_receipt(cls, body: bytes) -> Receipt:
        """The receipt in the body of a call-back; raises MalformedReceipt. An unknown status word means None."""
        form = cls.receipts
        fields = _json(body) if form.encoding == "json" else _form(body)
        values = [fields.get(name, "") for name in (form.reference, form.gateway_ref, form.status, form.at)]
        if not all(isinstance(value, str | int | float) for value in values):
            raise MalformedReceipt("a field is not plain")
        reference, gateway_ref, status, at = (clean_line(str(value)) for value in values)
        if not status or not (reference or gateway_ref):
            raise MalformedReceipt("no status or no reference")
        return Receipt(reference[:120], gateway_ref[:120], status[:40], at[:40], form.words.get(status.lower()))


def _refused(fault: requests.exceptions.ConnectionError) -> bool:
    """Whether no connection ever came about, so that nothing was sent."""
    seen: BaseException | None = fault
    while seen is not None:
        if type(seen).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectionRefusedError"):
            return True
        reason = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = reason if isinstance(reason, BaseException) else seen.__cause__
    return False


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _json(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise MalformedReceipt("not JSON") from fault
    if not isinstance(fields, dict):
        raise MalformedReceipt("not an object")
    return fields


def _form(body: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=50))
    except ValueError as fault:
        raise MalformedReceipt("not a form") from fault


def answer_fields(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer. One that cannot be read leaves open whether the message was taken."""
    try:
        fields = answer.json()
    except ValueError as fault:
        raise TemporaryError("unreadable", taken=None) from fault
    if not isinstance(fields, dict):
        raise TemporaryError("unreadable", taken=None)
    return fields
