"""What the answers of a case decide about it: whether it is urgent, and whether another one asks for the same."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from app.cases import deadlines
from app.cases.answers import open_answers
from app.cases.context import service_of
from app.cases.errors import SameOpen
from app.cases.models import Case
from app.extensions import db
from app.identity.models import Person
from app.kit.service import Service
from app.vault import vault


def same_key(service: Service, answers: Mapping[str, Any]) -> bytes | None:
    """Equal for requests about the same thing, whoever files them; tells nothing of the answers. `answers` in clear."""
    if not service.one_open_by:
        return None
    return vault.lookup("request", "\x1f".join((service.slug, *(str(answers.get(id)) for id in service.one_open_by))))


def weigh_again(case: Case) -> None:
    """An answer has changed while the case is examined. What has become urgent, or was not, gets its own target.

    Raises SameOpen where it asks by now for what another open request of the same person asks for.
    """
    service = service_of(case)
    if not (service.urgent or service.one_open_by):
        return
    answers = open_answers(case.id, case.answers)
    _about(case, same_key(service, answers))
    if case.is_urgent == service.is_urgent(answers):
        return
    case.is_urgent = not case.is_urgent
    if deadlines.open_deadline(case, "target"):
        deadlines.set_deadline(case, "target", basis_at=case.filed_at)


def _about(case: Case, key: bytes | None) -> None:
    if key == case.same_key:
        return
    # As in filing: one request of a person at a time, or two would find nothing.
    db.session.execute(select(Person.id).where(Person.id == case.applicant_id).with_for_update(key_share=True))
    open_ones = (Case.applicant_id == case.applicant_id, Case.closed_at.is_(None), Case.id != case.id)
    if key is not None and db.session.scalar(select(exists().where(*open_ones, Case.same_key == key))):
        raise SameOpen
    case.same_key = key
