"""Where files lie: a folder outside the web root (file:///...) or a bucket (s3://bucket/prefix), under random names."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from botocore.exceptions import BotoCoreError
from flask import current_app

from app.documents.errors import FileNotReady, StorageAway

# A page waits for a bucket, but not long: the person is told and tries again.
PATIENCE = {"connect_timeout": 2, "read_timeout": 20, "retries": {"max_attempts": 1}}
AWAY = (OSError, BotoCoreError)
FILES = "attachments"
PAPERS = "documents"
SEALS = "seals"


class Storage:
    """Bytes by key. A key is made here and says nothing about its owner. Raises StorageAway when the place fails."""

    def __init__(self, url: str, endpoint: str = "") -> None:
        parts = urlsplit(url)
        self.scheme = parts.scheme
        if parts.scheme == "file":
            self.root = parts.path.rstrip("/")
            self.files: Any = fsspec.filesystem("file")
        elif parts.scheme == "s3":
            self.root = f"{parts.netloc}{parts.path}".rstrip("/")
            options = {"endpoint_url": endpoint} if endpoint else {}
            self.files = fsspec.filesystem(
                "s3", use_listings_cache=False, client_kwargs=options, config_kwargs=PATIENCE, skip_instance_cache=True
            )
            self.files.retries = 2
        else:
            raise ValueError("STORAGE_URL must begin with file:/// or s3://")

    def put(self, folder: str, content: bytes, name: str = "") -> str:
        """Store `content` whole or not at all; gives the key, in which `name` stands (only for what is nobody's)."""
        made = secrets.token_hex(20)
        key = f"{folder}/{name}" if name else f"{folder}/{made[:2]}/{made}"
        try:
            if self.scheme == "file":
                self._write_file(Path(self.root) / key, content)
            else:
                self.files.pipe_file(f"{self.root}/{key}", content)
        except AWAY as away:
            raise StorageAway from away
        return key

    @staticmethod
    def _write_file(path: Path, content: bytes) -> None:
        # Written beside and renamed: a full disk or a killed process leaves no half file under a key.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
                os.replace(part.name, path)
            except BaseException:
                os.unlink(part.name)
                raise

    def get(self, key: str) -> bytes:
        """The bytes under `key`; FileNotReady when there are none."""
        try:
            return bytes(self.files.cat_file(f"{self.root}/{key}"))
        except FileNotFoundError as gone:
            raise FileNotReady from gone
        except AWAY as away:
            raise StorageAway from away

    def delete(self, key: str) -> None:
        """Remove what lies under `key`; nothing there is well too."""
        try:
            self.files.rm_file(f"{self.root}/{key}")
        except FileNotFoundError:
            return
        except AWAY as away:
            raise StorageAway from away

    def keys(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Every key below `folder` with the time it was written."""
        found = self.files.find(f"{self.root}/{folder}", detail=True)
        for path, detail in found.items():
            yield path.removeprefix(self.root).lstrip("/"), _written_at(detail)


def _written_at(detail: dict[str, Any]) -> datetime:
    at = detail.get("LastModified") or detail["mtime"]
    return at if isinstance(at, datetime) else datetime.fromtimestamp(at, UTC)


@lru_cache(maxsize=8)
def _opened(url: str, endpoint: str, process: int) -> Storage:
    return Storage(url, endpoint)


def storage() -> Storage:
    """The storage of this installation. Kept per process: an S3 client does not survive a fork."""
    settings = current_app.config["SETTINGS"]
    url = settings.storage_url or f"file://{Path(settings.data_dir).resolve() / 'files'}"
    return _opened(url, settings.s3_endpoint_url, os.getpid())
