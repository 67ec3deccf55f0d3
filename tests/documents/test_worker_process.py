"""The worker as it runs: a process that forks for each paper."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.documents.models import Document
from app.documents.orders import order
from app.extensions import db, transaction
from app.jobs.queue import ring
from tests.documents.samples import pass_snapshot, summary_snapshot

ROOT = Path(__file__).parents[2]


@pytest.fixture
def worker(environment: dict[str, str], valkey: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "worker.py", "documents"], cwd=ROOT, env={**os.environ, **environment, "REDIS_URL": valkey}
    )
    yield process
    process.terminate()
    assert process.wait(20) == 0


def ready(document: Document, seconds: float = 40) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        db.session.rollback()
        db.session.refresh(document)
        if document.is_ready:
            return True
        time.sleep(0.1)
    return False


def test_a_bell_brings_the_paper_and_the_sweep_brings_the_one_whose_bell_was_lost(
    app: Flask, case_id: uuid.UUID, worker: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        summary = order("summary", case_id, "1", summary_snapshot(), "ar")
    assert ready(summary)
    with monkeypatch.context() as lost:
        lost.setitem(app.extensions, "ring", lambda *_: None)
        with transaction():
            unheard = order("pass", case_id, "x", pass_snapshot(), "ar", code="K7M4Q2XA9HJW")
    assert not unheard.is_ready
    ring("render")
    assert ready(unheard)
    assert worker.poll() is None
