from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from psycopg import errors

from ground.postgres import ACCOUNT, Postgres
from ground.valkey import Valkey
from tests.support.servers import SERVERS


@pytest.fixture(scope="module")
def database(worker_name: str) -> Iterator[str]:
    name = f"ground_{worker_name}"
    SERVERS.postgres.make_database(name)
    yield name
    SERVERS.postgres.drop_database(name)


def as_application(database: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(host=str(SERVERS.postgres.sockets), user=ACCOUNT, dbname=database, autocommit=True)


def test_the_application_writes_rows_of_the_owners_tables_but_owns_none(database: str) -> None:
    with SERVERS.postgres.connect(database) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS thing (id int)")
    with as_application(database) as application:
        application.execute("INSERT INTO thing VALUES (1)")
        for forbidden in ("DROP TABLE thing", "ALTER TABLE thing ADD COLUMN more int", "TRUNCATE thing"):
            with pytest.raises(errors.InsufficientPrivilege):
                application.execute(forbidden)


def test_what_a_migration_takes_away_stays_taken(database: str) -> None:
    with SERVERS.postgres.connect(database) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS ledger (id int)")
        owner.execute(f"REVOKE UPDATE, DELETE ON ledger FROM {ACCOUNT}")
    with as_application(database) as application:
        application.execute("INSERT INTO ledger VALUES (1)")
        for forbidden in ("DELETE FROM ledger", "UPDATE ledger SET id = 2"):
            with pytest.raises(errors.InsufficientPrivilege):
                application.execute(forbidden)


def test_the_application_may_begin_the_sequence_of_a_new_year(database: str) -> None:
    with as_application(database) as application:
        application.execute("CREATE SEQUENCE IF NOT EXISTS numbers_1449")
        assert application.execute("SELECT nextval('numbers_1449')").fetchone() == (1,)


def test_the_extensions_that_the_portal_uses_are_there(database: str) -> None:
    with SERVERS.postgres.connect(database) as owner:
        for name in ("btree_gist", "pg_trgm"):
            owner.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def test_a_killed_database_starts_again_with_its_rows(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pg")
    for parent in (folder, *folder.parents[:3]):
        if parent.owner() != "nobody" and str(parent).count("/") > 1:
            parent.chmod(0o711)
    server = Postgres(folder)
    server.start()
    try:
        with server.connect() as owner:
            owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.start()
        with server.connect() as owner:
            assert owner.execute("SELECT answer FROM kept").fetchone() == (42,)
    finally:
        server.stop()


def test_a_killed_valkey_starts_again_on_the_same_socket(tmp_path: Path) -> None:
    server = Valkey(tmp_path)
    server.start()
    try:
        with redis.Redis.from_url(server.url()) as client:
            client.rpush("queue", "job")
            client.execute_command("WAITAOF", 1, 0, 2000)
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.start()
        with redis.Redis.from_url(server.url()) as client:
            assert client.lrange("queue", 0, -1) == [b"job"]
    finally:
        server.stop()
    assert (tmp_path / "valkey").stat().st_mode & 0o077 == 0
