"""A citizen who files over and over while things break, and what must hold afterwards."""

import os
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import requests

from tests.support.portal import ROOT, Portal
from tests.support.visitor import Sheet, Visitor

MOBILE = "966512345678"
APPLY = "/services/general_transaction/apply"
HEALS_WITHIN = 60


def checked(citizen: Visitor, subject: str) -> Sheet:
    """A filled form on its check page, one press away from filing."""
    form = citizen.open(f"{APPLY}?another=1")  # a load that was stopped in the middle may have left a draft
    topics = [str(option["value"]) for option in form.soup.select("select[name=topic] option") if option["value"]]
    sheet = citizen.send(
        form,
        form.form(f"main form[action^='{APPLY}']"),
        filing_as="owner",
        on_behalf_of="person",
        topic=topics[0],
        subject=subject,
        matter_text="A matter in a few words.",
    )
    assert "/check" in sheet.url, sheet.soup.get_text(" ", strip=True)[:800]
    return sheet


def press(citizen: Visitor, sheet: Sheet) -> str:
    """Press «send», again and again as a person does while the portal is away; the case's address number."""
    end = time.monotonic() + HEALS_WITHIN
    while True:
        try:
            answer = citizen.send(sheet, sheet.form(), declaration="yes")
        except requests.RequestException:
            answer = None
        if answer is not None and "/account/cases/" in answer.url and answer.status == 200:
            return answer.url.partition("/account/cases/")[2].partition("?")[0]
        assert answer is None or answer.status in (502, 503), (answer.status, answer.title)
        assert time.monotonic() < end, "filing did not heal in time"
        time.sleep(0.3)


def kill(live: Portal, name: str) -> None:
    found = live.part(name)
    assert found is not None
    for process in (found, *found.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # the death of the first may have ended the others meanwhile
            process.kill()


def arrived(citizen: Visitor, number: str) -> int:
    """How many SMS about this request reached the telephone."""
    try:
        return sum(number.replace("-", "/") in message["body"] for message in citizen.messages(MOBILE))
    except requests.RequestException:
        return 0


def is_well(citizen: Visitor) -> bool:
    """Whether portal and sandbox both answer."""
    try:
        addresses = (citizen.portal + "/readyz", citizen.sandbox + "/phone")
        return all(requests.get(address, timeout=5).status_code == 200 for address in addresses)
    except requests.RequestException:
        return False


def holds(live: Portal) -> None:
    """The audit trail verifies."""
    command = [sys.executable, "-m", "flask", "--app", "app", "audit", "verify"]
    environment = {**os.environ, **live.settings}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
