"""Four eyes: one identity never takes both a first and a second person's step of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PART = (
    "CASE WHEN step IN ('approve_preliminary', 'correct_certificate') THEN 1 "
    "WHEN step IN ('approve_final', 'approve_correction') THEN 2 END"
)


def upgrade() -> None:
    op.add_column("history", sa.Column("part", sa.SmallInteger(), sa.Computed(PART, persisted=True), nullable=True))
    op.create_check_constraint(op.f("ck_history_part_known"), "history", "part IS NULL OR actor_key IS NOT NULL")
    op.create_exclude_constraint(
        "ex_history_four_eyes",
        "history",
        (sa.column("case_id"), "="),
        (sa.column("actor_key"), "="),
        (sa.column("part"), "<>"),
        where=sa.text("part IS NOT NULL"),
        using="gist",
    )


def downgrade() -> None:
    op.drop_constraint("ex_history_four_eyes", "history")
    op.drop_constraint(op.f("ck_history_part_known"), "history")
    op.drop_column("history", "part")
