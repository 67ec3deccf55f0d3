"""What the citizen thinks: stars and words once a case is closed, and whether a page was of use."""

import uuid
from datetime import timedelta

from app.calendars.clock import now
from app.cases import memory, policy, steps
from app.cases.context import service_of
from app.cases.conversation import PageOpinion, Rating
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Case
from app.extensions import db, ring_on_commit
from app.identity.actors import Actor
from app.kit.arabic import clean_text
from app.kit.workflow import Stage

RATING_DAYS = 30


def may_rate(case: Case) -> bool:
    """A case that is closed, refused or has its document may be rated, and the rating changed, for some weeks.

    Where the service spares people the question beside their document, once that is over.
    """
    return (case.stage == Stage.ISSUED and service_of(case).rated_at_issue) or (
        case.closed_at is not None
        and case.stage in (Stage.CLOSED, Stage.REFUSED)
        and now() - case.closed_at < timedelta(days=RATING_DAYS)
    )


def rating_of(case: Case) -> Rating | None:
    remembered = memory.known(case, Rating)
    return db.session.get(Rating, case.id) if remembered is None else next(iter(remembered), None)


def rate(case_id: uuid.UUID, stars: str, words: str, *, by: Actor) -> Rating:
    case = steps.locked(case_id)
    if not policy.holds(by, "citizen", case) or not may_rate(case):
        raise StepRefused
    if stars not in {"1", "2", "3", "4", "5"}:
        raise BadInput("stars", "rating.missing")
    rating = db.session.get(Rating, case.id) or Rating(case_id=case.id, service=case.service)
    rating.stars, rating.words, rating.at = int(stars), clean_text(words)[:1000], now()
    db.session.add(rating)
    db.session.flush()
    ring_on_commit("figures")
    return rating


def judge_page(service: str, *, useful: bool, words: str) -> None:
    db.session.add(PageOpinion(service=service, useful=useful, words=clean_text(words)[:500]))
