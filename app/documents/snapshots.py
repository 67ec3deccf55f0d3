"""What a caller hands over to have a paper made: plain values, already in the words of one language.

Every text is final (labels of the declaration version, dates in both calendars, option labels instead of ids), so that
an old case prints as it was filed. A paper is made from nothing else.
"""

from typing import NotRequired, TypedDict


class AgencyName(TypedDict):
    """Both languages stand at the head of every paper."""

    ar: str
    en: str


class Answer(TypedDict):
    label: str
    value: str


class AnswerSection(TypedDict):
    """A section of the form with its repeated groups (companions, animals)."""

    title: str
    rows: list[Answer]
    groups: NotRequired[list["AnswerGroup"]]


class AnswerGroup(TypedDict):
    """One row of a repeated group, with its heading («Companion 1»)."""

    title: str
    rows: list[Answer]


class AttachedFile(TypedDict):
    """`label`: of the field it was attached to; `size`: in bytes; `sha256`: of the stored file."""

    label: str
    name: str
    size: int
    sha256: str


class Signature(TypedDict):
    """The electronic signature: when (text), the assurance level in words, and the hash of exactly what was shown."""

    signed_at: str
    assurance: str
    digest: str


class ChangedAnswer(TypedDict):
    """An answer changed after the signature, as it is now. `on`: the day in words."""

    label: str
    value: str
    on: str


class SummarySnapshot(TypedDict):
    """kind "summary". `facts`: what stands on top after the number (applicant, identity, transaction number).

    `sections` and `files` as they were signed; `changes` and `later_files` came afterwards.
    """

    agency: AgencyName
    agency_id: str
    service: str
    service_names: AgencyName  # for the verification page, in both languages; neutral where the service is restricted
    number: str
    filed_on: str  # ISO date in the agency's zone, for the verification page
    filed_at: str
    facts: list[Answer]
    sections: list[AnswerSection]
    files: list[AttachedFile]
    changes: NotRequired[list[ChangedAnswer]]
    later_files: NotRequired[list[AttachedFile]]
    declaration: str
    signature: Signature
    next_steps: list[str]
    deadlines: list[str]


class Visitor(TypedDict):
    """`identity`: masked but for the last four digits."""

    name: str
    identity: str


class PassSnapshot(TypedDict):
    """kind "pass". `labels`: the service's `outputs.pass` words (title, visitor, companions, car, devices, host, gate,
    when_on, instruction). `valid_on`: ISO date of the visit in the agency's zone."""

    agency: AgencyName
    agency_id: str
    labels: dict[str, str]
    number: str
    visitor: Visitor
    companions: list[Visitor]
    car: str
    devices: list[str]
    host: str
    gate: str
    weekday: str
    date: str
    time: str
    valid_on: str


class LetterSnapshot(TypedDict):
    """kind "letter". `labels`: the service's words of this letter (title, opening, perhaps `said` above what the office
    wrote); `department` signs it.

    `lines`: answers it repeats. `validity`: for how long it holds, where it does not for good.
    `appeal`: how the answer may be objected to; empty where it may not, absent from letters of former days.
    """

    agency: AgencyName
    agency_id: str
    labels: dict[str, str]
    service: str
    service_names: AgencyName
    number: str
    transaction: str
    filed_on: str
    date: str
    to: str
    lines: list[Answer]
    paragraphs: list[str]
    validity: list[str]
    appeal: NotRequired[list[str]]
    department: str


class SignedBy(TypedDict):
    """`label`: in what part somebody signed; `at`: the instant in words."""

    label: str
    name: str
    at: str


class DecisionSnapshot(TypedDict):
    """kinds "decision" and "report". `rows`: (label, words). `transaction`: "" where none is registered. `appeal`:
    until when and where it may be objected to, in sentences."""

    agency: AgencyName
    agency_id: str
    title: str
    opening: str
    service: str
    service_names: AgencyName
    number: str
    transaction: str
    filed_on: str
    date: str
    to: str
    rows: list[tuple[str, str]]
    signatures: list[SignedBy]
    appeal: list[str]


class Both(TypedDict):
    """The same in both languages."""

    ar: str
    en: str


class Fact(TypedDict):
    """`value`: what was typed stands in both. `short`: for a narrow column. `width`: of that column, in percent."""

    label: Both
    value: Both
    short: NotRequired[Both]
    width: int


class CertificatePart(TypedDict):
    """`rows`: one, or one for each row of a repeated group."""

    title: Both
    rows: list[list[Fact]]


class Signed(TypedDict):
    """Who stands for it: the office, and the name of whoever held it."""

    label: Both
    name: str


class CertificateSnapshot(TypedDict):
    """kind "certificate". `shown`: what a stranger with the code is told, no name; `replaces`: the number before it.

    `valid_until`: ISO date, the last day on which it is good.
    """

    agency: AgencyName
    unit: Both
    title: Both
    file_title: Both
    holder: Both
    number: str
    number_label: NotRequired[Both]
    paper: NotRequired[Both]
    declaration_label: NotRequired[Both]
    receipt: str
    filed_on: Both
    issued_on: Both
    valid_until: str
    valid_until_text: Both
    first_part: Both
    parts: list[CertificatePart]
    declaration: Both
    signatures: list[Signed]
    replaces: str
    shown: dict[str, object]


class GuideDocument(TypedDict):
    name: str
    required: bool
    photo: str


class GuideField(TypedDict):
    """`conditional`: asked only after certain answers to earlier fields."""

    label: str
    hint: str
    required: bool
    conditional: NotRequired[bool]


class GuideSection(TypedDict):
    title: str
    fields: list[GuideField]


class GuideDeadline(TypedDict):
    """`limit`: the length in words («5 days»)."""

    label: str
    limit: str
    text: str


class GuideQuestion(TypedDict):
    question: str
    answer: str


class GuideSnapshot(TypedDict):
    """kind "guide", without a case. `address`: of the service's card on this portal, for the QR code of the cover."""

    agency: AgencyName
    service: str
    summary: str
    description: str
    address: str
    edition: str  # when this edition was made, as printed
    facts: list[Answer]  # audience, fee, duration
    channels: list[str]
    conditions: list[str]
    documents: list[GuideDocument]
    steps: list[str]
    sections: list[GuideSection]
    deadlines: list[GuideDeadline]
    questions: list[GuideQuestion]


class ReceiptSnapshot(TypedDict):
    """kind "receipt". `lines`: label and amount in words; `receipt`: its own number; no name of anybody."""

    agency: AgencyName
    agency_id: str
    service: str
    service_names: AgencyName
    number: str
    receipt: str
    filed_on: str
    date: str
    paid_at: str
    method: str
    reference: str
    lines: list[tuple[str, str]]
    total: str
