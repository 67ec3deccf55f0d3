"""Two officers, who are two persons, also set a refund aside; a client's change of mind is taken back by one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RULE = (
    "state <> 'set_aside' OR (proposed_by_id IS NOT NULL AND (cause = 'changed_mind' OR "
    "(set_aside_by_id <> proposed_by_id AND (set_aside_key IS NULL OR set_aside_key <> proposed_key))))"
)
# Set aside by one alone, which the version before refused in the operation only: it waits for a first officer again.
REOPENED = f"""
UPDATE refund SET state = 'open', note = set_aside_reason, proposed_by_id = NULL, proposed_key = NULL,
    proposed_at = NULL, confirmed_by_id = NULL, confirmed_key = NULL, confirmed_at = NULL
WHERE NOT ({RULE})
"""


def upgrade() -> None:
    op.add_column("refund", sa.Column("set_aside_key", sa.LargeBinary(), nullable=True))
    op.execute(REOPENED)
    op.create_check_constraint(op.f("ck_refund_set_aside_by_two"), "refund", RULE)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_refund_set_aside_by_two"), "refund")
    op.drop_column("refund", "set_aside_key")
