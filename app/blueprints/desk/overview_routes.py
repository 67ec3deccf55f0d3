"""For whoever answers for the work of others: how much there is, what is late, and whom no notice reached."""

from typing import Any

from flask import Response, url_for

from app.blueprints.desk.frame import OVERSEERS, blueprint
from app.blueprints.desk.lines import named
from app.blueprints.desk.queue import open_stages
from app.blueprints.desk.words import state_label, step_label
from app.cases import workload
from app.cases.context import service_of
from app.cases.workload import MOST_COUNTED, Figures
from app.identity import access
from app.identity.access import signed_in_actor
from app.web.language import lang, t
from app.web.pages import page


@blueprint.get("/overview")
@access.staff(*OVERSEERS)
def overview() -> Response:
    actor = signed_in_actor()
    figures = workload.figures(actor)
    troubled = [
        (case, service_of(case).text(lang(), "title"), named(service_of(case), case.applicant.name(lang())), count)
        for case, count in workload.troubled_cases(actor)
    ]
    shown: dict[str, Any] = {
        "stats": _stats(figures),
        "is_bounded": figures.is_bounded,
        "most": MOST_COUNTED,
        "troubled": troubled,
        "stuck": [
            (case, service_of(case).text(lang(), "title"), step_label(service_of(case), step, lang()))
            for case, step in workload.stuck_deadlines(actor)
        ],
    }
    return page("desk/overview.html", **shown)


def _stats(figures: Figures) -> list[dict[str, Any]]:
    """Late ones stand on top of the queue, hence its plain address."""
    queue = url_for("desk.queue")
    late_appeals = figures.late_appeals
    found: list[dict[str, Any]] = [
        {"n": figures.late, "words": t("desk.overview.late"), "href": queue, "tone": "bad" if figures.late else ""},
        {
            "n": late_appeals,
            "words": t("desk.overview.late_appeals"),
            "href": url_for("appeals.index"),
            "tone": "bad" if late_appeals else "",
        },
        {"n": figures.waiting, "words": t("desk.overview.waiting"), "href": url_for("desk.queue", waiting="yes")},
        {"n": figures.nobody, "words": t("desk.overview.nobody"), "href": queue},
    ]
    for stage in open_stages():
        count = figures.stages.get(stage, 0)
        found.append({"n": count, "words": state_label(stage, lang()), "href": url_for("desk.queue", stage=stage)})
    return found
