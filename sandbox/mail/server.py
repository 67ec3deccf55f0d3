"""SMTP over aiosmtpd: any sender, any recipient, any password; mail is kept as it came."""

import asyncio
import json
import logging
import socket
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from sandbox.faults import SLOW
from sandbox.world import World

logging.getLogger("mail.log").setLevel(logging.ERROR)


class _Keeper:
    """aiosmtpd calls these by name."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self._world.faults.take("mail", "away", "refuse_sender", "slow")
        if fault == "slow":
            await asyncio.sleep(SLOW)
        if fault == "away":
            return "421 4.3.2 demo server is going away"
        if fault == "refuse_sender":
            return "550 5.7.1 sender refused"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._world.faults.take("mail", "refuse_recipient"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._world.store.run(
            "INSERT INTO mail (sender, recipients, received_at, raw) VALUES (?, ?, ?, ?)",
            envelope.mail_from or "",
            json.dumps(envelope.rcpt_tos),
            self._world.clock.now().isoformat(),
            bytes(envelope.original_content or b""),
        )
        return "250 2.0.0 kept"


def _anybody(*_: Any) -> AuthResult:
    return AuthResult(success=True)


def start_mail(world: World) -> Controller:
    """Listening when this returns; `.port` is the real port."""
    port = world.options.smtp_port or _free_port(world.options.smtp_host)
    controller = Controller(
        _Keeper(world),
        hostname=world.options.smtp_host,
        port=port,
        authenticator=_anybody,
        auth_require_tls=False,
        ident="Sandbox",
    )
    controller.start()
    return controller


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
