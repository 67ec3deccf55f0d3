"""Building the sandbox and serving it: web pages and APIs, the mail server, the postman of receipts."""

import logging
import signal
import socket
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox import citizens, clock_pages, faults_pages, index, phone, staff
from sandbox.bank import api as bank_api
from sandbox.bank import hosted as bank
from sandbox.bank.postman import BankPostman
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.mail import mailbox
from sandbox.mail.server import start_mail
from sandbox.matching import Prompts
from sandbox.oidc.provider import Provider
from sandbox.options import Options
from sandbox.pages import add_pages
from sandbox.people import People
from sandbox.sms.gateways import gateway_blueprint
from sandbox.sms.receipts import Postman
from sandbox.store import Store
from sandbox.words import Words
from sandbox.world import World

HERE = Path(__file__).parent
LARGEST_REQUEST = 1_000_000


def make_world(options: Options) -> World:
    store = Store(options.data / "sandbox.sqlite3")
    return World(
        options=options,
        store=store,
        words=Words(HERE / "texts.toml"),
        people=People(HERE / "people.toml"),
        clock=Clock(options.clock_file),
        faults=Faults(store),
        prompts=Prompts(options.prompt_seconds),
        providers={name: Provider(name, options, store) for name in ("id", "staff")},
    )


def create_app(world: World) -> Flask:
    app = Flask("sandbox", root_path=str(HERE))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["sandbox"] = world
    app.extensions["postman"] = Postman(world)
    app.extensions["bank_postman"] = BankPostman(world)
    add_pages(app)
    rooms = (index, citizens, staff, phone, mailbox, clock_pages, faults_pages, bank, bank_api)
    for blueprint in (*(room.blueprint for room in rooms), gateway_blueprint("sms"), gateway_blueprint("sms2")):
        app.register_blueprint(blueprint)
    return app


class _QuietHandler(WSGIRequestHandler):
    """No line per request: addresses hold codes, and a log of them helps nobody."""

    def log_request(self, *_: Any) -> None:
        return


def serve(options: Options, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT."""
    world = make_world(options)
    app = create_app(world)
    mail = start_mail(world)
    host, port = listener.getsockname()
    server = make_server(host, port, app, threaded=True, request_handler=_QuietHandler, fd=listener.fileno())
    app.extensions["postman"].start()
    app.extensions["bank_postman"].start()
    _announce(options, mail.port)
    _stop_on_signal(server)
    try:
        server.serve_forever()
    finally:
        app.extensions["postman"].stop()
        app.extensions["bank_postman"].stop()
        mail.stop()


def _announce(options: Options, smtp_port: int) -> None:
    """One line for whoever started us on free ports; printed only when everything listens."""
    line = f"sandbox {options.url} smtp://{options.smtp_host}:{smtp_port}"
    (options.data / "address").write_text(line + "\n", encoding="ascii")
    logging.getLogger("sandbox").info("%s", line)


def _stop_on_signal(server: BaseWSGIServer) -> None:
    def stop(*_: object) -> None:
        # shutdown() waits for the loop that this very handler interrupts, hence the thread.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
