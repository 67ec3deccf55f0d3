"""The two-digit number: right, wrong, refused, too late, and in whose browser."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.sandbox.running import Client, RunningSandbox, number_shown


def state_of(page_text: str) -> str:
    return str(BeautifulSoup(page_text, "html.parser").select_one("[data-mark]")["data-mark"])  # type: ignore[index]


def test_the_telephone_offers_three_numbers_and_one_is_right(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    phone = BeautifulSoup(client.sandbox.get("/phone/fahd").text, "html.parser")
    offered = [button["value"] for button in phone.select("button[name=pick]")]
    assert len(set(offered)) == 3
    assert number_shown(waiting) in offered


def test_a_wrong_number_ends_the_request_and_a_new_one_can_be_asked_for(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    choices = client.sandbox.get("/phone/fahd/prompt.json").json()["choices"]
    wrong = next(number for number in choices if str(number) != number_shown(waiting))
    assert client.pick("fahd", wrong).url.endswith("answered=wrong_number")
    page = client.go(waiting.url)
    assert state_of(page.text) == "wrong_number"
    assert "Refresh" not in page.headers
    again = client.go(waiting.url.replace("/wait", "/again"), "POST")
    assert client.pick("fahd", int(number_shown(again))).status_code == 200
    assert "code" in client.returned(client.go(again.url))


def test_declining_is_said_on_the_waiting_page(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    prompt = client.sandbox.get("/phone/fahd/prompt.json").json()["prompt"]
    client.sandbox.post("/phone/fahd/answer", data={"prompt": prompt, "decline": "1"})
    page = client.go(waiting.url)
    assert state_of(page.text) == "declined"
    assert "رفضت طلب الدخول" in page.text


def test_pressing_done_too_early_says_so_and_keeps_the_number(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    early = client.go(waiting.url.replace("/wait", "/done"), "POST")
    assert number_shown(early) == number_shown(waiting)
    client.pick("fahd")
    assert "code" in client.returned(client.go(waiting.url.replace("/wait", "/done"), "POST"))


def test_cancelling_goes_back_with_access_denied_and_empties_the_telephone(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    answer = client.go(waiting.url.replace("/wait", "/cancel"), "POST")
    assert client.returned(answer)["error"] == "access_denied"
    assert client.sandbox.get("/phone/fahd/prompt.json").json()["prompt"] is None


def test_a_second_browser_is_told_that_a_request_is_open_and_never_sees_the_number(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    stranger = Client(client.sandbox)
    page = stranger.ask_number("1000000008")
    assert page.status_code == 409
    assert "لديك طلب دخول قائم" in page.text
    assert stranger.browser.get(waiting.url).status_code == 404
    client.pick("fahd")
    assert stranger.browser.get(waiting.url).status_code == 404, "an approval is only for the browser that asked"
    assert "code" in client.returned(client.go(waiting.url))


def test_an_approval_counts_for_the_person_who_gave_it_also_after_another_number_was_typed(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    client.pick("fahd")
    client.go(waiting.url.replace("/wait", ""), "POST", data={"national_id": "1000000016"})
    assert state_of(client.go(waiting.url).text) == "waiting", "nobody but Noura can confirm now"
    client.pick("noura")
    assert "code" in client.returned(client.go(waiting.url))


def test_the_number_is_good_for_the_set_time_only(tmp_path: Path) -> None:
    sandbox = RunningSandbox(tmp_path / "data", "--prompt-seconds", "0").start()
    client = Client(sandbox).register()
    waiting = client.ask_number("1000000008")
    page = client.go(waiting.url)
    sandbox.stop()
    assert state_of(page.text) == "expired"
    assert "انتهت مدة الطلب" in page.text


def test_an_answer_to_an_old_request_does_nothing(client: Client) -> None:
    waiting = client.ask_number("1000000008")
    old = client.sandbox.get("/phone/fahd/prompt.json").json()
    again = client.go(waiting.url.replace("/wait", "/again"), "POST")
    data = {"prompt": old["prompt"], "pick": str(old["shown"])}
    answer = client.sandbox.post("/phone/fahd/answer", data=data, headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert state_of(client.go(again.url).text) == "waiting"


@pytest.mark.parametrize("pick", ["", "abc", "4 7x"])
def test_nonsense_from_the_telephone_is_refused(client: Client, pick: str) -> None:
    client.ask_number("1000000008")
    assert client.sandbox.post("/phone/fahd/answer", data={"prompt": "x", "pick": pick}).status_code == 404
    assert client.sandbox.get("/phone/fahd/prompt.json").json()["prompt"]


def test_the_waiting_page_can_be_in_english(client: Client) -> None:
    page = client.ask_number("1000000008", ui_locales="en")
    soup = BeautifulSoup(page.text, "html.parser")
    assert (soup.html["lang"], soup.html["dir"]) == ("en", "ltr")  # type: ignore[index]
    assert soup.h1.get_text() == "Confirm in the sign-in app"  # type: ignore[union-attr]
