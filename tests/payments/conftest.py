"""Services that cost something, declared here; a bank; and people on their way to it."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import queries, steps
from app.cases.models import Case
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.kit.paying import AFTER_APPROVAL, AT_FILING, Fee, Payment
from app.kit.registry import Registry
from app.kit.roles import Role
from app.kit.service import DeadlineRule, Service
from app.kit.workflow import CITIZEN, CLOCK, GATEWAY, Stage, Workflow, standard, step
from app.payments import bills
from app.payments.models import Bill
from app.payments.return_models import Refund
from tests.support import signed_in
from tests.support.bank import KEY, SECRET, Bank
from tests.support.declared import SERVICES
from tests.support.robots import Robot, Walk
from tests.support.world import World

SLUG = "general_transaction"
FEE = 6000
OFFICER = Grant(Role.OFFICER, agency="municipality")
CASHIER = Grant(Role.CASHIER, agency="municipality")
BY = (GATEWAY, Role.CASHIER)
LAPSE = {"to": Stage.CANCELLED, "by": CLOCK, "outcome": "cancelled_unpaid", "notice": "cancelled_unpaid"}
CANCEL = {"to": Stage.CANCELLED, "by": CITIZEN, "outcome": "cancelled_by_citizen", "notice": "cancelled_by_citizen"}

AFTER = standard().plus(
    step(
        "approve",
        Stage.IN_REVIEW,
        to=Stage.APPROVED,
        by=Role.OFFICER,
        notice="pay",
        effect="bill",
        deadline="payment",
        decides=True,
    ),
    step("pay", Stage.APPROVED, to=Stage.ISSUED, by=BY, event="paid", apart=True, clears=("payment",)),
    step("lapse_payment", Stage.APPROVED, effect="void_bill", **LAPSE),
    step("cancel", Stage.APPROVED, effect="void_bill", **CANCEL),
    step("close", Stage.ISSUED, to=Stage.CLOSED, by=Role.OFFICER, outcome="answered"),
)
FIRST = Workflow(
    tuple(
        replace(each, notice="pay", effect="bill", deadline="payment") if each.name == "submit" else each
        for each in standard().steps
    )
).plus(
    step("pay", Stage.SUBMITTED, by=BY, event="paid", apart=True, clears=("payment",)),
    step("lapse_payment", Stage.SUBMITTED, effect="void_bill", **LAPSE),
    step("close", Stage.IN_REVIEW, to=Stage.CLOSED, by=Role.OFFICER, outcome="answered"),
)
RULE = DeadlineRule("payment", 10, lapse="lapse_payment", remind=(5, 1), reminder="pay_reminder")


def declared(workflow: Workflow, payment: Payment, **more: Any) -> Service:
    known = SERVICES[SLUG]
    fee = Fee(SLUG, FEE, date(2020, 1, 1))
    return replace(
        known, workflow=workflow, payment=payment, fees=more.pop("fees", (fee,)),
        deadlines=(*known.deadlines, RULE), needs_transaction=False, **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, app: Flask) -> Iterator[Bank]:
    """The bank's house, built once for a file."""
    found = Bank(tmp_path_factory.mktemp("bank"), app.config["SETTINGS"].demo_clock_file)
    yield found
    found.close()


@pytest.fixture
def bank(house: Bank, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """The bank with empty books, known to the portal."""
    changed = {"payment_gateway": "moyasar", "payment_gateway_url": f"{house.url}/bank", "payment_secret_key": KEY}
    settings = replace(app.config["SETTINGS"], **changed, payment_webhook_secret=SECRET)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    yield house
    house.world.store.reset()


def _installed(app: Flask, monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
    monkeypatch.setitem(app.extensions, "services", Registry({**SERVICES, SLUG: service}))


@pytest.fixture
def market(app: Flask, monkeypatch: pytest.MonkeyPatch, bank: Bank) -> Iterator["Market"]:
    """Pay after the approval."""
    _installed(app, monkeypatch, declared(AFTER, Payment(AFTER_APPROVAL)))
    with app.app_context():
        yield Market(app, bank)
        db.session.rollback()


@pytest.fixture
def early(app: Flask, monkeypatch: pytest.MonkeyPatch, bank: Bank) -> Iterator["Market"]:
    """Pay at filing."""
    _installed(app, monkeypatch, declared(FIRST, Payment(AT_FILING)))
    with app.app_context():
        yield Market(app, bank)
        db.session.rollback()


@pytest.fixture
def late(market: "Market") -> uuid.UUID:
    """Money that came after the cancellation; the id of its refund."""
    walk = market.approved()
    market.bank.pay(market.started(walk), "never")
    with transaction():
        steps.move(walk.case_id, "cancel", by=walk.citizen, version=None)
    market.check()
    return db.session.scalars(select(Refund.id)).one()


class Market:
    """Cases that wait for money, and everybody who has to do with it."""

    def __init__(self, app: Flask, bank: Bank) -> None:
        self.app, self.bank, self.world = app, bank, World(app)
        self.robot = Robot(app, app.extensions["services"][SLUG])

    def filed(self) -> Walk:
        return self.robot.file()

    def approved(self) -> Walk:
        """A case whose bill is open, after the approval."""
        walk = self.filed()
        officer = self.world.actor(OFFICER)
        for name in ("start_review", "approve"):
            with transaction():
                steps.move(walk.case_id, name, by=officer, version=None)
        return walk

    def bill(self, walk: Walk) -> Bill:
        db.session.rollback()
        db.session.expire_all()
        found = bills.newest_bill(walk.case_id)
        assert found is not None
        return found

    def case(self, walk: Walk) -> Case:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(Case, walk.case_id)

    def browser(self, walk: Walk) -> Any:
        from tests.support.world import Browser

        assert walk.citizen.person_id is not None
        return Browser(signed_in.citizen_browser(self.app, walk.citizen.person_id))

    def started(self, walk: Walk, language: str = "ar") -> str:
        """The person pressed «to the payment»; the bank's number of the invoice."""
        from app.cases import billing

        address = billing.start(self.bill(walk).id, by=walk.citizen, language=language)
        return address.rsplit("/", 1)[1]

    def check(self) -> None:
        """What the sweep does: everything due is asked about."""
        from app.jobs import payments

        payments.verify()
        db.session.expire_all()


def number_of(case_id: uuid.UUID) -> str:
    return str(db.session.get_one(Case, case_id).address)


__all__ = ["Market", "queries"]
