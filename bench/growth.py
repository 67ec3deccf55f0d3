"""The same pages with a thousand cases and with many more: they should cost the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench import load, pages
from bench.people import Cast
from bench.servers import Ground
from bench.visits import Crowd, Visit

BUDGET = 1.3
ROUNDS = 5
VISITS = 40
FEW = 1_000


@dataclass(frozen=True)
class Grown:
    """Milliseconds of one visit, web server and database together, with few cases and with many."""

    name: str
    few: float
    many: float

    @property
    def times(self) -> float:
        return self.many / self.few

    @property
    def is_over(self) -> bool:
        return self.times > BUDGET


def routes(ground: Ground, cast: Cast, crowd: Crowd) -> Sequence[pages.Route]:
    desk = cast.officer.cookies
    return [
        pages.Route("inquiry", 0, 0, pages.inquiries(ground, crowd)),
        pages.Route("own cases", 0, 0, pages.same("/account/cases", cast.citizen.cookies)),
        pages.Route("desk: queue", 0, 0, pages.same("/desk", desk)),
        pages.Route("desk: search by number", 0, 0, pages.same(f"/desk?words={cast.cases[0]}", desk)),
        pages.Route("desk: search by name", 0, 0, pages.same("/desk?words=alsalem", desk)),
    ]


def measure(ground: Ground, cast: Cast, many: int) -> list[Grown]:
    """With the thousand cases that are there, then with `many`."""
    few = _spent(ground, cast)
    load.fill(ground, FEW + 1, many)
    grown = _spent(ground, cast)
    return [Grown(name, few[name], grown[name]) for name in few]


def _spent(ground: Ground, cast: Cast) -> dict[str, float]:
    crowd = Crowd(ground.web.port)
    all_routes = routes(ground, cast, crowd)
    spent: dict[str, list[float]] = {route.name: [] for route in all_routes}
    for number in range(ROUNDS + 1):
        for route in all_routes:
            visits: Sequence[Visit] = route.make(VISITS)
            before = ground.web.seconds() + ground.database_seconds()
            crowd.come(visits, route.status)
            if number:
                taken = ground.web.seconds() + ground.database_seconds() - before
                spent[route.name].append(1000 * taken / len(visits))
    return {name: median(each) for name, each in spent.items()}
