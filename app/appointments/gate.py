"""The gate: who is expected today, what a pass says here and now, and the guard's ticks.

Letting in locks the case before the pass, as every other operation does that ends or renews a pass: a visit that is
being moved at the desk and let in at the gate in the same second is decided one after the other.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select

from app.appointments.errors import AlreadyIn, NothingChosen, PassRefused
from app.appointments.gate_models import GateEntry, VisitPass
from app.appointments.holder import VISITOR, Holder
from app.appointments.passes import pass_for
from app.appointments.states import CANCELLED, ISSUED, LET_IN, REASONS, SUPERSEDED, TURNED_AWAY, USED
from app.calendars.clock import as_zone, now, today
from app.extensions import Base, db
from app.kit.arabic import fold

UNLISTED = "unlisted"


class Answer(StrEnum):
    """What a pass says at this gate, today. The sentences stand in app/texts/gate.toml under `answer`."""

    VALID = "valid"
    IN_PART = "in_part"
    USED = "used"
    OTHER_DAY = "other_day"
    OTHER_GATE = "other_gate"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"

    @property
    def opens(self) -> bool:
        return self in (Answer.VALID, Answer.IN_PART)


class Guard(Protocol):
    """The member of staff at the gate."""

    @property
    def staff_id(self) -> uuid.UUID | None: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Expected:
    """One pass of today's list with what happened to it so far."""

    visit_pass: VisitPass
    holder: Holder
    entries: tuple[GateEntry, ...]

    @property
    def inside(self) -> dict[str, GateEntry]:
        """Subject to the tick that let it in."""
        return {entry.subject: entry for entry in self.entries if entry.kind == LET_IN}

    @property
    def turned_away(self) -> tuple[GateEntry, ...]:
        return tuple(entry for entry in self.entries if entry.kind == TURNED_AWAY)

    @property
    def waiting(self) -> tuple[str, ...]:
        return tuple(subject for subject in self.holder.subjects() if subject not in self.inside)

    def answer(self, gates: Collection[str], day: date) -> Answer:
        """What the pass says at these gates on this day."""
        ended = {SUPERSEDED: Answer.SUPERSEDED, CANCELLED: Answer.CANCELLED}.get(self.visit_pass.state)
        if ended:
            return ended
        if self.visit_pass.on_day != day:
            return Answer.USED if self.visit_pass.state == USED else Answer.OTHER_DAY
        if self.visit_pass.gate not in gates:
            return Answer.OTHER_GATE
        if not self.waiting:
            return Answer.USED
        return Answer.IN_PART if self.inside else Answer.VALID


def expected(agency: str, gates: Collection[str], day: date) -> list[Expected]:
    """The visitors of these gates on a day, by time. Ended passes are not expected."""
    rows = (
        select(VisitPass)
        .where(VisitPass.agency == agency, VisitPass.on_day == day, VisitPass.gate.in_(gates))
        .where(VisitPass.state.in_((ISSUED, USED)))
        .order_by(VisitPass.starts_at, VisitPass.id)
    )
    return _with_entries(list(db.session.scalars(rows)))


def opened(code: str) -> Expected:
    """One pass by its code, whatever its state; raises PassUnknown."""
    return _with_entries([pass_for(code)])[0]


def matching(people: Sequence[Expected], words: str) -> list[Expected]:
    """Those of whom the visitor or a companion has every word in the name, or these last four digits."""
    wanted = fold(words).split()
    if not wanted:
        return list(people)
    return [each for each in people if any(_fits(guest.name, guest.last4, wanted) for guest in each.holder.people())]


def enter(
    code: str, subjects: Iterable[str], *, gates: Collection[str], by: Guard, attended: Callable[[uuid.UUID], object]
) -> list[GateEntry]:
    """Let the chosen people and car in; `attended(case_id)` is told when the visitor is among them.

    Raises NothingChosen, PassRefused, and AlreadyIn when other guards have let in all who were chosen.
    """
    found = _locked(code)
    chosen = _chosen(found, subjects)
    new = [subject for subject in chosen if subject not in found.inside]
    if not new:
        raise _already_in(found, chosen[0])
    answer = found.answer(gates, _day(found.visit_pass))
    if not answer.opens:
        raise PassRefused(f"gate.answer.{answer}")
    entries = [_entry(found.visit_pass, subject, LET_IN, by) for subject in new]
    db.session.add_all(entries)
    if VISITOR in new:
        found.visit_pass.state, found.visit_pass.ended_at = USED, now()
        attended(found.visit_pass.case_id)
    db.session.flush()
    return entries


def turn_away(code: str, subject: str, reason: str, *, gates: Sequence[str], by: Guard) -> GateEntry:
    """Note that somebody was not let in, and why. It ends nothing: he may come back with the right paper."""
    found = _locked(code)
    if reason not in REASONS or subject not in (*found.holder.subjects(), UNLISTED):
        raise NothingChosen("gate.refused.no_reason")
    if subject in found.inside:
        raise _already_in(found, subject)
    entry = _entry(found.visit_pass, subject, TURNED_AWAY, by, reason, gates)
    db.session.add(entry)
    db.session.flush()
    return entry


def _locked(code: str) -> Expected:
    case_id = pass_for(code).case_id
    cases = Base.metadata.tables["case"]
    db.session.execute(select(cases.c.id).where(cases.c.id == case_id).with_for_update())
    row = select(VisitPass).where(VisitPass.id == pass_for(code).id)
    db.session.scalars(row.with_for_update().execution_options(populate_existing=True)).one()
    return opened(code)


def _chosen(found: Expected, subjects: Iterable[str]) -> list[str]:
    chosen, known = list(dict.fromkeys(subjects)), set(found.holder.subjects())
    if not chosen or not set(chosen) <= known:
        raise NothingChosen()
    return chosen


def _with_entries(passes: Sequence[VisitPass]) -> list[Expected]:
    ids = [each.id for each in passes]
    rows = db.session.scalars(select(GateEntry).where(GateEntry.pass_id.in_(ids)).order_by(GateEntry.at))
    by_pass: dict[uuid.UUID, list[GateEntry]] = {}
    for entry in rows:
        by_pass.setdefault(entry.pass_id, []).append(entry)
    return [Expected(each, each.holder, tuple(by_pass.get(each.id, ()))) for each in passes]


def _fits(name: str, last4: str, wanted: Sequence[str]) -> bool:
    folded = fold(name)
    return all(word in folded or word == last4 for word in wanted)


def _entry(
    visit_pass: VisitPass, subject: str, kind: str, by: Guard, reason: str = "", gates: Sequence[str] = ()
) -> GateEntry:
    """At the gate of the pass, or where somebody came with it to another gate, at that one."""
    at = visit_pass.gate if visit_pass.gate in gates or not gates else gates[0]
    return GateEntry(
        pass_id=visit_pass.id,
        subject=subject,
        kind=kind,
        reason=reason,
        gate=at,
        by_staff_id=by.staff_id,
        by_name=by.name,
    )


def _day(visit_pass: VisitPass) -> date:
    return today(as_zone(visit_pass.zone_name))


def _already_in(found: Expected, subject: str) -> AlreadyIn:
    """`time` is for a text of any language; a page that speaks one may word `at` itself."""
    first = found.inside[subject]
    time = f"{first.at.astimezone(as_zone(found.visit_pass.zone_name)):%H:%M}"
    return AlreadyIn(name=first.by_name, time=time, at=first.at)
