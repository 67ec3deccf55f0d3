"""A person with a browser, over HTTP: follows links, fills in forms as they stand there, signs in by telephone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from ground.spawn import until

PATIENCE = 20


@dataclass
class Sheet:
    """One page as it came: where it is, what it says."""

    url: str
    status: int
    soup: BeautifulSoup

    @property
    def title(self) -> str:
        """The words of its h1."""
        found = self.soup.select_one("h1")
        return found.get_text(" ", strip=True) if found else ""

    def form(self, selector: str = "main form") -> Tag:
        """The one form that `selector` names."""
        found = self.soup.select_one(selector)
        words = self.soup.get_text(" ", strip=True)[:600]
        assert found is not None, f"{self.url} ({self.status}) has no {selector}: {words}"
        return found


class Visitor:
    """One browser. `person` is the key of a demo citizen in the sandbox."""

    def __init__(self, settings: Mapping[str, str], person: str = "fahd", number: str = "1000000008") -> None:
        self.portal = settings["PUBLIC_URL"]
        self.sandbox = settings["SANDBOX_URL"]
        self.person, self.number = person, number
        self.http = requests.Session()

    def open(self, path: str) -> Sheet:
        """Follow a link."""
        return _sheet(self.http.get(urljoin(self.portal, path), timeout=PATIENCE))

    def send(self, sheet: Sheet, form: Tag, *, files: Mapping[str, Any] | None = None, **filled: Any) -> Sheet:
        """Fill in and send a form as a browser would, from the page it stands on."""
        data = {**_as_it_stands(form), **filled}
        address = urljoin(sheet.url, str(form.get("action") or sheet.url))
        origin = {"Origin": "/".join(address.split("/")[:3]), "Sec-Fetch-Site": "same-origin"}
        return _sheet(self.http.post(address, data=data, files=files, headers=origin, timeout=PATIENCE))

    def sign_in(self, path: str = "/account") -> Sheet:
        """Through the national provider, choosing the shown number on the telephone."""
        start = self.open(f"/login?next={path}")
        asked = self.send(start, start.form())
        waiting = self.send(asked, asked.form(), national_id=self.number)
        telephone = f"{self.sandbox}/phone/{self.person}"
        prompts: list[dict[str, Any]] = []

        def asks() -> bool:
            prompts[:] = [requests.get(f"{telephone}/prompt.json", timeout=PATIENCE).json()]
            return bool(prompts[0].get("prompt"))

        until(asks, seconds=15, what="the telephone")
        answer = {"prompt": prompts[0]["prompt"], "pick": str(prompts[0]["shown"])}
        requests.post(f"{telephone}/answer", data=answer, timeout=PATIENCE)
        back = _sheet(self.http.get(waiting.url, timeout=PATIENCE))
        assert back.url.startswith(self.portal), back.url
        return back

    def messages(self, to: str) -> list[dict[str, Any]]:
        """SMS that reached the number, newest first."""
        found: list[dict[str, Any]] = requests.get(
            f"{self.sandbox}/sms/sent.json", params={"to": to}, timeout=PATIENCE
        ).json()
        return found


def _sheet(response: requests.Response) -> Sheet:
    return Sheet(response.url, response.status_code, BeautifulSoup(response.content, "html.parser"))


def _as_it_stands(form: Tag) -> dict[str, Any]:
    """What the form would send untouched, with its first button."""
    data: dict[str, Any] = {}
    button = form.select_one("button[name]")
    if button is not None:
        data[str(button["name"])] = str(button.get("value", ""))
    for field in form.select("input[name], select[name], textarea[name]"):
        kind, name = str(field.get("type", "")), str(field["name"])
        if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            data[name] = str(chosen.get("value", "")) if chosen else ""
        elif field.name == "textarea":
            data[name] = field.get_text()
        else:
            data[name] = str(field.get("value", "on" if kind == "checkbox" else ""))
    return data
