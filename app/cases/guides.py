"""The guide of each service, from its declaration: ordered once for each edition and language, and not again."""

from typing import Any

from flask import current_app
from sqlalchemy import select

from app.calendars.clock import today
from app.calendars.printed import day_text
from app.cases.context import profile, registry
from app.documents.models import Document
from app.documents.orders import order
from app.extensions import db
from app.kit.audience import audience_of
from app.kit.fields import Field, Group
from app.kit.price import fees_mark, price_on
from app.kit.profile import Agency
from app.kit.service import DeadlineRule, Service
from app.kit.words import LANGUAGES, WORDS

KIND = "guide"


def guide_key(service: Service) -> str:
    """Also the fees in force: a guide that names another amount is made anew."""
    if service.payment is None:
        return f"{service.slug}:{service.edition}"
    return f"{service.slug}:{service.edition}:{fees_mark(service, today(profile().agency(service.agency).zone))}"


def order_guides() -> int:
    """Order what is missing; gives how many. Safe twice."""
    found = _missing()
    for service, language in found:
        order(KIND, None, guide_key(service), guide_snapshot(service, language), language)
    return len(found)


def _missing() -> list[tuple[Service, str]]:
    rows = db.session.execute(select(Document.key, Document.language).where(Document.kind == KIND))
    known = {(row.key, row.language) for row in rows}
    wanted = [(service, language) for service in registry().values() for language in LANGUAGES]
    return [(service, language) for service, language in wanted if (guide_key(service), language) not in known]


def guide_snapshot(service: Service, language: str) -> Any:
    """Plain words of one language (documents/snapshots.py)."""
    agency = profile().agency(service.agency)
    prefix = "" if language == "ar" else "/en"
    return {
        "agency": dict(agency.name),
        "service": service.text(language, "title"),
        "summary": service.text(language, "summary"),
        "description": service.text(language, "description"),
        "address": f"{current_app.config['SETTINGS'].public_url.rstrip('/')}{prefix}/services/{service.slug}",
        "edition": WORDS.text(language, "documents.guide.edition", date=_made_on(agency, language)),
        "facts": _facts(service, agency, language),
        "channels": service.channels(language, agency),
        "conditions": service.entries("conditions", language),
        "documents": [_document(service, id, always, language) for id, always in service.documents.items()],
        "steps": service.entries("next_steps", language),
        "sections": [_section(service, section, language) for section in service.form.sections],
        "deadlines": [_deadline(service, rule, agency, language) for rule in _told(service)],
        "questions": [
            {"question": entry["question"][language], "answer": entry["answer"][language]}
            for entry in service.texts.get("faq", ())
        ],
    }


def _made_on(agency: Agency, language: str) -> str:
    return day_text(agency, today(agency.zone), language)


def _facts(service: Service, agency: Agency, language: str) -> list[dict[str, str]]:
    comma = WORDS.text(language, "documents.comma")
    told = {
        "audience": comma.join(WORDS.text(language, f"audiences.{id}") for id in audience_of(service, agency)),
        "fees": price_on(service, agency, language, today(agency.zone)),
        "duration": service.duration(language, agency),
    }
    return [{"label": WORDS.text(language, f"card.{name}"), "value": value} for name, value in told.items()]


def _document(service: Service, id: str, always: bool, language: str) -> dict[str, Any]:
    photo = f"documents.{id}.photo"
    return {
        "name": service.text(language, f"documents.{id}.name"),
        "required": always,
        "photo": service.text(language, photo) if service.has_text(photo) else "",
    }


def _section(service: Service, section: str, language: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for each in service.form.in_section(section):
        if each.channel is not None:
            continue
        fields.append(_field(service, each, language))
        if isinstance(each, Group):
            fields += [_field(service, inner, language, each) for inner in each.fields]
    return {"title": service.text(language, f"sections.{section}.title"), "fields": fields}


def _field(service: Service, chosen: Field, language: str, group: Group | None = None) -> dict[str, Any]:
    return {
        "label": service.field_text(language, chosen, "label", group) or chosen.id,
        "hint": service.field_text(language, chosen, "hint", group) or "",
        "required": chosen.required,
        "conditional": bool(chosen.when),
    }


def _told(service: Service) -> list[DeadlineRule]:
    """Legal deadlines that have words; internal targets are nobody's promise."""
    counted = (rule for rule in service.deadlines if not rule.target and not rule.ends_on)
    return [rule for rule in counted if service.has_text(f"deadlines.{rule.kind}.label")]


def _deadline(service: Service, rule: DeadlineRule, agency: Agency, language: str) -> dict[str, str]:
    text = f"deadlines.{rule.kind}.text"
    return {
        "label": service.text(language, f"deadlines.{rule.kind}.label"),
        "limit": WORDS.plural(language, "working_days" if rule.counts_working_days(agency) else "days", rule.days),
        "text": service.text(language, text) if service.has_text(text) else "",
    }
