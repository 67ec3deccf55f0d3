"""A service as it is declared: structure here, words beside it in texts.toml."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from app.kit.binding import bound_form, counter_form
from app.kit.certificate import Certificate
from app.kit.conditions import When, is_met
from app.kit.fields import Choice, Field, Form, Group
from app.kit.figures import Figure, Setting, filled, in_force, settings_for
from app.kit.letter import Letter
from app.kit.paying import Fee, Payment
from app.kit.profile import Agency, Profile
from app.kit.rules import Rule
from app.kit.shared import COUNTER
from app.kit.slots import Slots
from app.kit.snapshot import snapshot_of
from app.kit.words import LANGUAGES, WORDS, flatten
from app.kit.workflow import Step, Workflow

SHARED_KINDS = {
    "actions": "shared_actions",
    "reasons": "shared_reasons",
    "notices": "shared_notices",
    "fields": "fields",
}


# A reminder when half of the days are over, however they are counted.
HALF = "half"


@dataclass(frozen=True)
class DeadlineRule:
    """`kind` names the deadline; `lapse` the step that the clock takes after its last day.

    `remind`: how many days before it, or HALF. `ends_on`: its last day is the one answered there.
    """

    kind: str
    days: int
    unit: str = "agency"
    lapse: str | None = None
    remind: tuple[int | str, ...] = ()
    reminder: str | None = None
    target: bool = False
    ends_on: str | None = None

    def counts_working_days(self, agency: Agency) -> bool:
        return (agency.deadline_days if self.unit == "agency" else self.unit) == "working"

    def within(self, language: str, agency: Agency) -> str:
        """«Within 5 days»: the rule in words, in agreement."""
        counted = "working_days_within" if self.counts_working_days(agency) else "days_within"
        return WORDS.plural(language, counted, self.days)


@dataclass(frozen=True)
class Reason:
    code: str
    kind: str


def reasons(codes: Mapping[str, Sequence[str]]) -> tuple[Reason, ...]:
    """Of each kind its codes, in the order in which the desk offers them."""
    return tuple(Reason(code, kind) for kind, found in codes.items() for code in found)


@dataclass(frozen=True)
class Urgent:
    """Cases with these answers come before all others, and are to be done within so many days, also of the calendar.

    Its words: `urgent.label` says at the desk which they are, `urgent.duration` on the card how long they take.
    """

    when: When
    days: int = 1
    unit: str = "working"


@dataclass(frozen=True, eq=False)
class Service:
    slug: str
    agency: str
    form: Form
    workflow: Workflow
    audience: tuple[str, ...]
    documents: Mapping[str, bool] = field(default_factory=dict)
    deadlines: tuple[DeadlineRule, ...] = ()
    reasons: tuple[Reason, ...] = ()
    office: str = ""
    one_open: bool = True
    one_open_by: tuple[str, ...] = ()
    urgent: Urgent | None = None
    restricted: bool = False
    rated_at_issue: bool = True
    needs_transaction: bool = False
    departments: str | None = None
    slots: Slots | None = None
    # A field that chooses among the agencies: whose the case is. Card and form stay those of `agency`.
    agency_by: str | None = None
    # Pages lead here whoever is not content.
    hears_complaints: bool = False
    rules: tuple[Rule, ...] = ()
    figures: tuple[Figure, ...] = ()
    certificate: Certificate | None = None
    letter: Letter = Letter()
    declarations: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    payment: Payment | None = None
    fees: tuple[Fee, ...] = ()
    by_clerk: bool = False
    texts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    lists: Mapping[str, Any] = field(default_factory=dict, repr=False)
    # What the profile sets, what of it holds on the day of this object, and the words without it.
    settings: tuple[Setting, ...] = ()
    holding: Mapping[str, Decimal] = field(default_factory=dict)
    unfilled: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def _flat(self) -> dict[str, dict[str, str]]:
        flat: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        flatten(self.texts, "", flat)
        return flat

    def text(self, language: str, key: str, /, **params: object) -> str:
        """A sentence of this service; actions, reasons, notices and fields fall back to the shared ones.

        {paper} is what this service hands out, in its own word.
        """
        sentence = self._flat[language].get(key)
        if sentence is None:
            kind, _, rest = key.partition(".")
            sentence = WORDS.text(language, f"{SHARED_KINDS.get(kind, kind)}.{rest}" if rest else key)
        if "{paper}" in sentence:
            params.setdefault("paper", self.paper(language))
        return sentence.format_map(params) if params else sentence

    def paper(self, language: str) -> str:
        """«الشهادة», «التصريح»: what is handed out at the end, as sentences about it say it; no capital in English."""
        return self._flat[language].get("outputs.certificate.paper") or WORDS.text(language, "certificate.paper")

    def has_text(self, key: str) -> bool:
        kind, _, rest = key.partition(".")
        return key in self._flat["ar"] or WORDS.has(f"{SHARED_KINDS.get(kind, kind)}.{rest}")

    def own_text(self, language: str, key: str) -> str | None:
        """A sentence that this service may have in place of a shared one of another name."""
        return self._flat[language].get(key)

    def entries(self, name: str, language: str) -> list[str]:
        """A list of sentences: conditions, next_steps."""
        return [str(entry[language]) for entry in self.texts.get(name, ())]

    def channels(self, language: str, agency: Agency) -> list[str]:
        """Other ways to the service; what needs a telephone is left out where the agency has none."""
        told = [each for each in self.entries("channels", language) if agency.contact_phone or "{" not in each]
        return [each.format(contact_phone=agency.contact_phone) for each in told]

    def field_text(self, language: str, chosen: Field, part: str, group: Group | None = None) -> str | None:
        """`part`: label, hint, missing, wrong, add, item. Own words first, then the shared field's, else None."""
        own = f"fields.{group.id}.fields.{chosen.id}.{part}" if group else f"fields.{chosen.id}.{part}"
        for key in (own, f"fields.{chosen.use}.{part}" if chosen.use else own):
            if self.has_text(key):
                return self.text(language, key)
        return None

    def options(self, chosen: Choice, language: str, group: Group | None = None) -> list[tuple[str, str]]:
        """(id, words) of each option, from the declaration or from the agency's list."""
        if chosen.source:
            listed = self.lists[chosen.source]
            return [(entry.id, entry.label[language]) for entry in listed if entry.id in chosen.options]
        prefix = f"fields.{group.id}.fields.{chosen.id}" if group else f"fields.{chosen.id}"
        fallback = f"fields.{chosen.use or chosen.id}"
        if chosen.type == "yes_no":
            return [(id, WORDS.text(language, f"forms.{id}")) for id in chosen.options]
        return [
            (
                id,
                self.text(
                    language,
                    f"{prefix}.options.{id}" if self.has_text(f"{prefix}.options.{id}") else f"{fallback}.options.{id}",
                ),
            )
            for id in chosen.options
        ]

    def deadline(self, kind: str, *, is_urgent: bool = False) -> DeadlineRule:
        rule = next(rule for rule in self.deadlines if rule.kind == kind)
        if is_urgent and rule.target and self.urgent:
            return replace(rule, days=self.urgent.days, unit=self.urgent.unit)
        return rule

    def is_urgent(self, answers: Mapping[str, Any]) -> bool:
        return self.urgent is not None and is_met(self.urgent.when, answers)

    @cached_property
    def target(self) -> DeadlineRule | None:
        """What the office promises itself."""
        return next((rule for rule in self.deadlines if rule.target), None)

    def works_on_holidays(self, agency: Agency, *, is_urgent: bool = False) -> bool:
        """Whether the office aims at a day of the calendar, be it a holiday or not."""
        target = self.target and self.deadline(self.target.kind, is_urgent=is_urgent)
        return target is not None and not target.counts_working_days(agency)

    def duration(self, language: str, agency: Agency) -> str:
        """Within which time the office aims to be done: its declared target, told nowhere else. Begins a line."""
        target = self.target
        words = target.within(language, agency) if target else WORDS.text(language, "card.no_target")
        if target and self.urgent:
            soon = self.deadline(target.kind, is_urgent=True).within(language, agency)
            words += WORDS.text(language, "documents.comma") + self.text(language, "urgent.duration", days_text=soon)
        return words[:1].upper() + words[1:]

    @cached_property
    def can_be_filed_at_counter(self) -> bool:
        return any(each.channel == COUNTER for each, _group in self.form.walk())

    @cached_property
    def at_counter(self) -> "Service":
        """This declaration as a clerk fills it in: the client's mobile is given, his e-mail is not insisted upon."""
        return replace(self, form=counter_form(self.form), by_clerk=True)

    def is_fixed(self, asked: Field) -> bool:
        """Whether an answer stays as it was filed: the identity gave it, or it says whose the case is."""
        return asked.readonly or asked.id == self.agency_by

    def agency_for(self, answers: Mapping[str, Any]) -> str:
        """Whose a case with these answers is."""
        return str(answers[self.agency_by]) if self.agency_by else self.agency

    def agency_named(self, language: str, agency: Agency) -> str:
        """Whose card and form these are; where the applicant chooses the agency, everybody's."""
        return WORDS.text(language, "card.any_agency") if self.agency_by else agency.name[language]

    def reasons_of(self, kind: str) -> list[Reason]:
        return [reason for reason in self.reasons if reason.kind == kind]

    def step(self, name: str, stage: str) -> Step | None:
        return self.workflow.find(name, stage)

    def declaration(self, language: str) -> str:
        """What is signed: the service's own sentence, or those of the shared ones it names, then its consents."""
        own = self.has_text("declaration_text")
        named = () if own else self.declarations or ("general",)
        shared = [f"declarations.{name}" for name in named] + [f"consents.{name}" for name in self.consents]
        sentences = [self.text(language, "declaration_text")] if own else []
        return " ".join(sentences + [WORDS.text(language, key) for key in shared])

    def title_in_messages(self, language: str) -> str:
        """What messages call it: its title, unless it goes by another name there, as one must that is restricted."""
        return self.text(language, "notice_name" if self.restricted or self.has_text("notice_name") else "title")

    @cached_property
    def snapshot(self) -> dict[str, Any]:
        """What a case keeps of the declaration it was filed under."""
        return snapshot_of(self)

    @cached_property
    def version(self) -> str:
        """Twelve characters that change whenever the declaration or one of its labels does."""
        text = json.dumps(self.snapshot, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def edition(self) -> str:
        """Changes with any word or day of the service at all: what its card and guide are made from."""
        days: list[object] = [(rule.kind, rule.days, rule.unit) for rule in self.deadlines]
        days += [self.urgent.days, self.urgent.unit] if self.urgent else []
        text = json.dumps([self.version, self.texts, days], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def bound(self, texts: Mapping[str, Any], profile: Profile) -> "Service":
        """This declaration with its words and the lists of this installation. Raises FigureError."""
        form = bound_form(self.form, profile.agency(self.agency), profile)
        settings = settings_for(self.slug, self.figures, profile.figures)
        found = replace(self, texts=texts, lists=profile.lists, form=form, fees=profile.fees_of(self.slug))
        found = replace(found, settings=settings, unfilled=texts)
        return found.with_figures(in_force(self.figures, settings, date.min))

    def with_figures(self, values: Mapping[str, Decimal]) -> "Service":
        """This declaration with these figures in its rules, its words and its certificate."""
        if not values:
            return self
        certificate = self.certificate and self.certificate.by(values)
        texts = filled(self.unfilled, self.figures, values)
        return replace(self, holding=values, texts=texts, certificate=certificate)
