"""A workflow is a table of steps. The same table draws the buttons, judges the POST and says what happens next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from app.kit.conditions import When
from app.kit.roles import Role


class Stage(StrEnum):
    """The stages the engine knows; a service may add its own as plain strings."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ISSUED = "issued"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


# Approved by one person, waiting for another: services with two approvals.
PRELIMINARY = "preliminarily_approved"
# The steps of a case that belong to a first and a second person. The database knows these names too (History.part).
FIRST_PERSON, SECOND_PERSON = ("approve_preliminary", "correct_certificate"), ("approve_final", "approve_correction")
FINAL = frozenset({Stage.CLOSED, Stage.REFUSED, Stage.CANCELLED})
# What a step with the input `result` may come to, where it declares no options of its own.
RESULTS = ("clear", "concern")
CITIZEN = "citizen"
CLOCK = "clock"
GATEWAY = "gateway"


@dataclass(frozen=True)
class Step:
    """One allowed move. `by`: roles, "citizen", "clock" or "gateway" (verified money). Durations and effects are names
    the engine knows.

    `hidden`: leaves no trace wherever the citizen can look. `needs`: names of steps that must have happened before.
    `blocked_by_requests`: refused while a request to the citizen is open. `once`: at most once in the life of a case.
    `apart`: taken on a page of its own, not among the decisions. `apart_from` (four eyes): names of
    steps whose taker, in any round of the case, may not take this one. `in_favour`: names of steps whose last `result`
    must have been the first of their options. `keeps_rules`: refused while a rule is broken. `told_once`: the citizen
    reads of it the first time only, since its way back is the office's own. `options`: what its input `result` may be.
    `against`, of an objection: the outcomes it may be made to; without any, every end in its stage.
    `when`: a step of cases with these answers only; of others it is none.
    `undoes`: names of steps that count as not taken from then on (for `needs` and `once`; the history keeps them).
    `objectionable`: a decision before the end of the case, from whose day the time to object is counted.
    """

    name: str
    from_stage: str
    to: str
    by: tuple[str, ...]
    notice: str | None = None
    event: str | None = None
    outcome: str | None = None
    reasons: str | None = None
    hidden: bool = False
    once: bool = False
    needs: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    slot: str | None = None
    effect: str | None = None
    document: str | None = None
    deadline: str | None = None
    clears: tuple[str, ...] = ()
    blocked_by_requests: bool = False
    danger: bool = False
    decides: bool = False
    bulk: bool = False
    apart: bool = False
    apart_from: tuple[str, ...] = ()
    in_favour: tuple[str, ...] = ()
    keeps_rules: bool = False
    told_once: bool = False
    options: tuple[str, ...] = RESULTS
    against: tuple[str, ...] = ()
    when: When = field(default_factory=dict)
    undoes: tuple[str, ...] = ()
    objectionable: bool = False

    @property
    def for_citizen(self) -> bool:
        return CITIZEN in self.by

    @property
    def for_clock(self) -> bool:
        return CLOCK in self.by


def step(
    name: str, from_stage: str | Iterable[str], *, to: str | None = None, by: str | Iterable[str], **more: object
) -> list[Step]:
    """One line of a workflow; several `from` stages give several steps of one name; without `to` the stage stays."""
    stages = (from_stage,) if isinstance(from_stage, str) else tuple(from_stage)
    roles = (by,) if isinstance(by, str) else tuple(by)
    return [Step(name, stage, to or stage, tuple(str(role) for role in roles), **more) for stage in stages]  # type: ignore[arg-type]


class WorkflowError(Exception):
    """The declaration contradicts itself; raised when it is read, never while the portal serves."""


