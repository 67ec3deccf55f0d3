"""A workflow is a table that contradicts itself at start or never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.roles import Role
from app.kit.workflow import CITIZEN, CLOCK, FINAL, Stage, Workflow, WorkflowError, objection, standard, step

SUBMIT = step("submit", Stage.DRAFT, to=Stage.SUBMITTED, by=CITIZEN)
CLOSE = step("close", Stage.SUBMITTED, to=Stage.CLOSED, by=Role.OFFICER, outcome="closed")


def test_a_step_from_several_stages_stands_once_for_each_and_stays_where_it_is_without_a_goal() -> None:
    lines = step("assign", (Stage.SUBMITTED, Stage.IN_REVIEW), by=(Role.OFFICER, Role.SUPERVISOR))
    assert [(each.from_stage, each.to) for each in lines] == [("submitted", "submitted"), ("in_review", "in_review")]
    assert lines[0].by == ("officer", "supervisor")


def test_the_same_step_from_the_same_stage_twice_is_a_contradiction() -> None:
    with pytest.raises(WorkflowError, match="twice"):
        Workflow.of(SUBMIT, CLOSE, CLOSE)


def test_a_stage_without_a_way_out_is_found_when_the_table_is_read() -> None:
    with pytest.raises(WorkflowError, match="no way out of"):
        Workflow.of(SUBMIT)
    with pytest.raises(WorkflowError, match="waiting"):
        Workflow.of(SUBMIT, CLOSE, step("park", Stage.SUBMITTED, to="waiting", by=Role.OFFICER))


def test_staying_in_a_stage_is_no_way_out() -> None:
    with pytest.raises(WorkflowError):
        Workflow.of(SUBMIT, step("note", Stage.SUBMITTED, by=Role.OFFICER))


def test_final_stages_may_be_left_alone() -> None:
    assert Workflow.of(SUBMIT, CLOSE).stages == {"draft", "submitted", "closed"}


def test_adding_lines_leaves_the_first_table_as_it_was() -> None:
    first = Workflow.of(SUBMIT, CLOSE)
    second = first.plus(step("refuse", Stage.SUBMITTED, to=Stage.REFUSED, by=Role.OFFICER))
    assert first.find("refuse", Stage.SUBMITTED) is None
    assert second.find("refuse", Stage.SUBMITTED) is not None
    assert second.names() == ["submit", "close", "refuse"]


def test_an_objection_may_be_open_to_one_of_the_ends_of_a_stage_only() -> None:
    table = Workflow.of(SUBMIT, CLOSE, *objection(Stage.CLOSED, back_to=Stage.SUBMITTED, against=("answered",)))
    assert table.takes_objections("closed", "answered")
    assert not table.takes_objections("closed", "expired")
    assert not table.takes_objections("submitted", "answered")
    every = Workflow.of(SUBMIT, CLOSE, *objection(Stage.CLOSED, back_to=Stage.SUBMITTED))
    assert every.takes_objections("closed", "expired")


def test_a_stage_nobody_leads_to_is_not_reachable() -> None:
    lost = Workflow.of(SUBMIT, CLOSE, step("wake", "lost", to=Stage.CLOSED, by=CLOCK))
    assert "lost" in lost.stages
    assert "lost" not in lost.reachable()


def test_a_step_is_found_by_name_and_stage_together() -> None:
    workflow = standard()
    assert workflow.find("refuse", Stage.IN_REVIEW) is not None
    assert workflow.find("refuse", Stage.SUBMITTED) is None
    assert workflow.find("nothing", Stage.IN_REVIEW) is None


def test_the_standard_table_is_open_to_another_reviewer_and_only_citizen_and_clock_act_beside_staff() -> None:
    workflow = standard(reviewer=Role.VETERINARIAN)
    found = workflow.find("refuse", Stage.IN_REVIEW)
    assert found is not None
    assert found.by == ("veterinarian",)
    everybody = {role for each in workflow.steps for role in each.by}
    assert everybody - {"citizen", "clock"} <= {str(role) for role in Role}
    assert workflow.reachable() == workflow.stages


def test_whatever_ends_a_case_says_how_and_decisions_wait_for_open_requests() -> None:
    for each in standard().steps:
        if each.to in FINAL and each.from_stage not in FINAL:
            assert each.outcome
        if each.decides and each.from_stage not in FINAL:
            assert each.blocked_by_requests


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=6))
def test_any_chain_of_stages_that_ends_is_reachable_as_a_whole(stages: list[str]) -> None:
    chain = ["draft", *dict.fromkeys(stages), "closed"]
    lines = [step(f"to_{goal}", here, to=goal, by=CITIZEN) for here, goal in zip(chain, chain[1:], strict=False)]
    workflow = Workflow.of(*lines)
    assert workflow.reachable() == set(chain)
