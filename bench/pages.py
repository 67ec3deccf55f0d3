"""Server CPU of pages as multiples of the floor, measured in rounds that visit every route in turn."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median
from typing import Any

from psycopg import Cursor

from app.hot import Prepared
from bench.load import transactions
from bench.people import Cast, citizen, form_token, ready_drafts
from bench.servers import Ground
from bench.visits import HTMX, Crowd, Visit

ROUNDS = 5
VISITS = 100
# A filing costs as much beforehand as it does: fewer of them, a few for each applicant.
FEWER_FILINGS = 4
DRAFTS_EACH = 5
FIRST_APPLICANT = 1_000_200_000


@dataclass(frozen=True)
class Route:
    """What is visited. `budget`: at most so many times the floor; `make` gives the visits of one round."""

    name: str
    budget: float
    trips: int
    make: Callable[[int], Sequence[Visit]]
    status: int = 200


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time for one visit, in the web server and in the database."""

    route: Route
    web: float
    times: float
    database: float
    trips: int

    @property
    def is_over(self) -> bool:
        return self.times > self.route.budget or self.trips > self.route.trips


def same(path: str, cookies: dict[str, str] | None = None, **more: Any) -> Callable[[int], list[Visit]]:
    return lambda many: [Visit(path, cookies=cookies or {}, **more)] * many


def routes(ground: Ground, cast: Cast, crowd: Crowd) -> list[Route]:
    """Everything that has a budget."""
    me, desk = cast.citizen.cookies, cast.officer.cookies
    case = cast.cases[0]
    form = f"/services/emirate_appointment/apply/{cast.form_draft}"
    return [
        Route("card of a service, a visitor", 3, 3, same("/services/emirate_appointment")),
        Route("card of a service, signed in", 3, 3, same("/services/emirate_appointment", me)),
        Route("form of 25 fields", 3, 3, same(form, me)),
        Route("own cases, 20 rows", 4, 3, same("/account/cases", me)),
        Route("own case, its citizen", 5, 3, same(f"/account/cases/{case}", me)),
        Route("inquiry, found", 3, 3, inquiries(ground, crowd)),
        Route("fragment: search results", 2, 3, same("/services?q=amara", headers=HTMX)),
        Route("desk: queue, 50 rows", 8, 4, same("/desk", desk)),
        Route("desk: case", 5, 6, same(f"/desk/cases/{case}", desk)),
        Route("filing, two attachments", 8, 12, filings(ground, crowd), status=303),
    ]


def inquiries(ground: Ground, crowd: Crowd) -> Callable[[int], list[Visit]]:
    """A visitor looks up a registered transaction."""
    path = "/inquiry/transactions"
    page = crowd.one(Visit(path))
    visitor = page.headers.split(b"__Host-visitor=")[1].split(b";")[0].decode()
    cookies = {"__Host-visitor": visitor}
    token = form_token(crowd, path, cookies)

    def make(many: int) -> list[Visit]:
        found = []
        for number, year, digits in transactions(ground, many):
            form = {"csrf_token": token, "agency": "municipality", "number": number, "hijri_year": str(year)}
            found.append(Visit(path, form={**form, "digits": digits}, cookies=cookies))
        return found

    return make


def filings(ground: Ground, crowd: Crowd) -> Callable[[int], list[Visit]]:
    """The last press of a request: people, drafts and their files are made beforehand and not counted."""
    numbers = count(FIRST_APPLICANT)

    def make(many: int) -> list[Visit]:
        found: list[Visit] = []
        while len(found) < many // FEWER_FILINGS:
            somebody = citizen(ground.app, next(numbers))
            token = form_token(crowd, "/account", somebody.cookies)
            form = {"csrf_token": token, "declaration": "yes"}
            for draft in ready_drafts(ground.app, somebody, DRAFTS_EACH):
                path = f"/services/general_transaction/apply/{draft}/check"
                found.append(Visit(path, form=form, cookies=somebody.cookies))
        return found

    return make


def measure(ground: Ground, cast: Cast) -> tuple[float, list[Cost]]:
    """The floor in milliseconds, and what each route costs."""
    crowd, floor = Crowd(ground.web.port), Crowd(ground.hello.port)
    all_routes = routes(ground, cast, crowd)
    floors: list[float] = []
    spent: dict[str, list[tuple[float, float, float]]] = {route.name: [] for route in all_routes}
    for number in range(ROUNDS + 1):
        for route in all_routes:
            visits = route.make(VISITS if number else VISITS // 4)
            hello = _floor(ground, floor)
            before = ground.web.seconds(), ground.database_seconds()
            crowd.come(visits, route.status)
            after = ground.web.seconds(), ground.database_seconds()
            hello = (hello + _floor(ground, floor)) / 2
            if number:  # the first round only warms up
                web, database = (1000 * (late - early) / len(visits) for early, late in zip(before, after, strict=True))
                floors.append(hello)
                spent[route.name].append((web, web / hello, database))
    trips = {route.name: round_trips(ground, route) for route in all_routes}
    return median(floors), [_cost(route, spent[route.name], trips[route.name]) for route in all_routes]


def _floor(ground: Ground, crowd: Crowd) -> float:
    before = ground.hello.seconds()
    crowd.come([Visit("/")] * VISITS, 200)
    return 1000 * (ground.hello.seconds() - before) / VISITS


def _cost(route: Route, spent: Sequence[tuple[float, float, float]], trips: int) -> Cost:
    web, times, database = (median(column) for column in zip(*spent, strict=True))
    return Cost(route, web, times, database, trips)


def round_trips(ground: Ground, route: Route) -> int:
    """Statements of one visit, counted inside this process; BEGIN and COMMIT are left out."""
    client = ground.app.test_client()
    for visit in route.make(2 * FEWER_FILINGS)[:2]:
        with _counted() as sent:
            for name, value in visit.cookies.items():
                client.set_cookie(name, value, domain="portal.invalid", secure=True)
            answer = client.open(
                visit.path,
                base_url="https://portal.invalid",
                method="GET" if visit.form is None else "POST",
                data=visit.form,
                headers=dict(visit.headers),
            )
        assert answer.status_code == route.status, f"{route.name} answered {answer.status_code}"
    return len(sent)


@contextmanager
def _counted() -> Iterator[list[str]]:
    """What passes the driver, and what hot statements hand to what lies below it."""
    sent: list[str] = []
    execute, rows = Cursor.execute, Prepared.rows

    def note(cursor: Any, statement: Any, *values: Any, **more: Any) -> Any:
        sent.append(statement)
        return execute(cursor, statement, *values, **more)

    def note_hot(prepared: Prepared, values: list[Any]) -> Any:
        sent.append(prepared.sent.text)
        return rows(prepared, values)

    Cursor.execute, Prepared.rows = note, note_hot  # type: ignore[assignment, method-assign]
    try:
        yield sent
    finally:
        Cursor.execute, Prepared.rows = execute, rows  # type: ignore[method-assign]
