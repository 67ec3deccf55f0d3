"""The demo on a folder where people have already done something."""

from sqlalchemy import func, select

from app.cases.models import Case
from app.extensions import db
from app.kit.workflow import FINAL
from tests.support.world import World


def test_a_story_whose_person_has_filed_such_a_request_is_left_out_and_the_others_are_told(world: World) -> None:
    mine = world.file(world.citizen("1000000016"))
    done = world.app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 0, done.output
    with world.app.app_context():
        running = select(Case).where(
            Case.service == "emirate_appointment", Case.applicant_id == world.case(mine).applicant_id,
            Case.stage.not_in([str(stage) for stage in FINAL]),
        )  # fmt: skip
        assert [case.address for case in db.session.scalars(running).unique()] == [mine]
        assert (db.session.scalar(select(func.count()).select_from(Case)) or 0) > 10
