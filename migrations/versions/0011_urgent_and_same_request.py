"""What is urgent stands first in a queue; whether a request is open is asked of the answers it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.add_column("case", sa.Column("is_urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "case",
        sa.Column(
            "comes_first",
            sa.Boolean(),
            sa.Computed("is_urgent AND target_at IS NOT NULL", persisted=True),
            nullable=False,
        ),
    )
    op.add_column("case", sa.Column("same_key", sa.LargeBinary(), nullable=True))
    op.drop_index("ix_case_queue", "case")
    columns = ["agency", sa.text("comes_first DESC"), "target_at", "filed_at", "id"]
    op.create_index("ix_case_queue", "case", columns, postgresql_where=OPEN)
    op.create_index(
        "ix_case_same", "case", ["same_key"], postgresql_where=sa.text("closed_at IS NULL AND same_key IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_case_same", "case")
    op.drop_index("ix_case_queue", "case")
    op.create_index("ix_case_queue", "case", ["agency", "target_at", "filed_at", "id"], postgresql_where=OPEN)
    op.drop_column("case", "same_key")
    op.drop_column("case", "comes_first")
    op.drop_column("case", "is_urgent")
