"""An opened request as the clerk sees it: what its client sees, with addresses below /counter."""

from typing import Any

from flask import url_for

from app.blueprints.account.show import CaseView
from app.cases import papers
from app.cases.counter.acts import HAND_OVER
from app.cases.counter.models import CounterVisit
from app.cases.models import Case
from app.identity.actors import Actor
from app.web.language import t


class CounterCase(CaseView):
    """Built for one request of the client in one visit."""

    def __init__(self, case: Case, actor: Actor, visit: CounterVisit) -> None:
        super().__init__(case, actor)
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
                "label": t(f"counter.papers.{kind}"),
                "icon": "print",
                "note": "" if document.is_ready else t("account.being_made"),
            }
            for kind in papers.OF_A_CASE
            if (document := papers.document_of(self.case, kind)) is not None and document.state == "issued"
        ]

    @property
    def may_hand_over(self) -> bool:
        """Once there is a signed certificate to hand over."""
        return HAND_OVER in self.steps and self.certificate is not None and self.certificate.may_have
