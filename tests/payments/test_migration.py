"""Going back one version and forward again, with rows that only the newer one knows."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import flask_migrate
import psycopg
import pytest
from flask import Flask

from tests.support import database
from tests.support.servers import SERVERS

NAME = "back_and_forth"
OWNER = "portal_owner"
Connection = psycopg.Connection[tuple[object, ...]]
SET_ASIDE = """
INSERT INTO refund (id, money_id, cause, amount, currency, state, note, opened_at, tries, proposed_by_id, proposed_at,
                    set_aside_by_id, set_aside_at, set_aside_reason)
VALUES (%(id)s, %(id)s, 'late', 6000, 'SAR', 'set_aside', '', now(), 0, %(first)s, now(), %(second)s, now(),
        'ردّته البوابة')
"""


@pytest.fixture
def owned(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A database of this test's own as its owner sees it; migrations of the application go there.

    Without money, case and officers: it is about rows of one table.
    """
    database.clone(NAME)
    moved = replace(app.config["SETTINGS"], database_owner_url=SERVERS.postgres.url(NAME, OWNER))
    monkeypatch.setitem(app.config, "SETTINGS", moved)
    with app.app_context(), SERVERS.postgres.connect(NAME) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection
    SERVERS.postgres.drop_database(NAME)


def test_a_version_that_knows_no_refund_set_aside_finds_it_open(owned: Connection) -> None:
    owned.execute(SET_ASIDE, {"id": uuid.uuid4(), "first": uuid.uuid4(), "second": uuid.uuid4()})
    flask_migrate.downgrade(revision="0007")
    assert owned.execute("SELECT state, proposed_by_id FROM refund").fetchall() == [("open", None)]
    flask_migrate.upgrade()


def test_what_one_officer_alone_had_set_aside_waits_again_and_what_two_had_stays(owned: Connection) -> None:
    flask_migrate.downgrade(revision="0008")
    alone, two, officer = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    owned.execute(SET_ASIDE, {"id": alone, "first": officer, "second": officer})
    owned.execute(SET_ASIDE, {"id": two, "first": officer, "second": uuid.uuid4()})
    flask_migrate.upgrade()
    states = dict(owned.execute("SELECT id, state FROM refund").fetchall())
    assert states == {alone: "open", two: "set_aside"}
