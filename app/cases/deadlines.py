"""Deadlines and reminders as rows. The clock acts only after the last day has ended, never before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Executable, Table, bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.calendars.clock import now
from app.calendars.working import Pause, Term, Unit, after_days, due
from app.cases import memory, standing
from app.cases.context import agency_of, calendar_of, service_of
from app.cases.models import Case, Deadline
from app.extensions import db
from app.inserts import insert_together
from app.kit.service import HALF, DeadlineRule, Service
from app.kit.workflow import Step

REMIND_HOUR = 10
# The unit of a due time that nobody counts: a day that was answered, a visit, the end of a certificate.
MOMENT = "moment"
# Stands in the kind of a reminder between the deadline it belongs to and its own place.
REMINDS = ":remind:"
_table = cast(Table, Deadline.__table__)
_rows = _table.c
# Built once: making a statement costs more than asking it.
_END_ALL = (
    update(_table)
    .where(_rows.case_id == bindparam("case"), _rows.state == "open")
    .values(state=bindparam("to"), ended_at=bindparam("at"))
    .returning(_rows.id)
)
# What the office owes to whoever objected it owes however the case goes on.
_END_BUT_APPEAL = _END_ALL.where(_rows.kind != "appeal")
_END_KIND = _END_ALL.where((_rows.kind == bindparam("of")) | _rows.kind.startswith(bindparam("before")))


def unit_of(rule: DeadlineRule, case: Case) -> Unit:
    """Calendar days until the agency's setting says working days; a rule may fix its own unit."""
    chosen = agency_of(case).deadline_days if rule.unit == "agency" else rule.unit
    return Unit.WORKING_DAYS if chosen == "working" else Unit.DAYS


def appeal_until(case: Case) -> Term:
    """Until when a decision may be objected to: the agency's days, counted from the day it fell."""
    agency = agency_of(case)
    return after_days(standing.decided_at(case) or now(), agency.appeal_days, calendar_of(agency))


def lacks_day(case: Case, kind: str) -> bool:
    """Whether the deadline would end on a day that nobody has answered."""
    on = service_of(case).deadline(kind).ends_on
    return on is not None and not case.answers.get(on)


def term(case: Case, rule: DeadlineRule, basis_at: datetime, days: int | None = None) -> Term:
    if rule.ends_on:
        on = date.fromisoformat(case.answers[rule.ends_on])
        return Term(on, calendar_of(agency_of(case)).end_of_day(on))
    return due(basis_at, rule.days if days is None else days, unit_of(rule, case), calendar_of(agency_of(case)))


def set_deadline(
    case: Case,
    kind: str,
    *,
    basis_at: datetime | None = None,
    days: int | None = None,
    rule: DeadlineRule | None = None,
) -> Deadline:
    """Open the deadline `kind` of the case's service with its reminders; an earlier one of the kind ends.

    `rule`: for a deadline that is the agency's and not of one service.
    """
    rule = rule or service_of(case).deadline(kind, is_urgent=case.is_urgent)
    clear(case, kind)
    rows = opened(case, rule, basis_at or now(), days=days, cycle=_next_cycle(case, kind))
    insert_together(*rows)
    return rows[0]


def begun_by(case: Case, step: Step) -> Deadline | None:
    """The deadline that a step opens. One that begins anew because it lapsed does not lapse so again."""
    if not step.deadline:
        return None
    rule = service_of(case).deadline(step.deadline, is_urgent=case.is_urgent)
    return set_deadline(case, step.deadline, rule=replace(rule, lapse=None) if rule.lapse == step.name else rule)


def opened(
    case: Case, rule: DeadlineRule, basis_at: datetime, *, days: int | None = None, cycle: int = 1
) -> list[Deadline]:
    """The row of a deadline that begins to run, and those of its reminders; not written yet."""
    found = term(case, rule, basis_at, days)
    row = Deadline(
        case_id=case.id,
        kind=rule.kind,
        basis_at=basis_at,
        amount=rule.days if days is None else days,
        unit=MOMENT if rule.ends_on else unit_of(rule, case),
        due_at=found.due_at,
        last_on=found.last_on,
        step=rule.lapse,
        cycle=cycle,
    )
    return [row, *_reminders(row, rule)]


