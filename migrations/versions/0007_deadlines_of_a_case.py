"""Deadlines of a case, ended ones too, are found by an index: which cycle of a kind is the next."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_deadline_case", "deadline", ["case_id", "kind"])


def downgrade() -> None:
    op.drop_index("ix_deadline_case", table_name="deadline")
