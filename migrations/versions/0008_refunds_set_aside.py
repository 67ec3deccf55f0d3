"""A refund that is not given back after all is set aside with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RULE = "state <> 'set_aside' OR (set_aside_by_id IS NOT NULL AND set_aside_reason <> '')"


def upgrade() -> None:
    op.add_column("refund", sa.Column("set_aside_by_id", sa.UUID(), nullable=True))
    op.add_column("refund", sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("refund", sa.Column("set_aside_reason", sa.String(length=500), server_default="", nullable=False))
    op.create_foreign_key(op.f("fk_refund_set_aside_by_id"), "refund", "staff", ["set_aside_by_id"], ["id"])
    op.create_check_constraint(op.f("ck_refund_set_aside_with_reason"), "refund", RULE)


# The version before knows no such state: what was set aside waits for a first officer again, with its reason as the note.
REOPENED = """
UPDATE refund SET state = 'open', note = set_aside_reason, proposed_by_id = NULL, proposed_key = NULL,
    proposed_at = NULL, confirmed_by_id = NULL, confirmed_key = NULL, confirmed_at = NULL
WHERE state = 'set_aside'
"""


def downgrade() -> None:
    op.execute(REOPENED)
    for name in ("set_aside_reason", "set_aside_at", "set_aside_by_id"):
        op.drop_column("refund", name)
