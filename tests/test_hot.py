"""Hot statements: the same answers as by the long way, and the same faults."""

import pytest
from flask import Flask, g
from sqlalchemy import ARRAY, Boolean, Integer, String, any_, bindparam, literal, select, text, values
from sqlalchemy import column as named
from sqlalchemy.exc import DataError, OperationalError, StatementError

from app.extensions import db, lent, read_only, reading, transaction
from app.hot import Hot
from app.identity.models import Person
from tests.support.world import World

DATA = [(1, "أحمر"), (2, "أخضر"), (3, "it's")]
COLOURS = values(named("id", Integer), named("name", String), name="colours").data(DATA)
ONE = Hot(select(COLOURS.c.id, COLOURS.c.name).where(COLOURS.c.id == bindparam("id")))
SOME = Hot(
    select(COLOURS.c.id, COLOURS.c.name)
    .where(COLOURS.c.id == any_(bindparam("ids", [1, 3], type_=ARRAY(Integer))))
    .where(bindparam("all", type_=Boolean) | (COLOURS.c.name == "it's"))
)
PEOPLE = Hot(select(Person.id, Person.language).where(Person.language == bindparam("language")))


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def test_a_row_answers_to_the_names_of_its_columns(app: Flask) -> None:
    with app.app_context():
        read_only()
        row = ONE.row({"id": 2})
        assert (row.id, row.name) == tuple(row) == (2, "أخضر")
        assert ONE.row({"id": 4}) is None


def test_lists_quotes_and_constants_are_sent_as_sqlalchemy_sends_them(app: Flask) -> None:
    with app.app_context():
        for is_hot in (False, True):
            if is_hot:
                read_only()
            assert [each.name for each in SOME.rows({"all": False})] == ["it's"]
            assert {each.id for each in SOME.rows({"all": True})} == {1, 3}
            assert {each.id for each in SOME.rows({"all": True, "ids": [2, 3, 9]})} == {2, 3}


def test_a_list_that_changes_the_text_is_refused(app: Flask) -> None:
    with app.app_context():
        read_only()
        with pytest.raises(ValueError, match="how many values"):
            Hot(select(COLOURS.c.id).where(COLOURS.c.id.in_([1, 2]))).rows()


def test_more_than_one_row_is_no_row(app: Flask) -> None:
    with app.app_context():
        read_only()
        with pytest.raises(ValueError, match="more than one"):
            Hot(select(COLOURS.c.id)).row()


def test_within_a_transaction_it_sees_what_the_transaction_wrote(world: World) -> None:
    world.citizen()
    with world.app.app_context():
        read_only()
        assert PEOPLE.rows({"language": "en"}) == []
        with transaction():
            (person,) = db.session.scalars(select(Person)).all()
            person.language = "en"
            db.session.flush()
            assert [each.id for each in PEOPLE.rows({"language": "en"})] == [person.id]


def test_a_mistake_is_told_as_sqlalchemy_tells_it(app: Flask) -> None:
    broken = Hot(select((literal(1) / bindparam("by", type_=Integer)).label("part")))
    with app.app_context():
        read_only()
        with pytest.raises(DataError, match="division by zero"):
            broken.row({"by": 0})
        assert broken.row({"by": 1}).part == 1, "and the connection goes on"


def test_what_went_wrong_leaves_nothing_behind_on_its_connection(app: Flask) -> None:
    broken = Hot(select((literal(1) / bindparam("by", type_=Integer)).label("part")))
    held = text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'hot%'")
    with app.app_context():
        read_only()
        lent()
        before = reading().execute(held).scalar_one()
        for _time in range(5):
            with pytest.raises(DataError):
                broken.row({"by": 0})
        assert reading().execute(held).scalar_one() == before


def test_a_value_that_was_forgotten_or_misspelt_is_no_null(app: Flask) -> None:
    with app.app_context():
        read_only()
        for values in (None, {}, {"idd": 2}):
            with pytest.raises(StatementError, match="'id'"):
                ONE.rows(values)
        assert ONE.row({"id": 2}).name == "أخضر"


def test_a_cut_connection_is_given_up_and_the_next_request_has_another(app: Flask) -> None:
    with app.app_context():
        read_only()
        assert ONE.row({"id": 1}).name == "أحمر"
        process = reading().execute(text("SELECT pg_backend_pid()")).scalar_one()
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:process, 2000)"), {"process": process})
        with pytest.raises(OperationalError):
            ONE.row({"id": 1})
    with app.app_context():
        assert "reading" not in g
        read_only()
        assert ONE.row({"id": 1}).name == "أحمر"


def test_what_was_not_asked_for_long_is_forgotten_on_its_connection(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.hot.MOST_PREPARED", 2)
    asked = [Hot(select((literal(place) + bindparam("more", type_=Integer)).label("sum"))) for place in range(4)]
    held = text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'hot%'")
    with app.app_context():
        read_only()
        # Another test may have asked on this connection: what it left there is none of these.
        lent().info["hot"] = {}
        before = reading().execute(held).scalar_one()
        for _ in range(2):
            assert [each.row({"more": 1}).sum for each in asked] == [1, 2, 3, 4]
            assert reading().execute(held).scalar_one() - before == 2
