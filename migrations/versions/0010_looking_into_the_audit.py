"""The audit is looked into by kind of act and by member of staff, newest first."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_row_kind", "audit_row", ["kind", "id"])
    op.create_index("ix_audit_row_staff", "audit_row", ["actor_staff_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_row_staff", "audit_row")
    op.drop_index("ix_audit_row_kind", "audit_row")