def first_target(case: Case, service: Service) -> list[Deadline]:
    """The target that runs from the filing of a case, not written yet."""
    kinds = (rule.kind for rule in service.deadlines if rule.kind == "target")
    rules = (service.deadline(kind, is_urgent=case.is_urgent) for kind in kinds)
    return [row for rule in rules for row in opened(case, rule, case.filed_at)]


def _reminders(row: Deadline, rule: DeadlineRule) -> Iterator[Deadline]:
    """The reminders before a deadline that are still to come."""
    for each in rule.remind:
        before = (row.due_at - row.basis_at).days // 2 if each == HALF else int(each)
        at = row.due_at - timedelta(days=before, hours=24 - REMIND_HOUR)
        if rule.reminder and at > now():
            yield Deadline(
                case_id=row.case_id,
                kind=f"{row.kind}{REMINDS}{each}",
                basis_at=row.basis_at,
                amount=before,
                unit=row.unit,
                due_at=at,
                last_on=row.last_on,
                notice=rule.reminder,
                cycle=row.cycle,
            )


def recount(case: Case, kind: str, pauses: Sequence[Pause]) -> None:
    """Count the open deadline of this kind anew, the days left out in which the agency waited for the citizen."""
    row = open_deadline(case, kind)
    if row is None:
        return
    found = due(row.basis_at, row.amount, Unit(row.unit), calendar_of(agency_of(case)), pauses)
    row.due_at, row.last_on = found.due_at, found.last_on
    db.session.flush()


def set_moment(
    case: Case,
    kind: str,
    due_at: datetime,
    *,
    step: str | None = None,
    notice: str | None = None,
    last_on: date | None = None,
) -> None:
    """A due moment that comes from something else than a rule: the day of a visit, the end of a certificate.

    `last_on`: the day that a reminder names; without it the one that ends at `due_at`.
    """
    clear(case, kind)
    zone = agency_of(case).zone
    db.session.add(
        Deadline(
            case_id=case.id,
            kind=kind,
            basis_at=now(),
            amount=0,
            unit=MOMENT,
            due_at=due_at,
            step=step,
            notice=notice,
            last_on=last_on or (due_at - timedelta(microseconds=1)).astimezone(zone).date(),
            cycle=_next_cycle(case, kind),
        )
    )
    db.session.flush()


def clear(case: Case, kind: str, *, state: str = "met") -> None:
    """End the open deadline of this kind and its reminders."""
    _end(_END_KIND, case, state, of=kind, before=f"{kind}:")


def clear_all(case: Case) -> None:
    """The case has ended: so has everything that ran, but the answer to an objection where it can still be given."""
    is_owed = service_of(case).step("answer_appeal", case.stage) is not None
    _end(_END_BUT_APPEAL if is_owed else _END_ALL, case, "met")


def _end(statement: Executable, case: Case, state: str, **which: str) -> None:
    """End open rows; those that the session holds say so too."""
    db.session.flush()
    at = now()
    for ended in db.session.scalars(statement, {"case": case.id, "to": state, "at": at, **which}):
        row = db.session.identity_map.get(db.session.identity_key(Deadline, ended))
        if row is not None:
            set_committed_value(row, "state", state)
            set_committed_value(row, "ended_at", at)


def open_deadline(case: Case, kind: str) -> Deadline | None:
    remembered = memory.known(case, Deadline)
    if remembered is not None:
        return next((each for each in remembered if each.kind == kind), None)
    return db.session.scalar(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == kind, Deadline.state == "open")
    )


def open_deadlines(case: Case) -> list[Deadline]:
    """Those that run, without the reminders before them; the nearest first."""
    remembered = memory.known(case, Deadline)
    if remembered is not None:
        return [each for each in remembered if ":" not in each.kind]
    rows = select(Deadline).where(Deadline.case_id == case.id, Deadline.state == "open", Deadline.kind.not_like("%:%"))
    return list(db.session.scalars(rows.order_by(Deadline.due_at)))


def _next_cycle(case: Case, kind: str) -> int:
    last = db.session.scalar(select(func.max(Deadline.cycle)).where(Deadline.case_id == case.id, Deadline.kind == kind))
    return (last or 0) + 1
