"""What was typed into one of the forms of a case page, and why it was refused: drawn again so that nothing is lost."""

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from app.appointments.errors import SlotTaken, SlotUnknown
from app.cases.errors import BadInput, TransactionTaken
from app.kit.errors import Refused
from app.web.language import t

# Refusals that say nothing of a field but are about one.
FIELD_OF = {TransactionTaken: "transaction_number", SlotTaken: "slot", SlotUnknown: "slot"}
OF_THE_FORM = {"requests": "send", "kind": "item", "target": "item"}


@dataclass(frozen=True)
class Typed:
    """`form`: which form of the page. `errors`: by control of that form; `general` is about the case as a whole."""

    form: str = ""
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)
    general: str | None = None

    def value(self, form: str, name: str, otherwise: str = "") -> str:
        return self.values.get(name, otherwise) if form == self.form else otherwise

    def many(self, form: str, name: str) -> list[str]:
        return self.values.getlist(name) if form == self.form else []

    def error(self, form: str, name: str) -> str | None:
        return self.errors.get(name) if form == self.form else None

    @property
    def summary(self) -> list[tuple[str, str]]:
        """(id of the control, sentence) for the error summary."""
        return [(f"{self.form}-{name}", words) for name, words in self.errors.items()]


NOTHING = Typed()


def refused(form: str, values: MultiDict[str, str], refusal: Refused) -> Typed:
    """The same form again with the sentence next to its control, or above the page where no control is at fault."""
    words = t(refusal.text_key, **refusal.params)
    name = refusal.field if isinstance(refusal, BadInput) else FIELD_OF.get(type(refusal))
    if name is None:
        return Typed(form, values, general=words)
    return Typed(form, values, errors={OF_THE_FORM.get(name, name) if form == "request" else name: words})
