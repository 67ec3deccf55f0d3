"""Pages as a person sees them."""

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def read(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return read(answer)


def texts(soup: BeautifulSoup | Tag, selector: str) -> list[str]:
    return [" ".join(found.get_text().split()) for found in soup.select(selector)]


def post(client: FlaskClient, path: str, form: dict[str, str], **headers: str) -> TestResponse:
    """Send a form the way a browser would that has just opened a page of the portal."""
    token = page(client, "/services/emirate_appointment").select_one("input[name=csrf_token]")
    assert token is not None
    content = {"csrf_token": token["value"], **form}
    return client.post(path, data=content, headers={"Origin": "http://localhost", **headers})
