"""An installation with another gateway and another mail server: the settings differ, the build does not."""

import ipaddress
import ssl
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from app.calendars.clock import now
from app.extensions import db
from app.notify.drain import drain
from app.notify.models import Message
from config import Settings
from tests.notify.conftest import Mailbox, row, states
from tests.support.gateway import FakeGateway

HOST = "127.0.0.1"
USER, PASSWORD = b"portal@agency.example", b"a/secret:with@signs"
WRITTEN = "portal%40agency.example:a%2Fsecret%3Awith%40signs"
Send = Callable[..., list[uuid.UUID]]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine, which is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of a test")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, hidden = folder / "mail.pem", folder / "mail.key"
    shown.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    clear = serialization.NoEncryption()
    hidden.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear))
    return shown, hidden


class Account(Mailbox):
    """A mail server with one account, which takes nothing before STARTTLS and a password."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.passwords: list[bytes] = []
        self.authority, key = certificate(folder)
        encrypted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        encrypted.load_cert_chain(self.authority, key)
        self.controller = _ListensAnywhere(
            self,
            hostname=HOST,
            port=0,
            tls_context=encrypted,
            require_starttls=True,
            auth_required=True,
            authenticator=self._who,
        )

    def _who(self, server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        self.passwords.append(given.password)
        return AuthResult(success=(given.login, given.password) == (USER, PASSWORD))


class _ListensAnywhere(Controller):
    """On a port that the system chooses, before anybody asks for it."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    server = Account(tmp_path)
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture
def installed(portal: Flask, environment: dict[str, str], second: FakeGateway, account: Account) -> None:
    """Settings as another installation would write them down, in force until the end of the test."""
    own = {
        "SMS_GATEWAY": "unifonic",
        "SMS_GATEWAY_URL": second.url,
        "SMS_GATEWAY_USER": "app-sid-of-the-agency",
        "SMS_GATEWAY_TOKEN": "token-of-the-agency",
        "SMS_SENDER": "Agency",
        "SMS_GATEWAY_2": "",
        "SMTP_URL": f"smtp+starttls://{WRITTEN}@{HOST}:{account.controller.port}",
        "MAIL_FROM": "Agency <portal@agency.example>",
    }
    portal.config["SETTINGS"] = Settings.from_environment({**environment, **own})


@pytest.mark.usefixtures("installed")
def test_a_notice_goes_out_by_the_other_gateway_and_the_other_mail_server(
    second: FakeGateway, account: Account, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(account.authority))
    (one,) = send(1, channels=("sms", "email"))
    assert drain() == 2
    assert (row(one).gateway, row(one).state) == ("sms_1", "sent")
    message = second.phone[str(one)]
    assert (message["to"], message["app"]) == ("966500000000", "app-sid-of-the-agency")
    assert second.headers[0]["Authorization"] == "Bearer token-of-the-agency"
    (letter,) = account.letters
    assert (letter.mail_from, letter.rcpt_tos) == ("portal@agency.example", ["person0@mail.example"])


@pytest.mark.usefixtures("installed")
def test_a_mail_server_that_nobody_vouches_for_gets_neither_password_nor_letter(account: Account, send: Send) -> None:
    send(1, channels=("email",))
    assert drain() == 0
    assert states() == {"queued": 1}
    assert db.session.scalars(select(Message.error)).all() == ["SSLCertVerificationError"]
    assert (account.passwords, account.letters) == ([], [])
