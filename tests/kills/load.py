"""People and an officer at work over HTTP while processes die under them, and a book of what they were promised."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import requests

from tests.faults.filing import APPLY
from tests.support.portal import Portal
from tests.support.visitor import Sheet, Visitor

PEOPLE = {"fahd": "1000000008", "noura": "1000000016", "hasan": "2000000006"}
OFFICER = "municipality_officer"
# What a page may answer while a part of the portal is away; anything else is a fault that people would see.
AWAY = (502, 503)


@dataclass
class Book:
    """`filed`: number to the person to whom it was acknowledged; `started`: cases whose step was acknowledged."""

    filed: dict[str, Visitor] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)


class Load:
    """A small steady load, in threads, until `stop`. `rest`: how long somebody rests who has filed, in seconds."""

    def __init__(self, portal: Portal, officer: Visitor, *, rest: float = 0) -> None:
        self.portal, self.book, self.rest = portal, Book(), rest
        self.ended = threading.Event()
        self.people = [Visitor(portal.settings, name, number) for name, number in PEOPLE.items()]
        for person in self.people:
            person.sign_in()
        self.officer = officer
        work: list[Callable[[], None]] = [lambda person=person: self.file(person) for person in self.people]
        self.threads = [threading.Thread(target=self.repeat, args=(each,)) for each in (*work, self.take_up)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> Book:
        self.ended.set()
        for thread in self.threads:
            thread.join(60)
        return self.book

    def repeat(self, work: Callable[[], None]) -> None:
        while not self.ended.is_set():
            try:
                work()
            except requests.RequestException:
                time.sleep(0.2)

    def usable(self, sheet: Sheet, *allowed: int) -> bool:
        """Whether the page came as it should; one that never should is written down."""
        if sheet.status in (200, *allowed):
            return True
        if sheet.status not in AWAY:
            said = sheet.soup.select_one("#error-summary, main") or sheet.soup
            self.book.odd.append(f"{sheet.status} {sheet.url}: {said.get_text(' ', strip=True)[:300]}")
        time.sleep(0.2)
        return False

    def file(self, person: Visitor) -> None:
        """Fill in the form, read the check page, and press until the number is seen."""
        form = person.open(f"{APPLY}?another=1")
        if not self.usable(form):
            return
        topic = next(str(each["value"]) for each in form.soup.select("select[name=topic] option") if each["value"])
        check = person.send(
            form,
            form.form(f"main form[action^='{APPLY}']"),
            filing_as="owner",
            on_behalf_of="person",
            topic=topic,
            subject="under load",
            matter_text="A matter in a few words.",
        )
        if not self.usable(check) or "/check" not in check.url:
            return
        self.press(person, check)

    def press(self, person: Visitor, check: Sheet) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                answer = person.send(check, check.form(), declaration="yes")
            except requests.RequestException:
                time.sleep(0.2)
                continue
            if self.usable(answer) and "/account/cases/" in answer.url:
                number = answer.url.partition("/account/cases/")[2].partition("?")[0]
                self.book.filed[number] = person
                self.ended.wait(self.rest)
                return
        self.book.odd.append("a press was not answered within a minute")

    def take_up(self) -> None:
        """The officer takes up the next case that was acknowledged."""
        waiting = [number for number in list(self.book.filed) if number not in self.book.started]
        if not waiting:
            time.sleep(0.1)
            return
        path = f"/desk/cases/{waiting[0]}"
        sheet = self.officer.open(path)
        if not self.usable(sheet):
            return
        button = sheet.soup.select_one("form[action$='/steps/start_review']")
        if button is None:
            # The press before this look was answered too late for us to see, and yet it counted.
            self.book.started.add(waiting[0])
            return
        done = self.officer.send(sheet, button)
        if self.usable(done, 409) and "done=start_review" in done.url:
            self.book.started.add(waiting[0])


def officer_of(portal: Portal) -> Visitor:
    """A member of staff of the municipality, signed in through the sandbox's staff provider."""
    visitor = Visitor(portal.settings)
    start = visitor.open("/desk/login")
    chooser = visitor.send(start, start.form())
    inside = visitor.send(chooser, chooser.form("form:has(button[name=person])"), person=OFFICER)
    assert inside.status == 200, chooser.soup.get_text(" ", strip=True)[:600]
    assert inside.url.startswith(f"{visitor.portal}/desk"), inside.url
    return visitor


def promises_kept(portal: Portal, book: Book) -> list[str]:
    """What is missing or twice, as sentences; nothing when all holds and every message has been handed over."""
    address = portal.settings["DATABASE_OWNER_URL"].replace("+psycopg", "", 1)
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT c.year || '-' || lpad(c.serial::text, 6, '0'), m.event, m.id::text, m.state "
            'FROM "case" c JOIN message m ON m.case_id = c.id '
            "WHERE m.channel = 'sms' AND c.service = 'general_transaction' AND c.filed_at > now() - interval '1 hour'"
        ).fetchall()
    counts = requests.get(f"{portal.settings['SANDBOX_URL']}/sms/count.json", timeout=20).json()["references"]
    wrong, told = [], {(str(number), str(event)) for number, event, _id, _state in rows}
    wrong += [
        f"{number} was acknowledged and is not there" for number in book.filed if (number, "submitted") not in told
    ]
    wrong += [f"{number} was taken up and is not" for number in book.started if (number, "started") not in told]
    for number, event, id, state in rows:
        accepted = counts.get(str(id), {}).get("accepted", 0)
        if accepted != 1 or state not in ("sent", "delivered"):
            wrong.append(f"{number} {event}: {state}, reached the telephone {accepted} times")
    if len({(number, event) for number, event, *_ in rows}) != len(rows):
        wrong.append("an event was told twice")
    return wrong


def seen_by_its_person(load: Load) -> list[str]:
    """Acknowledged numbers that the person who was told one cannot open."""
    return [
        number for number, person in load.book.filed.items() if person.open(f"/account/cases/{number}").status != 200
    ]
