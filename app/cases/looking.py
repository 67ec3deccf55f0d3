"""Which member of staff may look at the whole of a case, and the note in the audit that he did.

The page of a case holds notes between officers and hidden steps: it is for who has a part in this very case, and for
nobody who stands in it himself.
"""

from collections.abc import Iterable

from app.cases.errors import CaseNotFound, OwnCase
from app.cases.models import Case
from app.cases.own import is_own
from app.cases.policy import holds
from app.cases.queries import SEES_CASES, case_for
from app.identity.actors import Actor
from app.identity.audit import audit


def case_to_look_at(actor: Actor, number: str, roles: Iterable[str] = SEES_CASES) -> Case:
    """Raises CaseNotFound (none, or no such role in it) and OwnCase."""
    case = case_for(actor, number)
    allow(case, actor, roles)
    return case


def allow(case: Case, actor: Actor, roles: Iterable[str] = SEES_CASES) -> None:
    """The same for a case that was found already."""
    if not any(holds(actor, role, case) for role in roles):
        raise CaseNotFound
    if is_own(case, actor):
        raise OwnCase


def note(case: Case, actor: Actor, kind: str, **detail: str) -> None:
    """One audit row about the person whose case it is, with the roles that opened it."""
    roles = sorted(role for role in SEES_CASES if holds(actor, role, case))
    audit(kind, actor=actor, case_id=case.id, subject_person=case.applicant_id, detail={"roles": roles, **detail})
