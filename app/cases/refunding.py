"""Refunds of cases: who may decide, the call to the gateway, and telling the person."""

import uuid
from collections.abc import Sequence

from sqlalchemy import false, or_, select

from app.calendars.clock import now
from app.cases import fees, not_returned, policy, queries, steps
from app.cases.errors import BadInput, OwnCase, StepRefused
from app.cases.models import Case
from app.cases.notices import announce
from app.cases.own import is_own
from app.extensions import db, transaction
from app.identity.actors import Actor
from app.identity.audit import audit
from app.kit.arabic import clean_text
from app.kit.numbers import amount
from app.kit.roles import Role
from app.kit.workflow import Stage
from app.payments import receipts, refunds
from app.payments.errors import NotReversible
from app.payments.gateways import gateway
from app.payments.gateways.base import GatewayRefused
from app.payments.refunds import Officer
from app.payments.return_models import Refund
from app.payments.states import RefundState

PROPOSERS = (Role.CASHIER, Role.SECTION_HEAD, Role.SUPERVISOR)
CONFIRMERS = (Role.SECTION_HEAD, Role.SUPERVISOR)
READERS = (*PROPOSERS, Role.AUDITOR)
CHANGED_MIND = "changed_mind"


def queue(by: Actor, *roles: Role, page: int = 1, size: int = 50) -> Sequence[Refund]:
    """What these roles of the officer cover, oldest first and ended ones last; one more than `size` if there is more.

    Money that belongs to no case is seen by whoever works for every agency.
    """
    grants = [grant for grant in by.grants if grant.role in roles]
    cases = select(Case.id).where(or_(*map(queries.scope_of, grants)) if grants else false())
    within = [Refund.case_id.in_(cases)]
    if any(grant.agency is None for grant in grants):
        within.append(Refund.case_id.is_(None))
    return refunds.waiting(or_(*within), page=page, size=size)


def propose(refund_id: uuid.UUID, note: str, *, by: Actor) -> None:
    """The first officer: has looked at it and wants it given back."""
    refund = _judged(refund_id, by, PROPOSERS)
    refunds.propose(refund, _officer(by), clean_text(note))
    _note(refund, by, "refund.proposed")


def confirm(refund_id: uuid.UUID, *, by: Actor) -> None:
    """The second officer, another person. Raises SecondOfficer, RefundMoved, OwnCase, NotReversible."""
    refund = _judged(refund_id, by, CONFIRMERS)
    check_reversible(refund, db.session.get(Case, refund.case_id) if refund.case_id else None)
    refunds.confirm(refund, _officer(by))
    _note(refund, by, "refund.confirmed")


def send_back(refund_id: uuid.UUID, *, by: Actor) -> None:
    refund = _judged(refund_id, by, CONFIRMERS)
    refunds.send_back(refund, _officer(by))
    _note(refund, by, "refund.sent_back")


def again(refund_id: uuid.UUID, *, by: Actor) -> None:
    refund = _judged(refund_id, by, CONFIRMERS)
    refunds.again(refund)
    _note(refund, by, "refund.again")


def set_aside(refund_id: uuid.UUID, reason: str, *, by: Actor) -> None:
    """Another officer than the proposer closes it: the money went back otherwise, or is the agency's after all."""
    refund = _judged(refund_id, by, CONFIRMERS)
    refunds.set_aside(refund, _officer(by), _needed(reason))
    _note(refund, by, "refund.set_aside")
    _tell_set_aside(refund)


def withdraw(refund_id: uuid.UUID, reason: str, *, by: Actor) -> None:
    """The proposer's own. What came astray waits for somebody again: one officer alone does not keep it."""
    refund = _judged(refund_id, by, PROPOSERS)
    refunds.withdraw(refund, _officer(by), _needed(reason), ends=refund.cause == CHANGED_MIND)
    _note(refund, by, "refund.withdrawn")
    _tell_set_aside(refund)


def _tell_set_aside(refund: Refund) -> None:
    case = db.session.get(Case, refund.case_id) if refund.case_id else None
    if case is not None and refund.state == RefundState.SET_ASIDE:
        not_returned.tell(case, refund)


def _needed(reason: str) -> str:
    """Raises BadInput when no reason is given."""
    reason = clean_text(reason)
    if not reason:
        raise BadInput("reason", "payments.refunds.reason_missing")
    return reason


def _judged(refund_id: uuid.UUID, by: Actor, roles: tuple[Role, ...]) -> Refund:
    """The refund, locked after its case, if it is this officer's to decide on. Nobody decides on his own money."""
    found = db.session.get(Refund, refund_id)
    if found is not None and found.case_id is not None:
        case = steps.locked(found.case_id)
        if is_own(case, by):
            raise OwnCase
        if not any(policy.holds(by, role, case) for role in roles):
            raise StepRefused
    refund = refunds.locked(refund_id)
    # Money that belongs to no case is nobody's agency: only who works for all of them decides.
    if refund.case_id is None and not any(grant.agency is None and grant.role in roles for grant in by.grants):
        raise StepRefused
    return refund


def check_reversible(refund: Refund, case: Case | None) -> None:
    """A change of mind holds while the request still waits for its fee, or was cancelled. Raises NotReversible.

    Once the office works on it, the fee is what it works for.
    """
    if refund.cause != CHANGED_MIND or case is None or case.stage == Stage.CANCELLED:
        return
    if fees.pay_step(case) is None:
        raise NotReversible


def _officer(by: Actor) -> Officer:
    assert by.staff_id is not None
    return Officer(by.staff_id, by.identity_key)


def _note(refund: Refund, by: Actor, kind: str) -> None:
    audit(kind, actor=by, case_id=refund.case_id, detail={"refund": str(refund.id), "minor": refund.amount})


def send(refund_id: uuid.UUID) -> bool:
    """Give the money back by the gateway; False when nothing was due. Safe twice: the gateway is asked first.

    Raises GatewayAway: it is due again when its lease ends.
    """
    with transaction():
        refund = refunds.claim(refund_id)
        charge = (refund.money.gateway_ref, refund.amount) if refund else None
    if charge is None:
        return False
    failure = ""
    try:
        gateway().refund(*charge)
    except GatewayRefused as refused:
        failure = refused.code
    with transaction():
        _conclude(refund_id, failure)
    return True


def _conclude(refund_id: uuid.UUID, failure: str) -> None:
    found = db.session.get_one(Refund, refund_id)
    case = steps.locked(found.case_id) if found.case_id else None
    refund = refunds.locked(refund_id)
    if refund.state != RefundState.CONFIRMED:
        return
    if failure:
        refunds.failed(refund, failure)
    else:
        finish(case, refund)


def finish(case: Case | None, refund: Refund) -> None:
    """The money is back: the receipt says so, and the person is told."""
    refunds.done(refund)
    receipt = receipts.receipt_of_money(refund.money_id)
    if receipt is not None:
        receipt.refunded_at = now()
    if case is not None:
        back = amount(refund.amount, refund.currency, case.language)
        announce(case, "refunded", key=f"refund:{refund.id}", amount=back)
