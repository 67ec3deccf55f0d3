"""The scanner: clean, infected or away; and what becomes of files afterwards."""

import io
import os
import socketserver
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PIL import Image

from app.cases.conversation import Draft
from app.cases.models import Case
from app.documents import errors, keeping
from app.documents.checks.scanner import Verdict, scan
from app.documents.download import download_response
from app.documents.models import Attachment, CheckState
from app.documents.storage import storage
from app.documents.uploads import FileLimits
from app.documents.watermark import watermarked
from app.extensions import db, transaction
from app.jobs import documents as jobs
from tests.documents.conftest import pdf, picture, stored

Attach = Callable[..., Attachment]


class Clamd(socketserver.BaseRequestHandler):
    """Speaks INSTREAM; finds a virus in files that hold the word VIRUS."""

    def handle(self) -> None:
        assert self._exactly(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(length)
        found = b"VIRUS" in content or self.server.finds_everything  # type: ignore[attr-defined]
        self.request.sendall(b"stream: Eicar FOUND\0" if found else b"stream: OK\0")

    def _exactly(self, length: int) -> bytes:
        received = b""
        while len(received) < length:
            received += self.request.recv(length - len(received))
        return received


@pytest.fixture
def clamd(settings: Callable[..., None]) -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.finds_everything = False  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings(clamav_address=f"127.0.0.1:{server.server_address[1]}")
        yield server
        server.shutdown()


@pytest.fixture
def draft_id(person_id: uuid.UUID) -> uuid.UUID:
    with transaction():
        draft = Draft(
            person_id=person_id, service="emirate_appointment", content="{}", token="x", expires_at=datetime.now(UTC)
        )
        db.session.add(draft)
    return draft.id


def test_a_clean_file_passes_whole_and_in_chunks(clamd: Any) -> None:
    address = "{}:{}".format(*clamd.server_address)
    assert scan(b"x" * 200_000, address) == Verdict.CLEAN
    assert scan(b"x" * 100_000 + b"VIRUS", address) == Verdict.INFECTED


def test_without_a_scanner_files_count_as_clean() -> None:
    assert scan(b"VIRUS", "") == Verdict.CLEAN


def test_an_infected_file_is_refused_and_not_stored(clamd: Any, attach: Attach, own_storage: Path) -> None:
    clamd.finds_everything = True
    with pytest.raises(errors.UnsafeFile):
        attach(picture(), "a.jpg")
    assert not [path for path in own_storage.rglob("*") if path.is_file()]


def test_scanner_away_means_wait_and_not_pass(attach: Attach, settings: Callable[..., None], clamd: Any) -> None:
    address = "{}:{}".format(*clamd.server_address)
    settings(clamav_address="127.0.0.1:9")
    attachment = attach(picture(), "a.jpg")
    assert attachment.check_state == CheckState.WAITING
    assert not attachment.is_visible_to_staff
    with pytest.raises(errors.FileNotReady):
        download_response(attachment, for_staff=True)
    assert download_response(attachment).status_code == 200
    jobs.recheck()
    assert attachment.check_state == CheckState.WAITING
    settings(clamav_address=address)
    jobs.recheck()
    assert attachment.check_state == CheckState.CLEAN
    assert download_response(attachment, for_staff=True).status_code == 200


def test_what_the_scanner_finds_later_is_taken_away(attach: Attach, settings: Callable[..., None], clamd: Any) -> None:
    address = "{}:{}".format(*clamd.server_address)
    settings(clamav_address="unix:/nonexistent/clamd.sock")
    attachment = attach(picture(), "a.jpg")
    key = attachment.storage_key
    assert key is not None
    clamd.finds_everything = True
    settings(clamav_address=address)
    jobs.recheck()
    assert attachment.check_state == CheckState.REFUSED
    assert attachment.removed_at is not None
    for staff in (True, False):
        with pytest.raises(errors.FileNotReady):
            download_response(attachment, for_staff=staff)
    with pytest.raises(errors.FileNotReady):
        storage().get(key)


def test_a_file_that_lost_its_draft_is_removed_after_an_hour_and_others_stay(
    attach: Attach, draft_id: uuid.UUID
) -> None:
    kept = attach(pdf(), "1.pdf", case_id=None, draft_id=draft_id, field="a")
    left = attach(pdf(), "2.pdf", case_id=None, draft_id=draft_id, field="b")
    with transaction():
        left.draft_id = None
    jobs.tidy()
    assert left.removed_at is None, "a fresh file may belong to a form that is just being sent"
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        jobs.tidy()
        jobs.tidy()
    assert left.removed_at is not None
    assert left.storage_key is None
    assert stored(kept)


def test_bytes_that_no_row_knows_are_freed_within_the_hour(attach: Attach, own_storage: Path) -> None:
    attachment = attach(pdf(), "1.pdf")
    lost, fresh = storage().put("attachments", b"cut"), storage().put("attachments", b"coming")
    two_hours_ago = time.time() - 7200
    for key in (lost, attachment.storage_key):
        os.utime(own_storage / str(key), (two_hours_ago, two_hours_ago))
    assert keeping.purge_unrecorded() == 1
    assert stored(attachment)
    assert storage().get(fresh) == b"coming"
    with pytest.raises(errors.FileNotReady):
        storage().get(lost)


def test_a_removal_that_rolls_back_leaves_the_file(attach: Attach) -> None:
    attachment = attach(pdf(), "1.pdf")

    def removed_and_then_broken() -> None:
        with transaction():
            keeping.remove(attachment)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        removed_and_then_broken()
    db.session.refresh(attachment)
    assert stored(attachment)


def test_pictures_of_identity_cards_go_some_time_after_the_end_and_the_row_says_so(
    attach: Attach, case_id: uuid.UUID
) -> None:
    card = attach(picture(), "هوية.jpg", field="id_image", limits=FileLimits(identity_card=True))
    letter = attach(pdf(), "letter.pdf")
    jobs.tidy()
    with transaction():
        case = db.session.get_one(Case, case_id)
        case.closed_at = datetime.now(UTC) - timedelta(days=59)
    jobs.tidy()
    assert stored(card), "while an appeal may come"
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        jobs.tidy()
        jobs.tidy()
    db.session.refresh(card)
    assert card.removed_at is not None
    assert card.sha256
    with pytest.raises(errors.FileNotReady):
        download_response(card)
    assert stored(letter)


def test_a_card_is_shown_to_staff_grey_and_crossed_by_its_purpose() -> None:
    content = watermarked(picture(size=(900, 560)), agency="إمارة المنطقة", number="1448/000123", language="ar")
    with Image.open(io.BytesIO(content)) as image:
        colours = {pixel for _, pixel in image.getcolors(1_000_000) or []}
        assert image.size == (900, 560)
    assert len(colours) > 20, "the words are drawn over the even picture"
    reds = [pixel for pixel in colours if pixel[0] > pixel[1] + 40]
    assert reds
