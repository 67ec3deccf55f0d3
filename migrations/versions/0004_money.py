"""Money: bills, attempts, what arrived, receipts, refunds, the cashier's day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What arrived and what lay in the till is added to and read, never changed (as history and audit rows).
APPEND_ONLY = ("money", "cash_entry")
TAKE_AWAY = """
DO $$ DECLARE account record; BEGIN
  FOR account IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
    WHERE table_name = '{table}' AND grantee <> current_user AND grantee <> 'PUBLIC'
  LOOP EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', account.grantee); END LOOP;
END $$
"""


def keep_append_only() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(TAKE_AWAY.replace("{table}", table))


def upgrade() -> None:
    op.create_table(
        "receipt_counter",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_receipt_counter")),
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("theirs", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("unmatched", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    op.create_table(
        "cash_day",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("staff_id", sa.UUID(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("office", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_cash_day_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_day")),
    )
    with op.batch_alter_table("cash_day", schema=None) as batch_op:
        batch_op.create_index("ix_cash_day_agency", ["agency", "on_day"], unique=False)
        batch_op.create_index(
            "uq_cash_day_open", ["staff_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
        )

    op.create_table(
        "bill",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("agency", sa.String(length=60), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'paid', 'void')", name=op.f("ck_bill_state")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bill_amount_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_bill_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bill_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
    )
    with op.batch_alter_table("bill", schema=None) as batch_op:
        batch_op.create_index("ix_bill_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_bill_person", ["person_id", "created_at"], unique=False)
        batch_op.create_index("uq_bill_open", ["case_id"], unique=True, postgresql_where=sa.text("state = 'open'"))

    op.create_table(
        "payment_attempt",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("bill_id", sa.UUID(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("gateway_ref", sa.String(length=80), nullable=True),
        sa.Column("pay_url", sa.String(length=500), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_as", sa.String(length=20), nullable=True),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('starting', 'live', 'paid', 'ended')", name=op.f("ck_payment_attempt_state")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_payment_attempt_bill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint("gateway", "gateway_ref", name=op.f("uq_payment_attempt_gateway_gateway_ref")),
    )
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_payment_attempt_bill_id", ["bill_id"], unique=False)
        batch_op.create_index(
            "ix_payment_attempt_due", ["check_at"], unique=False, postgresql_where=sa.text("check_at IS NOT NULL")
        )
        batch_op.create_index(
            "uq_payment_attempt_live",
            ["bill_id"],
            unique=True,
            postgresql_where=sa.text("state IN ('starting', 'live')"),
        )

    op.create_table(
        "gateway_event",
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("attempt_id", sa.UUID(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["payment_attempt.id"], name=op.f("fk_gateway_event_attempt_id")),
        sa.PrimaryKeyConstraint("gateway", "event_id", name=op.f("pk_gateway_event")),
    )
    op.create_table(
        "money",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("bill_id", sa.UUID(), nullable=True),
        sa.Column("attempt_id", sa.UUID(), nullable=True),
        sa.Column("cash_day_id", sa.UUID(), nullable=True),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("gateway_ref", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("brand", sa.String(length=20), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_money_amount_positive")),
        sa.ForeignKeyConstraint(["attempt_id"], ["payment_attempt.id"], name=op.f("fk_money_attempt_id")),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_money_bill_id")),
        sa.ForeignKeyConstraint(["cash_day_id"], ["cash_day.id"], name=op.f("fk_money_cash_day_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money")),
        sa.UniqueConstraint("gateway", "gateway_ref", name=op.f("uq_money_gateway_gateway_ref")),
    )
    with op.batch_alter_table("money", schema=None) as batch_op:
        batch_op.create_index("ix_money_bill_id", ["bill_id"], unique=False)
        batch_op.create_index("ix_money_paid_at", ["paid_at"], unique=False)
        batch_op.create_index(
            "uq_money_settles", ["bill_id"], unique=True, postgresql_where=sa.text("fate = 'settles'")
        )

    op.create_table(
        "cash_entry",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("cash_day_id", sa.UUID(), nullable=False),
        sa.Column("money_id", sa.UUID(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cash_day_id"], ["cash_day.id"], name=op.f("fk_cash_entry_cash_day_id")),
        sa.ForeignKeyConstraint(["money_id"], ["money.id"], name=op.f("fk_cash_entry_money_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_entry")),
    )
    with op.batch_alter_table("cash_entry", schema=None) as batch_op:
        batch_op.create_index("ix_cash_entry_day", ["cash_day_id", "at"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("money_id", sa.UUID(), nullable=False),
        sa.Column("bill_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_receipt_bill_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_receipt_case_id")),
        sa.ForeignKeyConstraint(["money_id"], ["money.id"], name=op.f("fk_receipt_money_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("code", name=op.f("uq_receipt_code")),
        sa.UniqueConstraint("money_id", name=op.f("uq_receipt_money_id")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_receipt_year_serial")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index("ix_receipt_case_id", ["case_id"], unique=False)

    op.create_table(
        "refund",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("money_id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=True),
        sa.Column("agency", sa.String(length=60), nullable=True),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.UUID(), nullable=True),
        sa.Column("proposed_key", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.UUID(), nullable=True),
        sa.Column("confirmed_key", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'done' OR confirmed_by_id IS NOT NULL", name=op.f("ck_refund_done_when_confirmed")
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR (proposed_by_id IS NOT NULL AND confirmed_by_id <> proposed_by_id)",
            name=op.f("ck_refund_two_officers"),
        ),
        sa.CheckConstraint(
            "confirmed_key IS NULL OR confirmed_key <> proposed_key", name=op.f("ck_refund_two_persons")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_refund_case_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["staff.id"], name=op.f("fk_refund_confirmed_by_id")),
        sa.ForeignKeyConstraint(["money_id"], ["money.id"], name=op.f("fk_refund_money_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["staff.id"], name=op.f("fk_refund_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(
            "ix_refund_due", ["due_at"], unique=False, postgresql_where=sa.text("state = 'confirmed'")
        )
        batch_op.create_index(
            "ix_refund_waiting", ["opened_at"], unique=False, postgresql_where=sa.text("state <> 'done'")
        )
        batch_op.create_index("uq_refund_money", ["money_id"], unique=True)
    keep_append_only()


def downgrade() -> None:
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index("uq_refund_money")
        batch_op.drop_index("ix_refund_waiting", postgresql_where=sa.text("state <> 'done'"))
        batch_op.drop_index("ix_refund_due", postgresql_where=sa.text("state = 'confirmed'"))

    op.drop_table("refund")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_receipt_case_id")

    op.drop_table("receipt")
    with op.batch_alter_table("cash_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_cash_entry_day")

    op.drop_table("cash_entry")
    with op.batch_alter_table("money", schema=None) as batch_op:
        batch_op.drop_index("uq_money_settles", postgresql_where=sa.text("fate = 'settles'"))
        batch_op.drop_index("ix_money_paid_at")
        batch_op.drop_index("ix_money_bill_id")

    op.drop_table("money")
    op.drop_table("gateway_event")
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.drop_index("uq_payment_attempt_live", postgresql_where=sa.text("state IN ('starting', 'live')"))
        batch_op.drop_index("ix_payment_attempt_due", postgresql_where=sa.text("check_at IS NOT NULL"))
        batch_op.drop_index("ix_payment_attempt_bill_id")

    op.drop_table("payment_attempt")
    with op.batch_alter_table("bill", schema=None) as batch_op:
        batch_op.drop_index("uq_bill_open", postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index("ix_bill_person")
        batch_op.drop_index("ix_bill_case_id")

    op.drop_table("bill")
    with op.batch_alter_table("cash_day", schema=None) as batch_op:
        batch_op.drop_index("uq_cash_day_open", postgresql_where=sa.text("closed_at IS NULL"))
        batch_op.drop_index("ix_cash_day_agency")

    op.drop_table("cash_day")
    op.drop_table("reconciliation")
    op.drop_table("receipt_counter")
