"""What editors publish: news of the portal or of an agency, and that a service is closed for a while."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=True),
        sa.Column("service", sa.String(length=60), nullable=True),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("text", postgresql.JSONB(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", postgresql.UUID(as_uuid=True), nullable=True),
        sa.CheckConstraint("NOT closes OR service IS NOT NULL", name=op.f("ck_announcement_closes_a_service")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_announcement_ends_after_it_starts")),
        sa.CheckConstraint("service IS NULL OR agency IS NOT NULL", name=op.f("ck_announcement_service_of_an_agency")),
        sa.ForeignKeyConstraint(["published_by_id"], ["staff.id"], name=op.f("fk_announcement_published_by_id_staff")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["staff.id"], name=op.f("fk_announcement_withdrawn_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(
        "ix_announcement_service", "announcement", ["service"], postgresql_where=sa.text("withdrawn_at IS NULL")
    )
    op.create_index(
        "ix_announcement_starts", "announcement", ["starts_at"], postgresql_where=sa.text("withdrawn_at IS NULL")
    )


def downgrade() -> None:
    op.drop_table("announcement")
