"""Storage on a disk and in a bucket, and answers that carry a file."""

import io
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from PIL import Image

from app.documents.download import download_response, paper_response, preview_response
from app.documents.errors import FileNotReady, StorageAway
from app.documents.models import Attachment
from app.documents.orders import order
from app.documents.storage import Storage, storage
from app.documents.uploads import FileLimits
from app.extensions import transaction
from tests.documents.conftest import pdf, picture, stored
from tests.documents.samples import summary_snapshot

Attach = Callable[..., Attachment]


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an S3 service on this machine, with a bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    client.create_bucket(Bucket="files")
    yield address
    server.stop()


@pytest.fixture(params=["file", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    if request.param == "file":
        return Storage(f"file://{tmp_path}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1" if name.endswith("REGION") else "x")
    return Storage("s3://files/portal", request.getfixturevalue("bucket"))


def test_a_file_is_put_read_listed_and_removed(place: Storage) -> None:
    key = place.put("attachments", b"content")
    assert place.get(key) == b"content"
    listed = dict(place.keys("attachments"))
    assert key in listed
    assert listed[key].tzinfo is not None
    place.delete(key)
    place.delete(key)
    with pytest.raises(FileNotReady):
        place.get(key)
    assert key not in dict(place.keys("attachments"))


def test_an_empty_place_has_no_keys(place: Storage) -> None:
    assert list(place.keys("nothing-here")) == []


def test_a_bucket_out_of_reach_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1" if name.endswith("REGION") else "x")
    away = Storage("s3://files/portal", "http://127.0.0.1:9")
    with pytest.raises(StorageAway):
        away.put("attachments", b"content")
    with pytest.raises(StorageAway):
        away.get("attachments/aa/bb")


def test_an_unknown_kind_of_storage_stops_at_once() -> None:
    with pytest.raises(ValueError, match="STORAGE_URL"):
        Storage("ftp://files")


def test_without_a_setting_files_lie_in_the_data_folder(context: Flask) -> None:
    assert storage().root.startswith(str(context.config["SETTINGS"].data_dir))


def test_an_attachment_is_a_download_with_its_arabic_name_and_can_do_nothing(attach: Attach) -> None:
    response = download_response(attach(pdf(), "خطاب موضوع الزيارة.pdf"), inline=True)
    name = response.headers["Content-Disposition"]
    assert name.startswith("attachment;")
    assert unquote(name.partition("UTF-8''")[2]) == "خطاب موضوع الزيارة.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_type == "application/pdf"


def test_only_pictures_may_be_looked_at_in_the_page(attach: Attach) -> None:
    attachment = attach(picture(), "بطاقة.jpg")
    assert download_response(attachment, inline=True).headers["Content-Disposition"].startswith("inline;")
    assert download_response(attachment).headers["Content-Disposition"].startswith("attachment;")


def test_staff_see_an_identity_card_crossed_and_any_other_picture_as_it_is(attach: Attach) -> None:
    words = {"agency": "إمارة المنطقة", "number": "1448/000123", "language": "ar"}
    card = attach(picture(size=(800, 500)), "هوية.jpg", field="id_image", limits=FileLimits(identity_card=True))
    letter = attach(picture(size=(800, 500)), "خطاب.jpg")
    assert preview_response(letter, **words).get_data() == stored(letter)
    shown = preview_response(card, **words)
    assert shown.headers["Content-Disposition"].startswith("inline;")
    assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    with Image.open(io.BytesIO(shown.get_data())) as image:
        assert image.size == (800, 500)
        assert len(image.getcolors(1_000_000) or []) > 20
    card.check_state = "waiting"
    with pytest.raises(FileNotReady):
        preview_response(card, **words)


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xml"])
def test_what_a_browser_would_run_is_never_inline(attach: Attach, kind: str) -> None:
    attachment = attach(picture(), "a.jpg")
    attachment.media_type = kind
    assert download_response(attachment, inline=True).headers["Content-Disposition"].startswith("attachment;")


def test_a_paper_that_is_being_made_is_not_there_yet(case_id: uuid.UUID) -> None:
    with transaction():
        document = order("summary", case_id, "1", summary_snapshot(), "ar")
    with pytest.raises(FileNotReady):
        paper_response(document)
