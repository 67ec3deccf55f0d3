"""What an operation makes is written in one round trip, all of it or nothing."""

import pytest
from flask import Flask
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.calendars.clock import now
from app.cases.models import FormToken, ServiceFact
from app.extensions import READING, db, transaction
from app.inserts import Also, Once, insert_together, one_statement
from tests.support.statements import counted

FORGOTTEN = delete(FormToken.__table__).where(FormToken.token == bindparam("forgotten"))  # type: ignore[arg-type]


def tokens() -> list[str]:
    return list(db.session.scalars(select(FormToken.token).order_by(FormToken.token)))


def test_what_is_inserted_meanwhile_is_one_statement_with_the_changes(app: Flask) -> None:
    with app.app_context(), transaction():
        insert_together(FormToken(token="before", result=""))
        fact = ServiceFact(service="petition", votes=3)
        with counted() as sent:
            with one_statement(Also(FORGOTTEN, {"forgotten": "before"})):
                insert_together(fact)
                insert_together(Once(FormToken, "token", {"token": "after", "result": "", "used_at": now()}))
            assert not db.session.dirty
        assert len(sent) == 1
        assert fact in db.session
        assert tokens() == ["after"]


def faulty() -> None:
    with one_statement():
        insert_together(FormToken(token="one", result=""))
        raise RuntimeError


def test_of_what_ends_with_a_fault_nothing_is_written(app: Flask) -> None:
    with app.app_context(), transaction():
        with pytest.raises(RuntimeError):
            faulty()
        insert_together(FormToken(token="two", result=""))
        assert tokens() == ["two"]


def test_a_row_that_is_there_already_is_a_fault_of_the_database(app: Flask) -> None:
    with app.app_context(), pytest.raises(IntegrityError, match="pk_form_token"), transaction():
        insert_together(FormToken(token="one", result=""), FormToken(token="one", result=""))


def write_on_a_cut_connection() -> None:
    with transaction():
        process = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engines[READING].connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:process, 2000)"), {"process": process})
        insert_together(FormToken(token="one", result=""))


def test_a_connection_cut_before_writing_is_given_up_and_the_next_one_writes(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(OperationalError):
            write_on_a_cut_connection()
        with transaction():
            insert_together(FormToken(token="two", result=""))
            assert tokens() == ["two"]
