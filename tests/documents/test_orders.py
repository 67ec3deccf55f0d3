"""An order is a row; the press renders it once, also after a crash; a newer paper supersedes the older."""

import io
import json
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdf
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text

from app.cases.guides import guide_key, order_guides
from app.documents import press
from app.documents.download import paper_response
from app.documents.layout import page_html
from app.documents.models import Document, DocumentState, RenderState
from app.documents.orders import any_due, find_by_code, find_document, order, revoke, sheet_of
from app.documents.rendering import RenderFailed
from app.extensions import db, transaction
from app.jobs import documents as jobs
from tests.documents.samples import pass_snapshot, summary_snapshot


@pytest.fixture
def bells(context: Flask, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Which bells were rung; nobody answers them."""
    rung: list[tuple[str, ...]] = []
    monkeypatch.setitem(context.extensions, "ring", lambda *bells: rung.extend(bells))
    monkeypatch.setattr(jobs, "ring", lambda *given: rung.append(given))
    return rung


@pytest.fixture
def summary(case_id: uuid.UUID, bells: list[tuple[str, ...]], own_storage: object) -> Document:
    with transaction():
        return order("summary", case_id, "1", summary_snapshot(), "ar")


def later(**by: float) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(**by))


def test_an_order_is_a_row_of_the_callers_transaction(case_id: uuid.UUID, bells: list[tuple[str, ...]]) -> None:
    def ordered_and_broken() -> None:
        with transaction():
            order("summary", case_id, "1", summary_snapshot(), "ar")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ordered_and_broken()
    assert find_document("summary", case_id) is None
    assert bells == []
    with transaction():
        document = order("summary", case_id, "1", summary_snapshot(), "ar")
    assert bells == [("render", str(document.id))]
    assert not document.is_ready


def test_ordering_again_gives_the_same_document(summary: Document, case_id: uuid.UUID) -> None:
    with transaction():
        again = order("summary", case_id, "1", {**summary_snapshot(), "declaration": "changed"}, "ar")
    assert again.id == summary.id
    assert "changed" not in page_html(sheet_of(again))


def test_the_words_are_sealed_and_the_public_part_names_nobody(summary: Document) -> None:
    row = db.session.execute(text("SELECT * FROM document")).mappings().one()
    for value in row.values():
        held = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        assert "فهد".encode() not in held
        assert b"1000000067" not in held
    assert set(summary.shown) == {"number", "filed_on", "service_names"}


def test_the_press_renders_once_and_stores_what_it_made(summary: Document) -> None:
    assert any_due()
    assert press.render(summary.id)
    db.session.refresh(summary)
    assert summary.is_ready
    response = paper_response(summary)
    assert len(pypdf.PdfReader(io.BytesIO(response.get_data())).pages) >= 1
    assert "1448-000123.pdf" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"
    key = summary.storage_key
    assert not press.render(summary.id)
    with later(days=2):
        assert not any_due()
        jobs.render(str(summary.id))
    db.session.refresh(summary)
    assert summary.storage_key == key


def test_a_lost_bell_is_rung_again_by_the_sweep(summary: Document, bells: list[tuple[str, ...]]) -> None:
    bells.clear()
    jobs.render()
    assert bells == [("render", str(summary.id))]


def test_a_worker_that_died_is_followed_by_another_after_its_lease(
    summary: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(press, "_rendered", lambda _: None)
        killed.setattr(press, "_ready", lambda *_: None)
        press.render(summary.id)
    db.session.refresh(summary)
    assert summary.render_state == RenderState.RENDERING
    assert not press.render(summary.id), "the lease still runs"
    with later(minutes=7):
        assert any_due()
        assert press.render(summary.id)


def test_a_failure_is_noted_tried_again_and_set_aside_in_the_end(
    summary: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> bytes:
        raise RenderFailed("made of 1000000067")

    monkeypatch.setattr(press, "_rendered", broken)
    tries = 0
    for hours in range(8):
        with later(hours=hours):
            if any_due():
                tries += 1
                with pytest.raises(RenderFailed):
                    press.render(summary.id)
    db.session.refresh(summary)
    assert tries == 4
    assert summary.render_state == RenderState.FAILED
    assert summary.failure == "RenderFailed"


def test_an_order_that_kills_its_worker_each_time_is_set_aside_too(
    summary: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "_rendered", lambda _: None)
    monkeypatch.setattr(press, "_ready", lambda *_: None)
    for hours in range(8):
        with later(hours=hours):
            press.render(summary.id)
    db.session.refresh(summary)
    assert summary.render_state == RenderState.FAILED
    assert not any_due()


def test_two_workers_with_one_order_make_one_paper(app: Flask, summary: Document) -> None:
    results: list[bool] = []

    def work() -> None:
        with app.app_context():
            results.append(press.render(summary.id))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(results) == [False, False, True]


def test_a_pass_issued_again_supersedes_the_earlier_paper(case_id: uuid.UUID, bells: object) -> None:
    with transaction():
        first = order("pass", case_id, "AAAA", pass_snapshot(), "ar", code="K7M4Q2XA9HJW")
        summary = order("summary", case_id, "1", summary_snapshot(), "ar")
    with transaction():
        second = order("pass", case_id, "BBBB", pass_snapshot(1), "ar", code="W7M4Q2XA9HJK")
    for each in (first, second, summary):
        db.session.refresh(each)
    assert [first.state, second.state, summary.state] == ["superseded", "issued", "issued"]
    found = find_document("pass", case_id)
    assert found is not None
    assert found.id == second.id
    assert find_by_code("K7M4Q2XA9HJW") is first
    assert second.shown == {}
    with transaction():
        revoke(case_id, "pass")
    db.session.refresh(second)
    db.session.refresh(first)
    assert second.state == DocumentState.REVOKED
    assert first.state == DocumentState.SUPERSEDED


def test_guides_are_ordered_once_for_each_version_and_language(app: Flask, bells: list[tuple[str, ...]]) -> None:
    jobs.guides()
    services = app.extensions["services"]
    count = db.session.scalar(select(func.count()).select_from(Document))
    assert count == 2 * len(services)
    assert len(bells) == count
    jobs.guides()
    assert db.session.scalar(select(func.count()).select_from(Document)) == count
    appointment = find_document("guide", None, guide_key(services["emirate_appointment"]))
    assert appointment is not None
    assert appointment.code is None


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_guide_says_what_the_declaration_says(app: Flask, own_storage: object, language: str) -> None:
    with app.app_context():
        with transaction():
            order_guides()
        guides = db.session.scalars(select(Document).where(Document.kind == "guide", Document.language == language))
        for document in guides:
            service = app.extensions["services"][document.key.partition(":")[0]]
            page = page_html(sheet_of(document))
            wanted = [*service.entries("conditions", language), *service.entries("next_steps", language)]
            # What only a clerk is asked at the counter is no part of the guide for people.
            for field, group in (each for each in service.form.walk() if not each[0].channel):
                wanted.append(service.field_text(language, field, "label", group) or field.id)
            for sentence in (service.text(language, "title"), *wanted):
                assert sentence in json.loads(document.paper_json).__str__() or sentence in page
            assert press.render(document.id)
            db.session.refresh(document)
            response = paper_response(document)
            assert response.headers["Cache-Control"] == "public, max-age=3600"
            assert sheet_of(document).title.startswith(service.text(language, "title"))
            assert ("دليل الخدمة" if language == "ar" else "Service guide") in document.file_name


def test_two_orders_of_one_guide_at_once_make_one(app: Flask, bells: object) -> None:
    from tests.documents.samples import guide_snapshot

    barrier, ids = threading.Barrier(3), []

    def place() -> None:
        with app.app_context(), transaction():
            barrier.wait()
            ids.append(order("guide", None, "x:1", guide_snapshot(), "ar").id)

    both: list[threading.Thread] = [threading.Thread(target=place) for _ in range(3)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(set(ids)) == 1
    assert len(ids) == 3


def test_every_paper_has_its_own_code(case_id: uuid.UUID, bells: object) -> None:
    make: Callable[[str], Document] = lambda key: order("summary", case_id, key, summary_snapshot(), "ar")  # noqa: E731
    with transaction():
        codes = {make(str(number)).code for number in range(5)}
    assert len(codes) == 5
