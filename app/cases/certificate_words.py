"""What a certificate says, in both languages: answers, dates and names as they are on the day of issue."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.calendars.wording import gregorian_text, short_date
from app.cases import officers, papers
from app.cases.answers import Answers, value_text
from app.cases.context import agency_of, profile, service_of
from app.cases.models import Case
from app.cases.queries import history_of
from app.kit.certificate import APPLICANT, Certificate, Line, Part, masked_name
from app.kit.words import LANGUAGES, WORDS
from app.payments import receipts

Both = dict[str, str]
CHIP = 15  # digits, ISO 11784
NOTHING: tuple[Any, ...] = (None, "", [])


def snapshot(
    case: Case, answers: Answers, *, number: str, issued_on: date, until: date, replaces: str | None
) -> dict[str, Any]:
    """The whole paper (documents.snapshots.CertificateSnapshot)."""
    agency, words = agency_of(case), service_of(case).texts["outputs"]["certificate"]
    rule: Certificate = service_of(case).certificate  # type: ignore[assignment]
    parts = [_part(case, each, answers, issued_on) for each in rule.parts]
    unit = dict(profile().offices[case.office].name) if case.office in profile().offices else dict(agency.name)
    title = words.get("titles", {}).get(answers.get(rule.titled_by), words["title"])
    named: dict[str, Any] = {"agency": dict(agency.name), "unit": unit, "title": dict(title), "number": number}
    # A permit names itself, its number and what it declares otherwise than a certificate.
    own = {"number_label": "number", "paper": "paper", "declaration_label": "declaration_title"}
    labelled = {label: dict(words[word]) for label, word in own.items() if word in words}
    known = named | labelled
    return known | {
        "file_title": _file_title(case, title, number),
        "receipt": _receipt(case),
        "filed_on": day(case.filed_at.astimezone(agency.zone).date(), hijri=agency.counts_hijri),
        "issued_on": day(issued_on, hijri=agency.counts_hijri),
        "valid_until": until.isoformat(),
        "valid_until_text": day(until, hijri=agency.counts_hijri),
        "first_part": dict(words["certificate_part"]),
        "holder": holder(case, answers),
        "parts": [{"title": each["title"], "rows": each["rows"]} for each in parts if each["rows"]],
        "declaration": dict(words["declaration"]),
        "signatures": _signatures(case, rule),
        "replaces": replaces or "",
        "shown": _shown(named, _recognised(rule, parts), issued_on, until),
    }


def _shown(named: dict[str, Any], about: Iterator[dict[str, Any]], issued_on: date, until: date) -> dict[str, Any]:
    """What a stranger with the code is told."""
    return named | {"issued_on": issued_on.isoformat(), "valid_until": until.isoformat(), "about": list(about)}


def _file_title(case: Case, title: Mapping[str, str], number: str) -> Both:
    """A download lies in folders that others look into: of a restricted service it is called no more than «permit»."""
    service = service_of(case)
    return {each: f"{service.paper(each) if service.restricted else title[each]} {number}" for each in LANGUAGES}


def holder(case: Case, answers: Answers) -> Both:
    """The applicant, or the person for whom an agent files."""
    rule = service_of(case).certificate
    other = answers.get(rule.instead.get(APPLICANT, "")) if rule else None
    return {language: other or case.applicant.name(language) for language in LANGUAGES}


def _receipt(case: Case) -> str:
    """The number of the newest receipt; "" where nothing was paid."""
    found = receipts.receipts_of_case(case.id) if service_of(case).payment else ()
    return found[0].number if found else ""


def day(on: date, *, hijri: bool) -> Both:
    """Hijri in Arabic, Gregorian in English: each reader finds his own, and both stand on the paper.

    Where the agency counts by the Gregorian calendar, that one alone, in both languages.
    """
    return {"ar": short_date(on, "ar", hijri=hijri), "en": gregorian_text(on, "en")}


def _part(case: Case, part: Part, answers: Answers, issued_on: date) -> dict[str, Any]:
    labels = service_of(case).texts["outputs"]["certificate"]
    fields = _fields(case, part.group)
    rows = answers.get(part.group) or [] if part.group else [answers]
    lines = part.lines if part.group else tuple(line for line in part.lines if _is_answered(line, answers))
    return {
        "title": dict(labels[part.title]),
        "lines": lines,
        "rows": [
            [_fact(case, line, labels[line.label], fields.get(line.source), row, issued_on) for line in lines]
            for row in rows
            if lines
        ],
    }


def _is_answered(line: Line, answers: Answers) -> bool:
    return line.source == APPLICANT or answers.get(line.source) not in NOTHING


def _fields(case: Case, group: str | None) -> Mapping[str, Any]:
    """Fields of the declaration the case was filed under, by id."""
    every = {each["id"]: each for section in papers.declaration_of(case)["sections"] for each in section["fields"]}
    return {each["id"]: each for each in every[group]["fields"]} if group else every


def _fact(case: Case, line: Line, label: Any, field: Any, row: Answers, issued_on: date) -> dict[str, Any]:
    rule: Certificate = service_of(case).certificate  # type: ignore[assignment]
    value = row.get(rule.instead.get(line.source, "")) or row.get(line.source)
    text = holder(case, row) if line.source == APPLICANT else _value(case, line, field, value, issued_on)
    fact = {"label": dict(label), "value": text, "width": line.width}
    if value and field and field["type"] == "date" and not line.age:
        fact["short"] = {language: date.fromisoformat(value).strftime("%d/%m/%Y") for language in LANGUAGES}
    return fact


def _value(case: Case, line: Line, field: Any, value: Any, issued_on: date) -> Both:
    if value in NOTHING or field is None:
        return {"ar": "—", "en": ""}
    if own := _own_option(case, line, value):
        return own
    hijri = agency_of(case).counts_hijri
    if line.age:
        return {language: age(date.fromisoformat(value), issued_on, language) for language in LANGUAGES}
    if field["type"] == "date":
        return day(date.fromisoformat(value), hijri=hijri)
    return {language: _grouped(value_text(field, value, language, hijri=hijri)) for language in LANGUAGES}


def _own_option(case: Case, line: Line, value: Any) -> Both | None:
    """What the paper says for an option, where the form words it otherwise."""
    options = service_of(case).texts["outputs"]["certificate"].get("options", {}).get(line.label, {})
    return dict(options[value]) if isinstance(value, str) and value in options else None


def _grouped(text: str) -> str:
    """The fifteen digits of a chip as readers show them: country or maker, then the animal."""
    if len(text) == CHIP and text.isascii() and text.isdecimal():
        return f"{text[:3]} {text[3:7]} {text[7:11]} {text[11:]}"
    return text


def age(born: date, on: date, language: str) -> str:
    """In whole years, under two years in months."""
    months = max(0, (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day))
    name, count = ("years", months // 12) if months >= 24 else ("months", months)
    return WORDS.plural(language, f"documents.plurals.{name}", count)


def _signatures(case: Case, rule: Certificate) -> list[dict[str, Any]]:
    """The office, and the name of whoever took the step last."""
    labels, past = service_of(case).texts["outputs"]["certificate"], history_of(case)
    takers = {
        label: next((row.actor_staff_id for row in reversed(past) if row.step in steps), None)
        for label, steps in rule.signed_by
    }
    names = officers.names_of(takers.values())
    return [
        {"label": dict(labels[label]), "name": names.get(taker, "") if taker else ""} for label, taker in takers.items()
    ]


def _recognised(rule: Certificate, parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What a stranger may compare: «Cat, microchip ending in 2217», a line for each animal; one alone has its label."""
    for part in parts:
        for row in part["rows"]:
            pairs = zip(part["lines"], row, strict=True)
            facts = [(line, fact) for line, fact in pairs if line.label in rule.recognised_by]
            if facts:
                commas = {each: WORDS.text(each, "documents.comma") for each in LANGUAGES}
                told: dict[str, Any] = {
                    each: commas[each].join(_told(*fact, each) for fact in facts) for each in LANGUAGES
                }
                label = facts[0][1]["label"]
                yield told if len(facts) > 1 or label["ar"] in told["ar"] else told | {"label": dict(label)}


def _told(line: Line, fact: Mapping[str, Any], language: str) -> str:
    value = str(fact["value"][language] or fact["value"]["ar"])
    if line.initials:
        return masked_name(value)
    number = value.replace(" ", "")
    if number.isascii() and number.isalnum() and len(number) > 4 and any(each.isdecimal() for each in number):
        return WORDS.text(language, "documents.certificate.ends_with", label=fact["label"][language], last=number[-4:])
    return value
