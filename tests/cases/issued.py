"""A certificate that has been issued: let the worker sign it, and read the page that tells of it."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from bs4 import BeautifulSoup
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.cases import certificates
from app.documents import press
from app.documents.models import Document
from app.documents.storage import storage
from app.extensions import db
from tests.support import signed_in
from tests.support.robots import Walk
from tests.support.world import Browser, Page


def certificate(walk: Walk) -> Document:
    db.session.expire_all()
    return certificates.editions(walk.case)[-1]


def sign(walk: Walk) -> bytes:
    """Let the worker do its work; gives the file."""
    document = certificate(walk)
    db.session.rollback()
    press.render(document.id)
    key = certificate(walk).storage_key
    assert key is not None
    return storage().get(key)


def owner(walk: Walk) -> Browser:
    assert walk.citizen.person_id is not None
    return Browser(signed_in.citizen_browser(walk.robot.app, walk.citizen.person_id))


def visitor(walk: Walk) -> Browser:
    browser = Browser(walk.robot.app.test_client())
    browser.home = "/verify"
    return browser


def words(page: Page) -> str:
    soup = BeautifulSoup(page.html, "html.parser")
    return " ".join(soup.select_one("main").get_text(" ").split())  # type: ignore[union-attr]


def later(**by: float) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(**by))


def upload(walk: Walk, content: bytes, name: str = "شهادة.pdf") -> Page:
    """Sent as a browser does; the test client would leave a file behind for a large one."""
    browser, sent = visitor(walk), FileStorage(io.BytesIO(content), name)
    boundary, body = encode_multipart({"csrf_token": browser.token("/verify"), "paper": sent})
    kind = f"multipart/form-data; boundary={boundary}"
    return Page(browser.client.post("/verify/file", data=body, content_type=kind))
