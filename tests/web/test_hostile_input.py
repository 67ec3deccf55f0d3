"""What nobody types by accident: every field and address takes it with a page of ours, never with a fault."""

import io
import json
import re
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.cases import messages, queries
from app.cases.conversation import Draft, ThreadEntry
from app.documents.models import Attachment
from app.extensions import db, transaction
from tests.support.world import APPOINTMENT, EMIRATE, TRANSACTION, Page, World, letter, picture
from tests.web.stage import Stage, owner_of, rules

MARKUP = "\"><img hx-get=/x hx-trigger=load>'`{{7*7}}${7*7}<script>alert(1)</script>"


HOSTILE: dict[str, str] = {
    "NUL": "a\x00b",
    "overrides": "\u202egnp.exe\u2066x\u2069\u200f\u200e",
    "markup": MARKUP,
    "a megabyte": "x" * 1_000_000,
    "an endless number": "9" * 5_000,
    "a large number": "99999999999999999999",
    "a negative number": "-1",
    "other digits": "٩٩٩٩",
    "digits of no use": "²③४",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "a path": "../../../../etc/passwd",
    "a statement": "' OR 1=1; --",
    "lines": "a\r\nSet-Cookie: x=1\n\n",
    "nothing": "",
    "emoji": "👩‍👩‍👧‍👦" * 50,
    "noncharacter": "\uffff\ufdd0\ue000",
}


FIELDS = (
    "mobile", "email", "code", "version", "message", "text", "words", "stars", "subject", "grounds", "late_reason",
    "slot", "kind", "item", "reason", "reasons", "note", "assignee", "transaction_number", "department", "result",
    "days", "chosen", "what", "then", "from", "who", "person", "agency", "number", "hijri_year", "digits", "token",
    "action", "add", "drop", "part", "remove_file", "companions-0-row", "companions-0-companion_name",
    "companions-99999-row", "items", "appointment_kind", "subject_text", "useful", "next", "pin", "name", "gate",
    "minutes", "places", "is_open", "opens", "closes", "starts", "ends", "logout_token", "sun", "mon", "open",
    "hours", "value", "decision", "tendered", "counted", "method", "who_came", "declaration", "service", "office",
    "correction", "correction_target", "outcome", "answer",
)  # fmt: skip


QUERIES = (
    "page", "service", "stage", "words", "q", "from", "next", "again", "after", "done", "filed", "saved", "kept",
    "errors", "another", "code", "state", "error", "iss", "gate", "only", "agency", "audience", "fee", "days",
    "month", "mine", "on", "back", "change", "receipt", "sent",
)  # fmt: skip


HEADERS = (
    "Cookie", "Accept-Language", "Origin", "HX-Request", "HX-Target", "X-CSRF-Token", "Authorization", "Range",
    "If-Modified-Since", "X-Forwarded-For", "Referer", "HX-Current-URL",
)  # fmt: skip


COOKIES = ("citizen", "staff", "visitor")


def whole(answer: Page, *about: object) -> None:
    # In tests there is no provider: a sign-in that begins says so.
    away = answer.status == 503 and "login" in str(about[0])
    assert answer.status < 500 or away, (*about, answer.status)
    if answer.status >= 400:
        assert "Traceback" not in answer.html


def test_every_form_takes_every_kind_of_nonsense(stage: Stage) -> None:
    for rule in rules(stage.app, "POST"):
        browser, address = owner_of(stage, rule), stage.address(rule)
        if rule.endpoint in ("login.logout", "desk_login.logout"):
            continue
        token = browser.token()
        for what, value in HOSTILE.items():
            form = MultiDict([(name, value) for name in FIELDS])
            if what == "a megabyte":
                # One field after the other, as far as a form may grow at all.
                form = MultiDict([(name, value) for name in FIELDS[:3]])
            form.setlist("csrf_token", [token])
            whole(Page(browser.client.post(address, data=form)), rule.rule, what)
        twice = MultiDict([(name, value) for name in FIELDS for value in ("1", "two", "")] + [("csrf_token", token)])
        whole(Page(browser.client.post(address, data=twice)), rule.rule, "repeated")


def test_a_text_of_a_megabyte_in_any_field_is_refused_and_never_stored(stage: Stage) -> None:
    long = "ا" * 500_000
    case = f"/account/cases/{stage.asked}"
    version = stage.fahd.get(case).field("version")
    for path, form in (
        (f"{case}/messages", {"message": long}),
        (f"{case}/answer", {"version": version, f"text-{stage.request_id}": long}),
        ("/services/general_transaction/apply", {**TRANSACTION, "matter_text": long, "action": "check"}),
    ):
        # Encoded here: the test client would leave a file of so large a form open.
        body = urlencode({"csrf_token": stage.fahd.token(), **form})
        answer = Page(stage.fahd.client.post(path, data=body, content_type="application/x-www-form-urlencoded"))
        whole(answer, path)
    with stage.app.app_context():
        db.session.remove()
        assert max(map(len, db.session.scalars(select(ThreadEntry.body)))) <= 2_000
        for draft in db.session.scalars(select(Draft)):
            assert len(draft.content) < 30_000


