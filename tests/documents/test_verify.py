"""What a stranger learns from a printed code: a verdict, never a name."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.appointments import passes
from app.documents.models import Document
from app.documents.orders import order, revoke
from app.extensions import limiter, transaction
from tests.documents.samples import summary_snapshot
from tests.support.database import leave

PASS_CODE = "K7M4Q2XA9HJW"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def summary(case_id: uuid.UUID) -> Document:
    with transaction():
        return order("summary", case_id, "1", summary_snapshot(), "ar")


@pytest.fixture
def pass_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """A pass with PASS_CODE that is good for the given day, or for none."""
    found = SimpleNamespace(agency="emirate")

    def set_day(day: Any) -> None:
        monkeypatch.setattr(passes, "find_pass", lambda code: found if code == PASS_CODE else None)
        monkeypatch.setattr(passes, "valid_for", lambda code: day)

    return set_day


def words(answer: Any) -> str:
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert page.title is not None
    assert page.title.get_text().startswith(page.select_one("h1").get_text(strip=True))  # type: ignore[union-attr]
    return " ".join(page.main.get_text(" ").split())  # type: ignore[union-attr]


def test_the_form_leads_to_the_address_of_the_code_however_it_was_typed(client: FlaskClient) -> None:
    assert client.get("/verify").status_code == 200
    answer = client.get("/verify?code=k7m4-q2xa 9hjw")
    assert answer.status_code == 302
    assert answer.location.endswith(f"/verify/{PASS_CODE}")


@pytest.mark.parametrize("typed", ["", "hello", "K7M4Q2XA9HJ0", "<script>alert(1)</script>"])
def test_what_is_no_code_gets_the_form_again_with_words(client: FlaskClient, typed: str) -> None:
    answer = client.get("/verify", query_string={"code": typed})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert page.select_one("#error-summary a[href='#code']")
    assert page.select_one("#code")["value"] == typed  # type: ignore[index]
    assert not page.select("script:not([src])")


def test_a_summary_shows_number_date_and_service_and_no_name(client: FlaskClient, summary: Document) -> None:
    answer = client.get(f"/verify/{summary.code}")
    assert answer.status_code == 200
    text = words(answer)
    assert "الوثيقة صحيحة وسارية" in text
    for shown in ("1448/000123", "24 نوفمبر 2026", "طلب موعد مع الإمارة"):
        assert shown in text
    for hidden in ("فهد", "1000000067", "القحطاني"):
        assert hidden not in answer.get_data(as_text=True)


def test_the_english_page_says_the_same(client: FlaskClient, summary: Document) -> None:
    text = words(client.get(f"/en/verify/{summary.code}"))
    assert "genuine and valid" in text
    assert "Appointment with the emirate" in text


def test_a_revoked_paper_is_said_to_be_so(client: FlaskClient, summary: Document, case_id: uuid.UUID) -> None:
    with transaction():
        revoke(case_id, "summary")
    assert "ألغت جهة الإصدار هذه الوثيقة" in words(client.get(f"/verify/{summary.code}"))


def test_a_code_that_nobody_gave_is_not_found(client: FlaskClient) -> None:
    for code in ("W7M4Q2XA9HJK", "nonsense"):
        answer = client.get(f"/verify/{code}")
        assert answer.status_code == 404
        assert "لا وثيقة بهذا الرمز" in words(answer)
        # There are no details to compare; what to look at is the code.
        assert "الرمز 12 خانة من أحرف وأرقام" in words(answer)
        assert words(answer).count("البيانات لا تطابق الوثيقة؟") == 1


def test_a_stranger_with_a_pass_learns_its_day_and_nothing_else(client: FlaskClient, pass_in: Any) -> None:
    from datetime import date

    pass_in(date(2026, 11, 24))
    answer = client.get(f"/verify/{PASS_CODE}")
    assert "التصريح صالح ليوم الثلاثاء 14 جمادى الآخرة 1448هـ" in words(answer)
    assert "1448/" not in words(answer)


def test_a_pass_of_another_day_used_or_superseded_is_not_valid(client: FlaskClient, pass_in: Any) -> None:
    pass_in(None)
    answer = client.get(f"/verify/{PASS_CODE}")
    assert answer.status_code == 200
    assert "التصريح غير صالح" in words(answer)


def test_a_code_in_small_letters_leads_to_its_one_address(client: FlaskClient) -> None:
    answer = client.get(f"/verify/{PASS_CODE.lower()}")
    assert answer.status_code == 302
    assert answer.location.endswith(PASS_CODE)


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The portal with its rate limits on, counted in memory."""
    monkeypatch.setattr(limiter, "enabled", True)
    other = create_app(replace(app.config["SETTINGS"], rate_limits="on", redis_url=""))
    yield other.test_client()
    leave(other)


def test_guessing_is_slowed_down(limited: FlaskClient) -> None:
    guess = "/verify/W7M4Q2XA9HJK"
    answers = [limited.get(guess, environ_base={"REMOTE_ADDR": "203.0.113.77"}).status_code for _ in range(32)]
    assert answers.count(404) == 30
    assert answers[-1] == 429
    assert limited.get(guess, environ_base={"REMOTE_ADDR": "203.0.113.78"}).status_code == 404
