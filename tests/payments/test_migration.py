"""Going back one version and forward again, with rows that only the newer one knows."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping

import psycopg
import pytest

from tests.support import database
from tests.support.servers import SERVERS

NAME = "back_and_forth"
OWNER = "portal_owner"
SET_ASIDE = """
INSERT INTO refund (id, money_id, cause, amount, currency, state, note, opened_at, tries, proposed_by_id, proposed_at,
                    set_aside_by_id, set_aside_at, set_aside_reason)
VALUES (%(id)s, %(id)s, 'late', 6000, 'SAR', 'set_aside', '', now(), 0, %(first)s, now(), %(second)s, now(),
        'ردّته البوابة')
"""


@pytest.fixture
def owned(environment: Mapping[str, str], cloned_database: str) -> Iterator[dict[str, str]]:
    """A database of this test's own; the environment of its owner."""
    database.clone(NAME)
    owner = SERVERS.postgres.url(NAME, OWNER)
    yield {**os.environ, **environment, "DATABASE_URL": owner, "DATABASE_OWNER_URL": owner}
    SERVERS.postgres.drop_database(NAME)


def migrate(environment: Mapping[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "app", "db", *words]
    done = subprocess.run(command, cwd=database.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-1500:]


def test_a_version_that_knows_no_refund_set_aside_finds_it_open(owned: dict[str, str]) -> None:
    with psycopg.connect(owned["DATABASE_URL"].replace("+psycopg", "", 1), autocommit=True) as connection:
        # Without money, case and officers: it is about this one row.
        connection.execute("SET session_replication_role = replica")
        connection.execute(SET_ASIDE, {"id": uuid.uuid4(), "first": uuid.uuid4(), "second": uuid.uuid4()})
        migrate(owned, "downgrade", "0007")
        assert connection.execute("SELECT state, proposed_by_id FROM refund").fetchall() == [("open", None)]
        migrate(owned, "upgrade")


def test_what_one_officer_alone_had_set_aside_waits_again_and_what_two_had_stays(owned: dict[str, str]) -> None:
    with psycopg.connect(owned["DATABASE_URL"].replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        migrate(owned, "downgrade", "0008")
        alone, two, officer = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
        connection.execute(SET_ASIDE, {"id": alone, "first": officer, "second": officer})
        connection.execute(SET_ASIDE, {"id": two, "first": officer, "second": uuid.uuid4()})
        migrate(owned, "upgrade")
        states = dict(connection.execute("SELECT id, state FROM refund").fetchall())
        assert states == {alone: "open", two: "set_aside"}
