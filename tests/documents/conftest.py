"""A person, a case to hang files and papers on, and files made for the test."""

import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from PIL import Image

from app.cases.models import Case
from app.documents.models import Attachment
from app.documents.storage import storage
from app.documents.uploads import FileLimits, intake
from app.extensions import db, transaction
from app.identity.models import Person, identity_key


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


@pytest.fixture
def settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change settings of the application for this test."""

    def change(**values: Any) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **values))

    return change


@pytest.fixture
def own_storage(settings: Callable[..., None], tmp_path: Path) -> Path:
    """A storage folder of this test alone."""
    settings(storage_url=f"file://{tmp_path}/store")
    return tmp_path / "store"


@pytest.fixture
def person_id(context: Flask) -> uuid.UUID:
    return new_person("1000000067")


def new_person(number: str) -> uuid.UUID:
    with transaction():
        person = Person(country="SA", identity_key=identity_key("SA", number), identity_number=number)
        db.session.add(person)
    return person.id


@pytest.fixture
def case_id(person_id: uuid.UUID) -> uuid.UUID:
    with transaction():
        case = Case(
            year=1448,
            serial=123,
            service="emirate_appointment",
            agency="emirate",
            office="emirate_main",
            declaration_version="x",
            applicant_id=person_id,
            stage="submitted",
            answers={},
        )
        db.session.add(case)
    return case.id


@pytest.fixture
def attach(own_storage: Path, case_id: uuid.UUID, person_id: uuid.UUID) -> Callable[..., Attachment]:
    """Takes in a file for the case, as a page does."""

    def take(content: bytes, name: str, **more: Any) -> Attachment:
        given = {"owner_person_id": person_id, "case_id": case_id, "field": "letter", "limits": FileLimits(), **more}
        with transaction():
            return intake(io.BytesIO(content), name, **given)

    return take


def stored(attachment: Attachment) -> bytes:
    assert attachment.storage_key is not None
    return storage().get(attachment.storage_key)


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (10, 91, 81)).save(target, format=kind, **options)
    return target.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options: Any) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(300, 400))
        if change:
            change(made)
        made.save(target, **options)
    return target.getvalue()