def test_every_address_takes_every_kind_of_nonsense(stage: Stage) -> None:
    values = [value for what, value in HOSTILE.items() if what not in ("a megabyte", "an endless number")]
    values += ["9" * 400, "x" * 2_000, "%00", "%ED%A0%80", "%FF%FE", "..%2f..%2fetc%2fpasswd", "%2e%2e/", "a/../../b"]
    for rule in rules(stage.app, "GET"):
        browser = owner_of(stage, rule)
        for argument in rule.arguments:
            for value in values:
                whole(browser.get(stage.address(rule, **{argument: value})), rule.rule, value)
        for what, value in HOSTILE.items():
            if what == "a megabyte":
                continue
            answer = Page(browser.client.get(stage.address(rule), query_string=dict.fromkeys(QUERIES, value)))
            if rule.endpoint != "ops.ready":
                whole(answer, rule.rule, what)
        raw = "&".join(f"{name}=%ED%A0%80%FF&{name}=%00&{name}[]=1" for name in QUERIES)
        answer = browser.get(f"{stage.address(rule)}?{raw}")
        if rule.endpoint != "ops.ready":
            whole(answer, rule.rule, "raw")


def test_path_tricks_lead_nowhere(app: Flask) -> None:
    client = app.test_client()
    for path in (
        "/static/../config.py",
        "/static/..%2f..%2fconfig.py",
        "/static/%2e%2e/%2e%2e/config.py",
        "/static//etc/passwd",
        "//evil.example/account",
        "/en//evil.example",
        "/en/en/account",
        "/account/cases/..%2f..%2fdesk",
        "/services/%2e%2e/guide.pdf",
        "/account;/cases",
        "/account/%0d%0aSet-Cookie:x=1",
    ):
        answer = client.get(path)
        assert answer.status_code in (302, 303, 308, 404), (path, answer.status_code)
        location = answer.headers.get("Location", "/")
        assert re.match(r"(http://localhost)?/(?![/\\])", location), (path, location)
        assert "Set-Cookie:x" not in str(answer.headers)


