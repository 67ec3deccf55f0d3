"""The target of a case on its own row, so that a queue is read in order from an index."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TARGET_OF = "SELECT due_at FROM deadline WHERE case_id = {} AND kind = 'target' AND state = 'open'"
KEEP = f"""
CREATE FUNCTION keep_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "case" SET target_at = ({TARGET_OF.format("NEW.case_id")}) WHERE id = NEW.case_id;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("target_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_case_queue",
            ["agency", "target_at", "filed_at", "id"],
            unique=False,
            postgresql_where=sa.text("closed_at IS NULL"),
        )
    op.execute(f'UPDATE "case" SET target_at = ({TARGET_OF.format(chr(34) + "case" + chr(34) + ".id")})')
    op.execute(KEEP)
    for event, name in (("INSERT", "made"), ("UPDATE OF state, due_at", "moved")):
        op.execute(
            f"CREATE TRIGGER deadline_target_{name} AFTER {event} ON deadline FOR EACH ROW "
            "WHEN (NEW.kind = 'target') EXECUTE FUNCTION keep_target()"
        )


def downgrade() -> None:
    for name in ("made", "moved"):
        op.execute(f"DROP TRIGGER deadline_target_{name} ON deadline")
    op.execute("DROP FUNCTION keep_target()")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index("ix_case_queue")
        batch_op.drop_column("target_at")
