"""Petitions, as tests of the service register, refer and answer them."""

from typing import Any

from app.cases.models import Case
from app.identity.actors import Actor, Grant
from app.kit.roles import Role
from tests.support.declared import SERVICES
from tests.support.steps import take
from tests.support.world import Browser, Desk, World

SLUG = "petition"
SERVICE = SERVICES[SLUG]
RIGHTS = Grant(Role.DEPARTMENT_OFFICER, agency="emirate", office="rights")
DEVELOPMENT = Grant(Role.DEPARTMENT_OFFICER, agency="emirate", office="development")
SUPERVISOR = Grant(Role.SUPERVISOR, agency="emirate")
ANSWER = "راجعنا موضوعك.\nيبدأ إصلاح الطريق في شهر رجب."


def registered(world: World, browser: Browser | None = None, **changes: Any) -> tuple[str, Actor]:
    number, officer = world.file(browser or world.citizen(), SLUG, **changes), world.actor()
    take(world, number, "start_review", officer)
    take(world, number, "register", officer)
    return number, officer


def answered(world: World) -> tuple[Browser, str]:
    browser = world.citizen()
    number, officer = registered(world, browser)
    take(world, number, "refer", officer, inputs={"department": "rights"})
    take(world, number, "answer_transaction", department(world, RIGHTS), inputs={"text": ANSWER})
    return browser, number


def department(world: World, grant: Grant) -> Actor:
    return world.actor(grant, email=f"{grant.office}@example.com")


def printed(case: Case) -> str:
    return f"{case.transaction_number}/{case.transaction_year}"


def press_step(desk: Desk, number: str, name: str, **inputs: str) -> Any:
    """A step as an officer takes it on the page of the case."""
    address = f"/desk/cases/{number}"
    version = desk.get(address).field("version")
    return desk.post(f"{address}/steps/{name}", {"version": version, **inputs}, page=address)
