"""Certificates: their number, their last day, the state «expired»."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = "state IN ('issued', 'superseded', 'revoked', 'expired')"


def upgrade() -> None:
    op.add_column("document", sa.Column("number", sa.String(length=30), nullable=True))
    op.add_column("document", sa.Column("valid_until", sa.Date(), nullable=True))
    op.drop_constraint(op.f("ck_document_state"), "document", type_="check")
    op.create_check_constraint(op.f("ck_document_state"), "document", STATES)
    op.create_index(
        "uq_document_number", "document", ["kind", "number"], unique=True, postgresql_where=sa.text("number IS NOT NULL")
    )
    op.create_index(
        "ix_document_sha256", "document", ["sha256"], postgresql_where=sa.text("kind = 'certificate'")
    )


def downgrade() -> None:
    op.drop_index("ix_document_sha256", "document")
    op.drop_index("uq_document_number", "document")
    op.drop_constraint(op.f("ck_document_state"), "document", type_="check")
    op.create_check_constraint(op.f("ck_document_state"), "document", STATES.replace(", 'expired'", ""))
    op.drop_column("document", "valid_until")
    op.drop_column("document", "number")