@dataclass(frozen=True)
class Workflow:
    steps: tuple[Step, ...]
    _index: dict[tuple[str, str], Step] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for each in self.steps:
            key = (each.name, each.from_stage)
            if key in self._index:
                raise WorkflowError(f"step {each.name} from {each.from_stage} is declared twice")
            self._index[key] = each
        stuck = self.stages - FINAL - {each.from_stage for each in self.steps if each.to != each.from_stage}
        if stuck:
            raise WorkflowError(f"no way out of {sorted(stuck)}")

    @classmethod
    def of(cls, *lines: Iterable[Step]) -> "Workflow":
        return cls(tuple(each for line in lines for each in line))

    def plus(self, *lines: Iterable[Step]) -> "Workflow":
        return Workflow(self.steps + tuple(each for line in lines for each in line))

    @property
    def stages(self) -> set[str]:
        return {each.from_stage for each in self.steps} | {each.to for each in self.steps}

    def find(self, name: str, stage: str) -> Step | None:
        return self._index.get((name, stage))

    def from_stage(self, stage: str) -> Iterator[Step]:
        return (each for each in self.steps if each.from_stage == stage)

    def takes_objections(self, stage: str, outcome: str | None) -> bool:
        """Whether a case that has ended so in `stage` may be objected to."""
        step = self.find("object", stage)
        return step is not None and (not step.against or outcome in step.against)

    def names(self) -> list[str]:
        return list(dict.fromkeys(each.name for each in self.steps))

    def reachable(self) -> set[str]:
        """Every stage that can be reached from a draft."""
        seen, open_ = {str(Stage.DRAFT)}, [str(Stage.DRAFT)]
        while open_:
            for each in self.from_stage(open_.pop()):
                if each.to not in seen:
                    seen.add(each.to)
                    open_.append(each.to)
        return seen


def objection(stage: str, *, back_to: str, against: tuple[str, ...] = (), **more: object) -> tuple[list[Step], ...]:
    """Against a decision that ended in `stage`: it is objected to, answered, and opened again where it was wrong.

    `against`: the outcomes that may be objected to, where the stage knows others.
    """
    return (
        step("object", stage, by=CITIZEN, event="objected", apart=True, against=against),
        step("answer_appeal", stage, by=Role.SUPERVISOR, decides=True, apart=True),
        step("reopen", stage, to=back_to, by=Role.SUPERVISOR, event="reopened", decides=True, apart=True, **more),
    )


def cancellation(stages: str | Iterable[str], **more: object) -> list[Step]:
    """The citizen takes the request back."""
    told = "cancelled_by_citizen"
    return step(
        "cancel", stages, to=Stage.CANCELLED, by=CITIZEN, notice=told, event=told, outcome=told, danger=True, **more
    )


def standard(
    *,
    reviewer: str = Role.OFFICER,
    answer: str = "answer",
    asked: str = "asked",
    lapsed: str = "cancelled_unanswered",
    extends: bool = True,
    unsettles: tuple[str, ...] = (),
) -> Workflow:
    """What every service of an office has: file, take up, ask and answer, refuse, cancel, lapse.

    `asked`, `lapsed`: the notices of asking and of no answer in time. `extends`: whether that time may be prolonged.
    `unsettles`: steps that count as not taken once the citizen has answered, since they were about what stood before,
    or once the request was refused, should an objection open it again.
    """
    live = (Stage.SUBMITTED, Stage.IN_REVIEW)
    staff = (reviewer, Role.SUPERVISOR)
    extend = step("extend", Stage.IN_REVIEW, by=staff, notice="extended", inputs=("days",), needs=("send_requests",))
    return Workflow.of(
        step("submit", Stage.DRAFT, to=Stage.SUBMITTED, by=CITIZEN, notice="submitted", event="submitted"),
        step("start_review", Stage.SUBMITTED, to=Stage.IN_REVIEW, by=reviewer, notice="started", bulk=True),
        step("assign", live, by=staff, inputs=("assignee",), hidden=True),
        step("send_requests", Stage.IN_REVIEW, by=reviewer, notice=asked, event=asked, deadline=answer, apart=True),
        step("withdraw_request", Stage.IN_REVIEW, by=staff, event="request_withdrawn", apart=True),
        step("answer", Stage.IN_REVIEW, by=CITIZEN, event="answered", undoes=unsettles),
        step("accept_answer", Stage.IN_REVIEW, by=reviewer, apart=True),
        extend if extends else (),
        step(
            "refuse",
            Stage.IN_REVIEW,
            to=Stage.REFUSED,
            by=reviewer,
            notice="refused",
            outcome="refused",
            reasons="refuse",
            blocked_by_requests=True,
            danger=True,
            decides=True,
            undoes=unsettles,
        ),
        cancellation(live),
        *objection(Stage.REFUSED, back_to=Stage.IN_REVIEW, deadline="target"),
        step(
            "lapse_answer",
            Stage.IN_REVIEW,
            to=Stage.CANCELLED,
            by=CLOCK,
            notice=lapsed,
            event="cancelled_unanswered",
            outcome="cancelled_unanswered",
        ),
    )
