"""Every page: language, headings, labels, headers, and words in both languages."""

import re
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from sandbox.faults import CATALOGUE
from tests.sandbox.running import ROOT, Client, RunningSandbox

PAGES = ("/", "/phone", "/phone/fahd", "/phone/number/966599999999", "/mailbox", "/clock", "/faults", "/id/sessions",
         "/staff/sessions", "/id/end-session", "/id/signed-out", "/nowhere")  # fmt: skip
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")


def check(page: BeautifulSoup, language: str = "ar") -> None:
    html = page.html
    assert html
    assert (html["lang"], html["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    assert len(page.select("h1")) == 1
    assert page.title
    heading = page.select("h1")[0].get_text(strip=True)
    assert page.title.get_text().removeprefix("خطأ: ").startswith(heading)
    levels = [int(each.name[1]) for each in page.select("h1, h2, h3")]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = [str(each["id"]) for each in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for field in page.select("input:not([type=hidden]), select"):
        assert page.select_one(f"label[for={field['id']}]"), field
    for button in page.select("button"):
        assert button.get_text(strip=True)
    assert not page.select("[style], [onclick], [placeholder]")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_made(sandbox: RunningSandbox, path: str, language: str) -> None:
    answer = sandbox.get(path, params={"lang": language})
    check(BeautifulSoup(answer.text, "html.parser"), language)
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([^']{20,})'", policy)
    assert nonce
    assert f'nonce="{nonce[1]}"' in answer.text
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_pages_of_a_sign_in_are_well_made(client: Client, sandbox: RunningSandbox) -> None:
    form = client.authorize()
    wrong = client.go(form.url, "POST", data={"national_id": "1"})
    waiting = client.ask_number("1000000008")
    phone = sandbox.get("/phone/fahd")
    staff = Client(sandbox, "staff").register().authorize()
    for answer in (form, wrong, waiting, phone, staff):
        check(BeautifulSoup(answer.text, "html.parser"))
    client.pick("fahd", 1)
    check(BeautifulSoup(client.go(waiting.url).text, "html.parser"))


def test_the_banner_says_that_this_is_no_government_site(sandbox: RunningSandbox) -> None:
    assert "نسخة تجريبية، ليست موقعًا حكوميًا" in sandbox.get("/").text


def test_the_chosen_language_stays(sandbox: RunningSandbox) -> None:
    client = Client(sandbox)
    client.browser.get(f"{sandbox.url}/clock?lang=en")
    assert '<html lang="en"' in client.browser.get(f"{sandbox.url}/phone").text


def test_a_form_of_another_site_presses_nothing_here(sandbox: RunningSandbox) -> None:
    answer = sandbox.post("/clock", data={"action": "day"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert sandbox.get("/clock/now.json").json()["offset"] == 0


def test_its_own_style_and_icons_are_all_it_needs(sandbox: RunningSandbox) -> None:
    page = BeautifulSoup(sandbox.get("/faults").text, "html.parser")
    assert sandbox.get("/static/sandbox.css").status_code == 200
    sprite = sandbox.get("/static/icons.svg").text
    for use in page.select("use"):
        assert f'id="{str(use["href"]).split("#")[1]}"' in sprite
    for each in page.select("link[href], script[src]"):
        address = str(each.get("href") or each.get("src"))
        assert address.startswith(("/static/", "data:"))


def leaves(tree: dict[str, object], path: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in tree.items():
        if isinstance(value, dict) and "ar" not in value:
            found |= leaves(value, f"{path}{key}.")
        else:
            found[f"{path}{key}"] = value
    return found


def test_every_word_is_there_in_both_languages_and_used() -> None:
    words = leaves(tomllib.loads((ROOT / "sandbox" / "texts.toml").read_text("utf-8")))
    assert all(isinstance(leaf, dict) and leaf.keys() == {"ar", "en"} for leaf in words.values())
    files = [file for file in (ROOT / "sandbox").rglob("*") if file.suffix in (".py", ".html")]
    sources = "".join(file.read_text("utf-8") for file in files)
    made_up = ("dates.", "error.", "phone.answered.", "number_matching.", "faults.", "bank.states.", "bank.ways.")
    unused = [key for key in words if not key.startswith(made_up) and f'"{key}"' not in sources]
    assert unused == []


def test_the_number_matching_says_it_in_the_portals_own_words() -> None:
    own, portals = (
        leaves(tomllib.loads((ROOT / path).read_text("utf-8")))
        for path in ("sandbox/texts.toml", "app/texts/common.toml")
    )
    # Split in two on the page: the countdown and the heading of the notice.
    shared = {key for key in own if key.startswith("number_matching.") and key in portals}
    shared -= {"number_matching.expires", "number_matching.not_arrived"}
    assert len(shared) >= 14
    assert {key: own[key] for key in shared} == {key: portals[key] for key in shared}


def test_every_fault_has_a_name_in_words() -> None:
    words = leaves(tomllib.loads((ROOT / "sandbox" / "texts.toml").read_text("utf-8")))
    kinds = {f"faults.kinds.{kind}" for kinds in CATALOGUE.values() for kind in kinds}
    assert kinds == {key for key in words if key.startswith("faults.kinds.")}


def test_no_arabic_letter_stands_in_code_or_templates() -> None:
    files = [file for file in (ROOT / "sandbox").rglob("*") if file.suffix in (".py", ".html", ".js")]
    assert files
    assert [file.name for file in files if ARABIC_LETTER.search(Path(file).read_text("utf-8"))] == []


def test_it_imports_nothing_of_the_portal() -> None:
    for file in (ROOT / "sandbox").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) (app|config|ground)\b", file.read_text("utf-8"), re.M), file


def test_the_faults_page_names_every_fault(sandbox: RunningSandbox) -> None:
    page = BeautifulSoup(sandbox.get("/faults").text, "html.parser")
    kinds = page.select_one("#kind-sms")
    assert isinstance(kinds, Tag)
    assert "accept_then_close" in {option["value"] for option in kinds.select("option")}
    sandbox.fault("sms", "hang")
    assert "مفعّل" in sandbox.get("/faults").text