def test_forms_of_another_kind_are_refused(stage: Stage) -> None:
    token = stage.fahd.token()
    address = "/services/emirate_appointment/apply"
    client, good = stage.fahd.client, {"X-CSRF-Token": token}
    bodies: list[tuple[str, bytes, int | None]] = [
        ("application/json", json.dumps({"csrf_token": token, "action": "draft"}).encode(), 400),
        ("text/plain", f"csrf_token={token}".encode(), 400),
        ("multipart/form-data", b"nonsense", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nnonsense", 400),
        ("application/x-www-form-urlencoded; charset=utf-7", b"csrf_token=+AAA-", 400),
        ("", b"\x00\xff", 400),
    ]
    for kind, body, status in bodies:
        assert client.post(address, data=body, content_type=kind).status_code == status, kind
        # With the token in the header they are empty forms: never a fault.
        assert client.post(address, data=body, content_type=kind, headers=good).status_code < 500, kind


def test_more_parts_or_bytes_than_a_form_may_have_are_refused_in_words(stage: Stage) -> None:
    token, client = stage.fahd.token(), stage.fahd.client
    address = "/services/emirate_appointment/apply"
    many = "".join(part(f"field{turn}", "x") for turn in range(700))
    bodies = {
        "parts": many,
        "bytes": part("file", "x" * 33 * 1024 * 1024, "a.pdf"),
        "letters": part("subject_text", "x" * 5 * 1024 * 1024),
    }
    for what, body in bodies.items():
        whole_body = f"{part('csrf_token', token)}{body}--{BOUNDARY}--\r\n"
        answer = client.post(address, data=whole_body, content_type=f"multipart/form-data; boundary={BOUNDARY}")
        assert answer.status_code == 413, what
        assert re.search(r"E-[0-9A-F]{8}", answer.get_data(as_text=True)), what


@pytest.mark.parametrize(
    "body", ["&".join(f"field{turn}=x" for turn in range(700)), "&" * 700, "words=" + "x" * 5_000_000]
)
def test_a_form_in_one_line_is_bounded_like_one_in_parts(app: Flask, body: str) -> None:
    """Of a stranger too, whose token is looked for in it."""
    answer = app.test_client().post(
        "/inquiry/transactions", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert re.search(r"E-[0-9A-F]{8}", answer.get_data(as_text=True))


def test_a_group_takes_in_no_more_rows_than_it_takes_to_say_that_there_are_too_many(stage: Stage) -> None:
    rows = {f"companions-{place}-companion_name": "x" for place in range(400)}
    answer = stage.fahd.post("/services/emirate_appointment/apply", {**APPOINTMENT, **rows, "action": "check"})
    assert answer.status == 422
    group = stage.app.extensions["services"]["emirate_appointment"].form.field("companions")
    assert "companions-field" in answer.html
    assert len(re.findall(r'name="companions-\d+-row"', answer.html)) == group.most + 1


BOUNDARY = "a-boundary"


def part(name: str, content: str, filename: str = "") -> str:
    file = f'; filename="{filename}"' if filename else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{content}\r\n'


ODDLY_ASKED = (
    ("GET", "/login"),
    ("GET", "/desk"),
    ("POST", "/inquiry/transactions"),
    ("POST", "/account/data/download"),
    ("POST", "/desk/cases/1448-1/messages"),
)


def test_odd_headers_and_cookies_are_no_fault(stage: Stage) -> None:
    odd = ("\xff\xfe", "\x7f", "'\"", "=" * 300, "a" * 7_000, '"\\303\\050"', "\\355\\240\\200", "http://[", "//a]b/")
    for value in odd:
        for name in ("Cookie", "Accept-Language", "Origin", "HX-Request", "HX-Target", "X-CSRF-Token", "Authorization",
                     "Range", "If-Modified-Since", "X-Forwarded-For", "Referer", "HX-Current-URL"):  # fmt: skip
            given = (
                value if name != "Cookie" else "; ".join(f"{each}={value}" for each in ("citizen", "staff", "visitor"))
            )
            for method, path in ODDLY_ASKED:
                answer = stage.app.test_client(use_cookies=False).open(path, method=method, headers={name: given})
                assert answer.status_code < 500, (name, value, method, path)
        token = Page(stage.browsers["visitor"].client.get("/services/general_transaction")).field("csrf_token")
        answer = stage.browsers["visitor"].client.post(
            "/services/general_transaction/useful", data={"csrf_token": token}, headers={"Referer": value}
        )
        assert answer.status_code == 422, value


@pytest.fixture
def marked(world: World) -> Stage:
    """A person whose very name is markup, with words of that kind in everything he can write."""
    name = {"name_ar": f"فهد {MARKUP}", "name_en": f"Fahd {MARKUP}"}
    stage = Stage(world, **name)
    with world.app.app_context(), transaction():
        for number in (stage.number, stage.asked):
            case = queries.find_case(number)
            assert case is not None
            by = stage.actor(EMIRATE)
            if case.agency == "emirate":
                messages.write(case.id, MARKUP, by=by)
                messages.write(case.id, MARKUP, by=by, internal=True)
    stage.fahd.post(f"/account/cases/{stage.number}/messages", {"message": MARKUP})
    return stage


def test_markup_in_a_name_or_a_message_stays_text_everywhere(marked: Stage) -> None:
    apply = "/services/emirate_appointment/apply"
    upload = (io.BytesIO(picture()), '<img hx-get="/x">.jpg')
    typed = {**APPOINTMENT, "subject_text": MARKUP, "subject_letter": upload, "organisation": MARKUP, "mobile": MARKUP}
    page = marked.fahd.post(apply, {**typed, "companions-0-companion_name": MARKUP, "action": "check"})
    assert page.status == 422
    pages = {apply: page.html}
    for rule in rules(marked.app, "GET"):
        for name in ("fahd", "officer", "supervisor", "auditor", "guard", "visitor"):
            answer = marked.browsers[name].get(marked.address(rule))
            if "html" in answer.response.headers.get("Content-Type", ""):
                pages[f"{name} {rule.rule}"] = answer.html
    shown = 0
    for where, text in pages.items():
        soup = BeautifulSoup(text, "html.parser")
        assert not soup.select("img[hx-get], [hx-get='/x'], [hx-trigger='load']"), where
        assert not [script for script in soup.select("script") if "alert(1)" in script.get_text()], where
        assert "49" not in re.findall(r"\{\{(\d+)\}\}", text), where
        shown += "<img hx-get=/x" in soup.get_text() + " ".join(
            str(value) for tag in soup.select("[value], [content], [aria-label]") for value in tag.attrs.values()
        )
    assert shown > 6, "the name is shown as it is"


def test_bidi_controls_are_taken_out_of_texts_and_file_names(world: World) -> None:
    browser = world.citizen()
    number = world.file(
        browser, subject_text="\u202eنص\u2066 مقلوب\u200f", subject_letter=letter("\u202efdp.gpj\u200f.jpg")
    )
    with world.app.app_context():
        case = queries.find_case(number)
        assert case is not None
        assert case.answers["subject_text"] == "نص مقلوب"
        assert db.session.scalars(select(Attachment.name)).all() == ["fdp.gpj.jpg"]
