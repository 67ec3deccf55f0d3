"""Whose page an error is: at an address of staff it keeps their menu and leads back to their work."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.identity.actors import Grant
from app.kit.roles import Role
from tests.support.world import World

CLERK = Grant(Role.COUNTER_AGENT, agency="municipality")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/counter/day", 403),
        ("/desk", 403),
        ("/gate", 403),
        ("/desk/cases/1448-000001", 403),
        ("/counter/nowhere", 404),
    ],
)
def test_staff_see_their_own_menu_on_an_error_and_a_way_back_to_their_work(
    app: Flask, address: str, status: int
) -> None:
    clerk = World(app).officer(CLERK)
    page = clerk.get(address)
    soup = BeautifulSoup(page.html, "html.parser")
    assert page.status == status
    assert soup.select_one(".staff-bar .menu a[href='/counter']")
    assert not soup.select_one(".masthead")
    [back] = soup.select("main a.button")
    assert clerk.get(str(back["href"])).location.endswith("/counter")


def test_a_request_that_is_not_theirs_is_said_in_words_for_staff(app: Flask) -> None:
    officer = World(app).officer(Grant(Role.OFFICER, agency="municipality"))
    page = officer.get("/desk/cases/1448-999999")
    assert page.status == 404
    assert "صفحة عملك" in page.html
    assert "ابدأ من الرئيسية" not in page.html
    assert "Your role does not cover" in officer.get("/en/counter").html


def test_a_citizen_and_a_stranger_see_the_errors_of_the_portal(app: Flask) -> None:
    for client in (World(app).citizen().client, app.test_client()):
        soup = BeautifulSoup(client.get("/nowhere").get_data(as_text=True), "html.parser")
        assert soup.select_one(".masthead")
        assert not soup.select_one(".staff-bar")


def test_a_stranger_at_a_wrong_address_of_staff_gets_there_by_signing_in(app: Flask) -> None:
    answer = app.test_client().get("/desk/nowhere")
    soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert answer.status_code == 404
    assert soup.select_one(".staff-bar")
    assert not soup.select("form")


def test_who_sends_too_much_is_led_back_to_his_form_and_promised_nothing(app: Flask) -> None:
    client = World(app).citizen().client
    for path, form in (
        ("/services/emirate_appointment/apply", "/services/emirate_appointment/apply"),
        ("/en/verify/file", "/en/verify"),
        ("/account/cases/1448-000001/answer", "/account/cases/1448-000001"),
    ):
        answer = client.post(path, data=bytes(33 * 1024 * 1024), content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 413, path
        page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        assert page.select_one(f'main a.button[href="{form}"]'), path
        assert "بقية إجاباتك محفوظة" not in page.get_text()
