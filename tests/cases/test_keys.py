"""Rotating the data key while the portal serves."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.extensions import db
from app.vault import key_of, vault
from tests.support.world import World, letter


@pytest.fixture
def keys_file(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """The keys of this run in a file of their own; afterwards the vault has its old ones again."""
    settings = app.config["SETTINGS"]
    copy = tmp_path / "data.keys"
    shutil.copy(settings.data_keys_file, copy)
    vault.load(copy, settings.lookup_key_file)
    yield copy
    vault.load(settings.data_keys_file, settings.lookup_key_file)


def sealed_with(app: Flask) -> set[str]:
    columns = ("person.identity_sealed", "person.mobile_sealed", "message.body_sealed", "document.paper_sealed")
    with app.app_context():
        values = [value for column in columns for value in _values(*column.split("."))]
        return {key_of(bytes(value)) for value in values}


def _values(table: str, column: str) -> list[bytes]:
    return list(db.session.scalars(text(f'SELECT {column} FROM "{table}" WHERE {column} IS NOT NULL')))


def test_after_rotation_everything_opens_and_the_old_key_may_go(world: World, keys_file: Path) -> None:
    browser = world.citizen()
    row = {
        "companions-0-row": "1",
        "companions-0-companion_name": "سالم",
        "companions-0-companion_id": "1000000016",
        "companions-0-companion_id_image": letter("سالم.jpg"),
    }
    number = world.file(browser, **row)
    before = vault.current_key
    told = world.app.test_cli_runner().invoke(args=["keys", "rotate", "--settle", "0"])
    assert told.exit_code == 0, told.output
    assert vault.current_key != before
    assert sealed_with(world.app) == {vault.current_key}
    keys_file.write_text(
        "".join(line for line in keys_file.read_text("ascii").splitlines(True) if not line.startswith(before)), "ascii"
    )
    vault.load(keys_file, world.app.config["SETTINGS"].lookup_key_file)
    page = browser.get(f"/account/cases/{number}").html
    assert "0512345678" in page
    assert "1000000016" in page


def test_a_process_that_has_not_seen_the_new_key_reads_the_file_again(keys_file: Path, app: Flask) -> None:
    from app.vault import Vault

    other = Vault()
    other.load(keys_file, app.config["SETTINGS"].lookup_key_file)
    vault.add_key()
    assert other.open(vault.seal("0512345678", "here"), "here") == "0512345678"
    assert keys_file.stat().st_mode & 0o077 == 0
