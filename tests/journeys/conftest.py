"""One portal for all journeys; it has its own clock, which only moves forward."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser

from ground.demo import read_env_file
from tests.journeys.outside import Outside
from tests.journeys.walk import Manner, Walk, walking
from tests.support.portal import data_folder, running

FASTER = {"SWEEP_SECONDS": "2", "RATE_LIMITS": "off", "FILINGS_A_DAY": "10000"}


@dataclass(frozen=True)
class Town:
    """The running portal and everybody's windows."""

    url: str
    outside: Outside
    browser: Browser
    settings: dict[str, str]

    def window(self, manner: Manner, person: str, state: Any = None) -> AbstractContextManager[Walk]:
        return walking(self.browser, self.url, self.outside, manner, person, state)


@pytest.fixture(scope="session")
def started() -> Iterator[dict[str, str]]:
    """The settings of a portal of our own; of the one whose DATA_DIR stands in PORTAL_AT, when that is set."""
    if at := os.environ.get("PORTAL_AT"):
        yield read_env_file(Path(at) / "run.env")
        return
    with data_folder() as folder, running(folder, FASTER) as portal:
        yield portal.settings


CLOSED = """UPDATE "case" SET stage = 'closed', outcome = 'closed', closed_at = now()
  WHERE service = 'emirate_appointment' AND closed_at IS NULL"""


@pytest.fixture(scope="module")
def town(started: dict[str, str], browser: Browser) -> Town:
    with psycopg.connect(started["DATABASE_OWNER_URL"].replace("+psycopg", "")) as connection:
        # One open request of a service is enough: the told ones of our people are out of the way.
        connection.execute(CLOSED)
    return Town(started["PUBLIC_URL"], Outside(started["SANDBOX_URL"]), browser, started)
