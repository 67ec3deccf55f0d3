"""The daily round forgets what docs/operations.md says it forgets, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.calendars.clock import now
from app.cases.conversation import PageOpinion
from app.cases.models import FormToken
from app.documents.errors import FileNotReady
from app.documents.models import Document, DocumentState
from app.documents.storage import PAPERS, storage
from app.extensions import Base, db, transaction
from app.identity.models import SigninAttempt
from app.jobs import retention
from app.notify.models import MessageEvent


@pytest.fixture
def portal(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], storage_url=f"file://{tmp_path}"))
    with app.app_context():
        yield app


def receipt(days: int) -> MessageEvent:
    when = now() - timedelta(days=days)
    return MessageEvent(
        digest=str(days).encode(), gateway="sms_1", reference="", gateway_ref="", status="sent", reported_at="", at=when
    )


def old(days: int, kind: type[Base]) -> Base:
    when = now() - timedelta(days=days)
    rows: dict[type[Base], Base] = {
        FormToken: FormToken(token=str(days), result="", used_at=when),
        SigninAttempt: SigninAttempt(kind="citizen", outcome="signed_in", at=when),
        MessageEvent: receipt(days),
        PageOpinion: PageOpinion(service="general_transaction", useful=True, at=when),
    }
    return rows[kind]


@pytest.mark.parametrize(
    ("kind", "kept_days"), [(FormToken, 7), (SigninAttempt, 90), (MessageEvent, 365), (PageOpinion, 730)]
)
def test_rows_stay_to_the_end_of_their_time_and_no_longer(portal: Flask, kind: type[Base], kept_days: int) -> None:
    with transaction():
        db.session.add_all([old(kept_days - 1, kind), old(kept_days + 1, kind), old(kept_days + 2, kind)])
    retention.forget()
    retention.forget()
    assert db.session.scalar(select(func.count()).select_from(kind)) == 1


def test_more_than_one_batch_goes_in_one_round(portal: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    with transaction():
        db.session.add_all([old(day, FormToken) for day in range(8, 13)])
    retention.forget()
    assert db.session.scalar(select(func.count()).select_from(FormToken)) == 0


def paper(key: str, state: str, days: int) -> Document:
    return Document(
        kind="guide", key=key, language="ar", paper_json="{}", file_name="guide.pdf", state=state,
        state_at=now() - timedelta(days=days), storage_key=storage().put(PAPERS, b"%PDF"),
    )  # fmt: skip


def test_the_file_of_a_replaced_paper_goes_after_a_year_and_its_row_stays(portal: Flask) -> None:
    with transaction():
        papers = [
            paper("long ago", DocumentState.SUPERSEDED, 366),
            paper("lately", DocumentState.SUPERSEDED, 364),
            paper("good", DocumentState.ISSUED, 900),
        ]
        db.session.add_all(papers)
    gone, *kept = [str(each.storage_key) for each in papers]
    retention.forget()
    with pytest.raises(FileNotReady):
        storage().get(gone)
    assert [storage().get(key) for key in kept] == [b"%PDF", b"%PDF"]
    assert db.session.scalar(select(func.count()).select_from(Document)) == 3
