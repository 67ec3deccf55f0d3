"""The counter: visits of clients, openings of requests, drafts of clerks, mobiles of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter_visit",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("office", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_counter_visit_staff_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_counter_visit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_visit")),
    )
    op.create_index("ix_counter_visit_staff", "counter_visit", ["staff_id", "began_at"])
    op.create_index(op.f("ix_counter_visit_person_id"), "counter_visit", ["person_id"])
    op.create_index(op.f("ix_counter_visit_began_at"), "counter_visit", ["began_at"])
    op.create_table(
        "counter_opening",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("visit_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("session_id", sa.UUID(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["counter_visit.id"], name=op.f("fk_counter_opening_visit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_counter_opening_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_opening")),
    )
    op.create_index(op.f("ix_counter_opening_visit_id"), "counter_opening", ["visit_id"])
    op.create_index(op.f("ix_counter_opening_case_id"), "counter_opening", ["case_id"])
    op.add_column("draft", sa.Column("visit_id", sa.UUID(), nullable=True))
    op.add_column("draft", sa.Column("who_came", sa.String(length=20), nullable=True))
    op.create_foreign_key(op.f("fk_draft_visit_id"), "draft", "counter_visit", ["visit_id"], ["id"])
    op.create_check_constraint(op.f("ck_draft_counter_whole"), "draft", "(visit_id IS NULL) = (who_came IS NULL)")
    op.create_index(op.f("ix_draft_visit_id"), "draft", ["visit_id"])
    op.add_column("staff", sa.Column("mobile_key", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_staff_mobile_key"), "staff", ["mobile_key"])
    op.create_index(
        "ix_audit_row_counter",
        "audit_row",
        ["actor_staff_id", "at"],
        postgresql_where=sa.text("kind LIKE 'counter.%'"),
    )


def downgrade() -> None:
    op.drop_index("ix_audit_row_counter", "audit_row")
    op.drop_index(op.f("ix_staff_mobile_key"), "staff")
    op.drop_column("staff", "mobile_key")
    op.drop_index(op.f("ix_draft_visit_id"), "draft")
    op.drop_constraint(op.f("ck_draft_counter_whole"), "draft")
    op.drop_constraint(op.f("fk_draft_visit_id"), "draft")
    op.drop_column("draft", "who_came")
    op.drop_column("draft", "visit_id")
    op.drop_table("counter_opening")
    op.drop_table("counter_visit")
