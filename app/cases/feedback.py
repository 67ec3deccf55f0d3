"""What the citizen thinks: stars and words once a case is closed, an appeal against a decision, opinions of a page."""

import uuid
from datetime import timedelta

from app.calendars.clock import now
from app.cases import policy, steps, timing
from app.cases.conversation import Appeal, PageOpinion, Rating
from app.cases.errors import BadInput, StepRefused
from app.cases.models import Case
from app.cases.notices import announce
from app.extensions import db
from app.identity.actors import Actor
from app.kit.arabic import clean_text
from app.kit.workflow import Stage

RATING_DAYS = 30


def may_rate(case: Case) -> bool:
    """A closed or refused case may be rated, and the rating changed, for some weeks."""
    return (
        case.closed_at is not None
        and case.stage in (Stage.CLOSED, Stage.REFUSED)
        and now() - case.closed_at < timedelta(days=RATING_DAYS)
    )


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
    timing.count_facts(case.service)
    return rating


def may_appeal(case: Case) -> bool:
    """A refusal may be objected to; late objections are taken with a reason and judged by the body."""
    return case.stage == Stage.REFUSED


def appeal(case_id: uuid.UUID, *, subject: str, grounds: str, late_reason: str, by: Actor) -> Appeal:
    case = steps.locked(case_id)
    before = db.session.get(Appeal, case.id)
    if before is not None or not policy.holds(by, "citizen", case) or not may_appeal(case):
        raise StepRefused
    entered = {
        "subject": clean_text(subject)[:500],
        "grounds": clean_text(grounds)[:2000],
        "late_reason": clean_text(late_reason)[:500],
    }
    for name in ("subject", "grounds"):
        if not entered[name]:
            raise BadInput(name, f"appeal.{name}_missing")
    if steps.appeal_until(case).is_over(now()) and not entered["late_reason"]:
        raise BadInput("late_reason", "cases.errors.late_reason_missing")
    found = Appeal(
        case_id=case.id,
        subject=entered["subject"],
        grounds=entered["grounds"],
        late_reason=entered["late_reason"],
        at=now(),
    )
    db.session.add(found)
    db.session.flush()
    announce(case, "appeal_received", key=f"{case.id}:appeal", on=steps.appeal_answer_by(case).last_on)
    return found


def judge_page(service: str, *, useful: bool, words: str) -> None:
    db.session.add(PageOpinion(service=service, useful=useful, words=clean_text(words)[:500]))
