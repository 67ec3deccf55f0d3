"""A clerk's work on one form for a client: what the identity gives, and addresses below /counter."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.blueprints.apply.work import Work, service_for
from app.cases import drafts
from app.cases.conversation import Draft
from app.cases.counter import filing
from app.cases.counter.models import CounterVisit
from app.identity.access import signed_in_actor
from app.kit.fields import Field
from app.kit.mobiles import national_form
from app.kit.shared import COUNTER


@dataclass
class CounterWork(Work):
    """Always of a draft: it is made when the service is chosen, so that nothing typed can be lost."""

    visit: CounterVisit | None = None

    @classmethod
    def of_draft(cls, draft_id: uuid.UUID, *, lock: bool = False) -> "CounterWork":
        """The clerk's own draft; raises DraftGone."""
        draft, visit = filing.draft_of(signed_in_actor(), draft_id, lock=lock)
        return cls(service_for(draft.service).at_counter, visit.person, draft, drafts.read(draft), visit=visit)

    @property
    def given(self) -> dict[str, Any]:
        """The client's identity and his mobile: the clerk can change neither."""
        client = self.person
        return {
            **super().given,
            "identity_source": COUNTER,
            "applicant_name": client.name("ar"),
            "mobile": client.mobile,
            "channel": COUNTER,
            "who_came": self.kept.who_came,
        }

    def shown(self, each: Field) -> Any:
        if each.type == "mobile" and each.readonly and self.person.mobile:
            return national_form(self.person.mobile).replace(" ", "").removeprefix("0")
        return super().shown(each)

    def save(self) -> Draft:
        filing.save(self.kept, self.raw)
        return self.kept

    def address(self, **more: Any) -> str:
        return self._of_draft("counter.draft", **more)

    def check_address(self) -> str:
        return self._of_draft("counter.check")

    def delete_address(self) -> str:
        return self._of_draft("counter.delete")

    def file_address(self, file: Any) -> str:
        return self._of_draft("counter.draft_file", attachment_id=file.id)

    def _of_draft(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, draft_id=self.kept.id, **more)
