"""An opened request as the clerk sees it: what its client sees, with addresses below /counter."""

from dataclasses import replace
from typing import Any

from flask import request, url_for

from app.blueprints.account.show import CaseView
from app.blueprints.desk.words import state_label
from app.cases import fees, papers, policy, receipting
from app.cases.counter.acts import HAND_OVER
from app.cases.counter.models import CounterVisit
from app.cases.models import Case
from app.identity.actors import Actor
from app.kit.numbers import amount
from app.kit.roles import Role
from app.payments import bills, tills
from app.payments.models import Bill
from app.web.language import lang, t

MOST_CHANGE = 10**9


class CounterCase(CaseView):
    """Built for one request of the client in one visit."""

    to_staff = True

    def __init__(self, case: Case, actor: Actor, visit: CounterVisit) -> None:
        super().__init__(case, actor)
        # What a state means and asks for is said to the client himself.
        self.state = replace(self.state, label=state_label(self.state.key, lang()), meaning="", you_do="")
        self.at = visit

    def _at(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, visit_id=self.at.id, number=self.case.address, **more)

    @property
    def answer_address(self) -> str:
        return self._at("counter.answer")

    @property
    def extension_address(self) -> str | None:
        """More time is the client's own wish."""
        return None

    @property
    def downloads(self) -> list[dict[str, str]]:
        """Papers to print for the client, the most wanted first."""
        return [
            {
                "href": self._at("counter.paper", kind=kind),
                "label": self.service.text(lang(), f"counter.papers.{kind}"),
                "icon": "print",
                "note": "" if document.is_ready else t("account.being_made"),
            }
            for kind in papers.OF_A_CASE
            if (document := papers.document_of(self.case, kind)) is not None and document.state == "issued"
        ]

    @property
    def bill(self) -> Bill | None:
        """What is due now."""
        return fees.owed_bill(self.case)

    @property
    def due_rows(self) -> list[dict[str, Any]]:
        assert self.bill is not None
        rows = [{"label": label, "value": value} for label, value in receipting.line_rows(self.bill, lang())]
        return [*rows, {"label": t("payment.total"), "value": self.due, "total": True}]

    @property
    def due(self) -> str:
        return fees.amount_of(self.bill, lang()) if self.bill else ""

    @property
    def may_collect(self) -> bool:
        return policy.holds(self.actor, Role.CASHIER, self.case)

    @property
    def has_till(self) -> bool:
        return self.actor.staff_id is not None and tills.running(self.actor.staff_id) is not None

    @property
    def change(self) -> str:
        """What is handed back to whoever gave more than the fee, after it was collected."""
        minor, known = request.args.get("change", 0, type=int), bills.newest_bill(self.case.id)
        return amount(minor, known.currency, lang()) if known and 0 < minor < MOST_CHANGE else ""

    @property
    def was_handed_over(self) -> bool:
        return HAND_OVER in policy.steps_taken(self.case)

    @property
    def may_hand_over(self) -> bool:
        """Once there is a signed certificate to hand over."""
        return HAND_OVER in self.steps and self.certificate is not None and self.certificate.may_have
