"""E-mail over SMTP: plain text with a simple HTML twin, one connection a batch."""

import smtplib
import ssl
import uuid
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from app.calendars.clock import now
from app.kit.links import linked
from app.notify.gateways.base import PermanentError, TemporaryError
from config import Settings

DIRECTION = {"ar": "rtl", "en": "ltr"}
PAGE = Markup(
    '<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{subject}</title>'
    '</head><body style="font-family: sans-serif; font-size: 16px; line-height: 1.7; color: #161616">{paragraphs}'
    "</body></html>"
)
LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Letter:
    id: uuid.UUID
    to: str
    subject: str
    text: str
    language: str


class Mailer:
    """One SMTP account: smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465.

    Not for several threads. A password travels over an encrypted connection or to this very machine only.
    """

    def __init__(self, url: str, sender: str, timeout: int, house: str = "") -> None:
        """`house`: the portal's own address, whose pages letters lead to."""
        self.parts = urlsplit(url)
        self.sender, self.house = sender, house
        self.timeout = timeout
        self._link: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> str:
        """Hand over one letter; its Message-ID. Raises PermanentError or TemporaryError, nothing else."""
        message = compose(letter, self.sender, self.house)
        try:
            self._connected().send_message(message)
        except smtplib.SMTPRecipientsRefused as fault:
            raise _judged(next(iter(fault.recipients.values()))[0]) from fault
        except smtplib.SMTPDataError as fault:
            raise _judged(fault.smtp_code) from fault
        except smtplib.SMTPNotSupportedError as fault:
            raise PermanentError("address") from fault
        except (smtplib.SMTPServerDisconnected, TimeoutError) as fault:
            self._drop()
            raise TemporaryError("cut", taken=None) from fault
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            raise TemporaryError(type(fault).__name__) from fault
        return str(message["Message-ID"])

    def close(self) -> None:
        """Take leave politely; a server that has gone already is no trouble."""
        if self._link is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._link.quit()
            self._drop()

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _connected(self) -> smtplib.SMTP:
        if self._link is None:
            self._link = self._connect()
        return self._link

    def _connect(self) -> smtplib.SMTP:
        host, scheme = self.parts.hostname or "localhost", self.parts.scheme
        if scheme == "smtps":
            link: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.parts.port or 465, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            link = smtplib.SMTP(host, self.parts.port or 25, timeout=self.timeout)
        if scheme == "smtp+starttls" or (scheme == "smtp" and self.parts.username and host not in LOCAL):
            link.starttls(context=ssl.create_default_context())
        if self.parts.username:
            link.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        return link


def mailer_of(settings: Settings) -> Mailer | None:
    """The configured account, or None when there is none."""
    if not settings.smtp_url:
        return None
    return Mailer(settings.smtp_url, settings.mail_from, settings.gateway_timeout_seconds, settings.public_url)


def compose(letter: Letter, sender: str, house: str = "") -> EmailMessage:
    """The message as it travels. Its Message-ID comes from the row, so that a second try is the same message."""
    message = EmailMessage()
    name, address = parseaddr(sender)
    try:
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
    except (ValueError, IndexError, MessageError) as fault:
        raise PermanentError("address") from fault
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{letter.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(letter.text)
    message.add_alternative(html_of(letter, house), subtype="html")
    return message


def html_of(letter: Letter, house: str) -> str:
    paragraphs = Markup("").join(_paragraph(part, house) for part in letter.text.split("\n\n"))
    return PAGE.format(
        language=letter.language, direction=DIRECTION[letter.language], subject=letter.subject, paragraphs=paragraphs
    )


def _paragraph(text: str, house: str) -> Markup:
    return Markup("<p>{}</p>").format(Markup("<br>").join(linked(line, house) for line in text.split("\n")))


def _judged(code: int) -> PermanentError | TemporaryError:
    return PermanentError(f"smtp_{code}") if code >= 500 else TemporaryError(f"smtp_{code}")
