"""More rows of the fault matrix (QUALITY 3): kills among many messages, full disk, jumping clock, read-only database.

`make faults`, before a release. Each row says what must hold and within how long.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import requests

from ground.spawn import until
from tests.faults.filing import HEALS_WITHIN, arrived, checked, holds, is_well, kill, press
from tests.faults.test_matrix import switch
from tests.kills.load import Load, officer_of, promises_kept, seen_by_its_person
from tests.support.portal import COMMAND_LINES, Portal, data_folder, running
from tests.support.visitor import Visitor

pytestmark = pytest.mark.faults

MOMENTS = 3
TOLD_WITHIN = 600
MANY = 100
CLOCK_IS_READ_WITHIN = 3


@pytest.fixture
def load(live: Portal) -> Iterator[Load]:
    load = Load(live, officer_of(live))
    yield load
    load.stop()


@pytest.fixture(autouse=True)
def well_again(citizen: Visitor) -> Iterator[None]:
    yield
    until(lambda: is_well(citizen), seconds=HEALS_WITHIN, what="the portal")
    requests.post(f"{citizen.sandbox}/faults/none", timeout=10)
    requests.post(f"{citizen.sandbox}/clock", json={"action": "reset"}, timeout=10)


def all_kept(live: Portal, load: Load) -> None:
    book = load.stop()
    until(lambda: not promises_kept(live, book), seconds=TOLD_WITHIN, what="the last message")
    assert seen_by_its_person(load) == []
    assert book.odd == []
    holds(live)


@pytest.mark.parametrize("name", [name for name in COMMAND_LINES if name != "sandbox"])
def test_rows_1_to_5_a_part_killed_at_several_moments_under_load(live: Portal, load: Load, name: str) -> None:
    for moment in range(MOMENTS):
        time.sleep(0.7 + moment * 0.9)
        if live.part(name):
            kill(live, name)
        before = len(load.book.filed)
        until(lambda before=before: len(load.book.filed) > before, seconds=HEALS_WITHIN, what="the next number")
    until(lambda: all(live.part(each) for each in COMMAND_LINES), seconds=HEALS_WITHIN, what="all parts")
    all_kept(live, load)


@pytest.mark.parametrize("kind", ["hang", "500", "429", "refuse", "cut", "slow", "accept_then_close"])
def test_row_6_a_gateway_fails_for_a_hundred_messages_and_the_other_takes_over(
    live: Portal, load: Load, citizen: Visitor, kind: str
) -> None:
    switch(f"{citizen.sandbox}/faults", "sms", kind)
    began, slowest = time.monotonic(), 0.0
    while len(load.book.filed) < MANY and time.monotonic() - began < 120:
        asked = time.monotonic()
        assert citizen.open("/account").status == 200
        slowest = max(slowest, time.monotonic() - asked)
        if len(load.book.filed) > MANY // 2 and live.part("messages") and time.monotonic() - began < 30:
            kill(live, "messages")
        time.sleep(0.3)
    assert slowest < 5, "a citizen's page never waits for a gateway"
    assert len(load.book.filed) > MANY // 2
    switch(f"{citizen.sandbox}/faults", "sms", "none")
    all_kept(live, load)


def test_row_10_a_clock_that_jumps_loses_and_repeats_nothing(live: Portal, citizen: Visitor) -> None:
    numbers = []
    for action in ("hour", "day", "reset", "midnight", "five_days", "reset"):
        requests.post(f"{citizen.sandbox}/clock", json={"action": action}, timeout=10).raise_for_status()
        time.sleep(CLOCK_IS_READ_WITHIN)
        # A day later people are signed out: they sign in again, as they would.
        if "/login" in citizen.open("/account").url:
            citizen.http.cookies.clear()
            citizen.sign_in()
        numbers.append(press(citizen, checked(citizen, f"clock {action}")))
        # Told before the next jump: what is posted in the future of the demo clock is due in that future.
        until(lambda: arrived(citizen, numbers[-1]) > 0, seconds=HEALS_WITHIN, what="the SMS")
    assert len(set(numbers)) == len(numbers)
    assert {arrived(citizen, number) for number in numbers} == {1}
    holds(live)


def test_row_15_who_is_signed_in_works_on_while_the_provider_is_away(live: Portal, citizen: Visitor) -> None:
    switch(f"{citizen.sandbox}/faults", "id", "away")
    assert citizen.open("/account").status == 200
    assert press(citizen, checked(citizen, "provider away"))
    stranger = Visitor(live.settings)
    start = stranger.open("/login")
    answer = stranger.send(start, start.form())
    assert answer.status in (200, 502, 503)
    assert answer.soup.html is not None
    assert answer.soup.html["lang"] == "ar"


def test_row_14_a_full_disk_refuses_uploads_in_words_and_recovers_without_a_restart() -> None:
    """The files lie on a small tmpfs of their own."""
    with data_folder() as folder:
        small = folder.parent / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(small)], check=False)
        if mounted.returncode:
            pytest.fail("this row needs the right to mount a tmpfs: run it as root")
        try:
            with running(folder, {"STORAGE_URL": f"file://{small}"}) as portal:
                _fill_and_free(portal, small)
        finally:
            subprocess.run(["umount", "-l", str(small)], check=True)


def _fill_and_free(portal: Portal, small: Path) -> None:
    citizen = Visitor(portal.settings)
    citizen.sign_in()
    kept = set(small.rglob("*"))
    with suppress(OSError), (small / "ballast").open("wb", buffering=0) as ballast:
        while ballast.write(b"x" * 4096):
            pass
    path = "/services/emirate_appointment/apply"
    letter = {"subject_letter": ("letter.jpg", _picture(), "image/jpeg")}
    form = citizen.open(f"{path}?another=1")
    full = citizen.send(form, form.form(f"main form[action^='{path}']"), files=letter, subject_text="kept words")
    assert full.status in (422, 503)
    assert is_well(citizen)
    stored = [each for each in set(small.rglob("*")) - kept if each.is_file() and each.name != "ballast"]
    assert stored == [], "nothing half-stored"
    (small / "ballast").unlink()
    again = citizen.send(form, form.form(f"main form[action^='{path}']"), files=letter, subject_text="kept words")
    assert again.status in (200, 422)
    assert "letter.jpg" in again.soup.get_text()


def _picture() -> bytes:
    from tests.support.world import picture

    return picture()


def test_row_5_a_read_only_database_answers_503_and_recovers(live: Portal, citizen: Visitor) -> None:
    address = live.settings["DATABASE_OWNER_URL"].replace("+psycopg", "", 1)
    sheet = checked(citizen, "read-only")
    with psycopg.connect(address, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
            "pg_backend_pid() AND usename <> current_user"
        )
        try:
            answer = citizen.send(sheet, sheet.form(), declaration="yes")
            assert answer.status == 503
            assert answer.soup.html is not None
            assert answer.soup.html["lang"] == "ar"
        finally:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
                "pg_backend_pid() AND usename <> current_user"
            )
    assert press(citizen, sheet)
    holds(live)
