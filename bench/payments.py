"""How many payments a process verifies: asked, locked, booked, the case's step taken, receipt and messages written."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from sqlalchemy import func, select

from app.calendars.clock import now
from app.calendars.hijri import hijri_year
from app.cases import billing
from app.cases.context import registry
from app.extensions import db
from app.kit.paying import AFTER_APPROVAL, Payment
from app.kit.registry import Registry
from app.kit.workflow import GATEWAY, Stage, Workflow, step
from app.payments import attempts
from app.payments.gateways.base import Charge, Invoice
from app.payments.gateways.moyasar import Moyasar
from app.payments.models import Receipt
from bench.queues import Rate
from bench.servers import DATABASE, Ground

BILLS, FEE, SLUG = 500, 6000, "general_transaction"
WORKFLOW = Workflow.of(
    step("start", Stage.DRAFT, to=Stage.APPROVED, by="citizen"),
    step("pay", Stage.APPROVED, to=Stage.CLOSED, by=GATEWAY, outcome="answered"),
)
ROWS = (
    """INSERT INTO person (id, country, id_type, identity_key, identity_sealed, name_ar, name_search, language,
                           created_at)
       SELECT md5('payer' || n)::uuid, 'SA', 'citizen', sha256(('payer' || n)::bytea), '\\x00', 'name', 'name', 'ar',
              %(at)s FROM generate_series(1, %(many)s::int) AS n""",
    """INSERT INTO "case" (id, year, serial, service, agency, office, declaration_version, applicant_id, channel,
                           language, stage, version, public_version, answers, filed_at, touched_at)
       SELECT md5('owed' || n)::uuid, %(year)s, 70000000 + n, 'general_transaction', 'municipality',
              'municipality_main', 'bench', md5('payer' || n)::uuid, 'portal', 'ar', 'approved', 1, 1, '{}', %(at)s,
              %(at)s FROM generate_series(1, %(many)s::int) AS n""",
    """INSERT INTO bill (id, case_id, person_id, agency, service, lines, amount, currency, state, created_at)
       SELECT md5('bill' || n)::uuid, md5('owed' || n)::uuid, md5('payer' || n)::uuid, 'municipality',
              'general_transaction', '[{"code": "fee", "count": 1, "each": 6000, "minor": 6000,
              "label": {"ar": "fee", "en": "fee"}}]', 6000, 'SAR', 'open', %(at)s
       FROM generate_series(1, %(many)s::int) AS n""",
    """INSERT INTO payment_attempt (id, bill_id, gateway, gateway_ref, amount, currency, language, state, declined,
                                    started_at, check_at)
       SELECT md5('attempt' || n)::uuid, md5('bill' || n)::uuid, 'moyasar', md5('attempt' || n)::uuid::text, 6000,
              'SAR', 'ar', 'live', 0, %(at)s, %(at)s FROM generate_series(1, %(many)s::int) AS n""",
)


class AtOnce(Moyasar):
    """The gateway with everything paid and no wire to ask over, so that our own part is measured."""

    def find(self, ref: str) -> Invoice | None:
        charge = Charge(f"p-{ref}", is_paid=True, amount=FEE, currency="SAR", paid_at=now(), brand="mada", last4="1234")
        return Invoice(ref, ref, FEE, "SAR", is_open=False, status="paid", charges=(charge,))


def verified(ground: Ground) -> Rate:
    """Every attempt that is due is verified by one process; each bill gets one receipt."""
    _prepare(ground)
    done = 0
    with ground.app.app_context(), _paying(ground):
        begun = time.monotonic()
        while ids := attempts.due():
            db.session.rollback()
            done += sum(billing.verify(each) for each in ids)
        taken = time.monotonic() - begun
        receipts = db.session.scalar(select(func.count()).select_from(Receipt))
        db.session.rollback()
    assert done == receipts == BILLS, f"{BILLS} were paid, {done} verified, {receipts} receipts written"
    return Rate("payments verified", done / taken, 40, "without the wire")


def _prepare(ground: Ground) -> None:
    year = hijri_year(now(), ground.app.extensions["profile"].agency("municipality").zone)
    with ground.postgres.connect(DATABASE) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in ROWS:
            connection.execute(statement, {"at": now(), "many": BILLS, "year": year})


@contextmanager
def _paying(ground: Ground) -> Iterator[None]:
    """For a while a service costs something, and its gateway is the one above."""
    known = ground.app.extensions["services"]
    paying = replace(registry()[SLUG], workflow=WORKFLOW, payment=Payment(AFTER_APPROVAL))
    ground.app.extensions["services"] = Registry({**known, SLUG: paying})
    found = AtOnce(url="https://outside.invalid", key="", timeout=1)
    try:
        with patch.object(billing, "gateway", lambda: found):
            yield
    finally:
        ground.app.extensions["services"] = known
