"""How services have done over a time, for whoever answers for the work of others."""

from flask import Response, request

from app.blueprints.desk.frame import OVERSEERS, blueprint
from app.cases import performance
from app.cases.context import profile, registry
from app.cases.performance import Report
from app.cases.workload import MOST_COUNTED
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.numbers import grouped
from app.web.language import lang, t
from app.web.moments import house
from app.web.pages import page

PERIODS = ("30", "90", "365")
Bars = tuple[str, str, list[tuple[str, int]], int]


@blueprint.get("/performance", endpoint="performance")
@access.staff(*OVERSEERS)
def over_time() -> Response:
    asked = request.args.get("days", "")
    days = asked if asked in PERIODS else PERIODS[0]
    report = performance.report(signed_in_actor(), int(days), profile().agency(house()).zone)
    return page(
        "desk/performance.html",
        report=report,
        days=days,
        periods=[(each, t(f"performance.days_{each}")) for each in PERIODS],
        titles={each.service: _title(each.service) for each in report.lines},
        busiest=max((max(each.filed, each.ended) for each in report.weeks), default=0),
        bars=_bars(report),
        most=grouped(MOST_COUNTED),
        house=house(),
    )


def _title(slug: str) -> str:
    """Of a service that is no longer declared its name."""
    service = registry().get(slug)
    return service.text(lang(), "title") if service else slug


def _bars(report: Report) -> list[Bars]:
    """Heading, what is counted, the rows, and the whole that their bars are parts of."""
    ages = [(t(f"performance.age_{most}" if most else "performance.older"), many) for most, many in report.ages.items()]
    stars = [(t(f"performance.stars_{each}"), many) for each, many in report.ratings.items()]
    found = (
        (t("performance.by_age"), t("performance.age"), ages),
        (t("performance.by_stars"), t("performance.stars"), stars),
    )
    return [(heading, label, rows, sum(many for _words, many in rows)) for heading, label, rows in found]
