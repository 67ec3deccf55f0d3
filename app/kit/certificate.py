"""What a service hands out at its end, as it is declared: what stands on the certificate and how long it is good.

Its words stand under `outputs.certificate` of the service: `title` (`titles.<option>` where one answer decides), a
label for each part, line and signature, `options.<line>.<option>` where the paper words a choice otherwise than the
form, `declaration` and, above it, `declaration_title`. A line that nothing was answered to is not printed, but for the
columns of a table. The number is that of the request; a corrected certificate has the same with `/2`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.kit.errors import Invalid

APPLICANT = "applicant_name"
# The figure of a service (figures.py) that says how long its certificate is good.
VALID_DAYS = "valid_days"
# Words of a name that are written out before a stranger: son of, house of.
SHORT = 2


@dataclass(frozen=True)
class Line:
    """One fact: the id of its label, and of the field whose answer stands there (the same unless `field` says so).

    `age`: the field is a birth date, and the age on the day of issue is printed instead. `width`: of its column in
    percent, where a part lists several rows. `initials`: a name of which a stranger reads the first letters alone.
    """

    label: str
    field: str = ""
    age: bool = False
    width: int = 10
    initials: bool = False

    @property
    def source(self) -> str:
        return self.field or self.label


@dataclass(frozen=True)
class Part:
    """A heading and its facts, two in a row. Of a `group` with several rows each row becomes one line of a table."""

    title: str
    lines: tuple[Line, ...]
    group: str | None = None


@dataclass(frozen=True)
class Certificate:
    """`valid_days`: after the day of issue, where no figure of the service says it. `never_beyond`: a date of the form
    that it does not outlive, or (group, date).

    `instead`: fields whose answers, where given, stand on it in the place of others: the person for whom an agent files
    in the place of the agent. `signed_by`: the label of a signature, and the steps of which its signer took the last
    one. `recognised_by`: lines of the part that a stranger may compare with the paper, a number by its last four
    characters. `remind`: days before the last one on which the notices `expiry_30`, `expiry_7`, `expiry_1` go out.
    `titled_by`: the field whose answer chooses the title.
    """

    parts: tuple[Part, ...]
    valid_days: int = 0
    never_beyond: str | tuple[str, str] | None = None
    instead: Mapping[str, str] = field(default_factory=dict)
    signed_by: tuple[tuple[str, tuple[str, ...]], ...] = ()
    recognised_by: tuple[str, ...] = ()
    remind: tuple[int, ...] = ()
    titled_by: str = ""

    def by(self, figures: Mapping[str, Decimal]) -> "Certificate":
        """As the profile sets it today; as declared where it sets nothing."""
        return replace(self, valid_days=int(figures.get(VALID_DAYS, self.valid_days)))


def edition_number(number: str, edition: int) -> str:
    """The number of a certificate: the request's, and from the second edition on with a stroke and the edition."""
    if edition < 1:
        raise Invalid
    return number if edition == 1 else f"{number}/{edition}"


def masked_name(name: str) -> str:
    """The first letter of each word; short ones between two others (son of, house of) stay.

    >>> masked_name("Fahad Al Mansour")
    'F*** Al M***'
    >>> masked_name("Li Na")
    'L*** N***'
    """
    words = name.split()
    between = range(1, len(words) - 1)
    return " ".join(
        word if place in between and len(word) <= SHORT else f"{word[0]}***" for place, word in enumerate(words)
    )
