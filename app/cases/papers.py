"""Ordering papers: what a case hands to the room of documents, in words. An order is a row; a worker renders."""

from typing import Any

from sqlalchemy import select

from app.appointments import calendars, passes, slots
from app.calendars.printed import date_text, day_text, instant_text
from app.calendars.wording import clock_text, weekday_name
from app.cases import deadlines, memory
from app.cases.answers import Line, Part, open_answers, read, value_text
from app.cases.changes import Change, changes_of, signed_answers
from app.cases.context import agency_of, profile, service_of
from app.cases.conversation import InfoRequest, Signature
from app.cases.models import Case, Declaration, History
from app.documents.models import Attachment, Document
from app.documents.orders import find_document
from app.documents.orders import order as order_document
from app.extensions import db
from app.kit.fields import Choice
from app.kit.identifiers import masked
from app.kit.profile import Agency
from app.kit.service import Service
from app.kit.shared import COUNTER
from app.kit.words import LANGUAGES, WORDS
from app.kit.workflow import Stage


def order(case: Case, kind: str, row: History) -> None:
    """Order the paper `kind` of a case, as of the step `row`. Unique by case, kind and step: again changes nothing."""
    language = case.language
    if kind == "pass":
        found = passes.pass_in_force(case.id)
        if found is not None:
            order_document("pass", case.id, found.code, pass_snapshot(case, language), language, code=found.code)
    elif kind == "letter":
        order_document(kind, case.id, f"{row.seq}", letter_snapshot(case, row, language), language)
    else:
        first = memory.known(case, Document) == []
        order_document(kind, case.id, f"{row.seq}", summary_snapshot(case, language), language, first=first)


def declaration_of(case: Case) -> dict[str, Any]:
    """The declaration as it was when the case was filed."""
    return _kept_declaration(case.service, case.declaration_version) or service_of(case).snapshot


_kept: dict[tuple[str, str], dict[str, Any]] = {}


def _kept_declaration(service: str, version: str) -> dict[str, Any] | None:
    """What a version says never changes, so each process reads it once."""
    if (service, version) not in _kept:
        found = db.session.get(Declaration, (service, version))
        if found is None:
            return None
        _kept[service, version] = found.content
    return _kept[service, version]


def parts_of(case: Case, language: str) -> list[Part]:
    answers = open_answers(case.id, case.answers)
    return read(declaration_of(case), answers, language, hijri=agency_of(case).counts_hijri)


def attachments_of(case: Case) -> list[Attachment]:
    """Every file of the case, newest last, replaced ones included."""
    remembered = memory.known(case, Attachment)
    if remembered is not None:
        return remembered
    rows = select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.created_at, Attachment.id)
    return list(db.session.scalars(rows))


# Papers of a case that staff may open beside its citizen, in the order they are listed.
OF_A_CASE = ("certificate", "pass", "decision", "report", "letter", "receipt", "summary")


def document_of(case: Case, kind: str) -> Document | None:
    """The newest paper of this kind, rendered or not."""
    remembered = memory.known(case, Document)
    if remembered is not None:
        return next((each for each in remembered if each.kind == kind), None)
    return find_document(kind, case.id)


def summary_snapshot(case: Case, language: str) -> Any:
    agency, service, declaration = agency_of(case), service_of(case), declaration_of(case)
    answers, signature = signed_answers(case, declaration), db.session.get(Signature, case.id)
    parts = read(declaration, answers, language, hijri=agency.counts_hijri)
    return {
        "agency": dict(agency.name),
        "agency_id": agency.id,
        "service": service.text(language, "title"),
        "service_names": {each: service.title_in_messages(each) for each in LANGUAGES},
        "number": case.number,
        "filed_on": case.filed_at.astimezone(agency.zone).date().isoformat(),
        "filed_at": instant_text(agency, case.filed_at, language),
        "facts": _facts(case, language, answers),
        "sections": [_section(part) for part in parts],
        "files": _files(case, parts),
        "changes": [_change(case, each, language) for each in changes_of(case, declaration)],
        "later_files": _later_files(case, language),
        "declaration": signature.text_shown if signature else "",
        "signature": _signature(signature, agency, language),
        "next_steps": service.entries("next_steps", language),
        "deadlines": _deadlines(case, language),
    }


def _deadlines(case: Case, language: str) -> list[str]:
    """Until when the agency aims to decide; what it aims at afterwards may come of a step the citizen never sees."""
    target = deadlines.open_deadline(case, "target")
    if target is None or case.stage not in (Stage.SUBMITTED, Stage.IN_REVIEW):
        return []
    until = day_text(agency_of(case), target.last_on, language)
    return [WORDS.text(language, "deadlines.target", date=until)]


def letter_snapshot(case: Case, row: History, language: str) -> Any:
    """What a step said in words, as a letter of the department that said it."""
    agency, service = agency_of(case), service_of(case)
    words = service.texts["outputs"][service.letter.words]
    content = (row.words.content if row.words else None) or {}
    known = service.departments if case.department else None
    return {
        "agency": dict(agency.name),
        "agency_id": agency.id,
        "labels": {key: value[language] for key, value in words.items()},
        "lines": repeated(case, language),
        "validity": [words["validity"][language]] if case.answers.get(service.letter.until or "") else [],
        "service": service.text(language, "title"),
        "service_names": {each: service.title_in_messages(each) for each in LANGUAGES},
        "number": case.number,
        "transaction": f"{case.transaction_number}/{case.transaction_year}",
        "filed_on": case.filed_at.astimezone(agency.zone).date().isoformat(),
        "date": date_text(agency, row.at, language),
        "to": case.applicant.name(language),
        "paragraphs": [line for line in str(content.get("text", "")).splitlines() if line.strip()],
        "appeal": appeal_words(case, language, "appeal.right_after_answer"),
        "department": profile().label(known, str(case.department), language) if known else agency.name[language],
    }


def appeal_words(case: Case, language: str, right: str) -> list[str]:
    """Until when (`right`: the sentence that says it) and where it may be objected to; nothing where it may not."""
    if not service_of(case).workflow.takes_objections(case.stage, case.outcome):
        return []
    agency = agency_of(case)
    words = {
        "days_text": WORDS.plural(language, "interface.plurals.days_in", agency.appeal_days),
        "date": day_text(agency, deadlines.appeal_until(case).last_on, language),
        "appeal_body": agency.appeal_body.get(language, ""),
    }
    where = "appeal.where" if words["appeal_body"] else "appeal.where_here"
    return [WORDS.text(language, key, **words) for key in (right, where)]


def repeated(case: Case, language: str) -> list[dict[str, str]]:
    """The answers that the letter says again, in the order it declares."""
    wanted = service_of(case).letter.lines
    found = {line.id: line for part in (parts_of(case, language) if wanted else ()) for line in part.lines}
    return [{"label": found[id].label, "value": found[id].value} for id in wanted if id in found]


def _facts(case: Case, language: str, answers: dict[str, Any]) -> list[dict[str, str]]:
    facts = [
        {
            "label": service_of(case).text(language, "fields.applicant_name.label"),
            "value": answers.get("applicant_name", ""),
        },
        {
            "label": service_of(case).text(language, "fields.applicant_id.label"),
            "value": answers.get("applicant_id", ""),
        },
    ]
    if case.transaction_number:
        label = WORDS.text(language, "cases.transaction_number")
        facts.append({"label": label, "value": f"{case.transaction_number}/{case.transaction_year}"})
    return facts


def _section(part: Part) -> dict[str, Any]:
    plain = [
        {"label": line.label, "value": line.value} for line in part.lines if line.type != "group" and not line.files
    ]
    groups = [
        {"title": title, "rows": [{"label": each.label, "value": each.value} for each in inner if not each.files]}
        for line in part.lines
        for title, inner in line.rows
    ]
    return {"title": part.title, "rows": plain, "groups": groups}


def _files(case: Case, parts: list[Part]) -> list[dict[str, Any]]:
    labels = {file: line.label for part in parts for line in _all_lines(part) for file in line.files}
    return [_file(each, labels[str(each.id)]) for each in attachments_of(case) if str(each.id) in labels]


def _change(case: Case, change: Change, language: str) -> dict[str, str]:
    """One answer as it is now, with the day on which it came; what was signed stands in the sections."""
    names = {str(each.id): each.name for each in attachments_of(case)}
    value = (
        ", ".join(names.get(each, "") for each in change.after or ())
        if change.about.is_file
        else value_text(change.about.field, change.after, language, hijri=agency_of(case).counts_hijri)
    )
    return {
        "label": change.about.label(case.answers, language),
        "value": value,
        "on": _answered_on(case, change.request),
    }


def _answered_on(case: Case, asked: InfoRequest) -> str:
    assert asked.answered_at is not None
    return date_text(agency_of(case), asked.answered_at, case.language)


def _later_files(case: Case, language: str) -> list[dict[str, Any]]:
    """Files sent on request that belong to no field of the form."""
    sent = memory.known(case, InfoRequest)
    if sent is None:
        sent = list(db.session.scalars(select(InfoRequest).where(InfoRequest.case_id == case.id)))
    loose = {
        file: WORDS.text(language, "cases.sent_on", date=_answered_on(case, asked))
        for asked in sent
        if asked.answered_at and not asked.change_sealed
        for file in (asked.reply or {}).get("files", ())
    }
    return [_file(each, loose[str(each.id)]) for each in attachments_of(case) if str(each.id) in loose]


def _file(attachment: Attachment, label: str) -> dict[str, Any]:
    return {"label": label, "name": attachment.name, "size": attachment.size, "sha256": attachment.sha256}


def _all_lines(part: Part) -> list[Line]:
    return [inner for line in part.lines for inner in (line, *(each for _title, row in line.rows for each in row))]


def _signature(signature: Signature | None, agency: Agency, language: str) -> dict[str, str]:
    if signature is None:
        return {"signed_at": "", "assurance": "", "digest": ""}
    return {
        "signed_at": instant_text(agency, signature.signed_at, language),
        "assurance": WORDS.text(language, _assurance(signature)),
        "digest": signature.shown_hash,
    }


def _assurance(signature: Signature) -> str:
    """How the person was known when he signed: by his sign-in, or at a counter by a code or by what he said."""
    known = (signature.acr or "").removeprefix(f"{COUNTER}_")
    return f"counter.assurance.{known}" if (signature.acr or "").startswith(f"{COUNTER}_") else "cases.assurance"


def pass_snapshot(case: Case, language: str) -> Any:
    """The pass in the words of one language; who it lets in comes from the pass itself."""
    booking, found = slots.booking_for(case.id), passes.pass_in_force(case.id)
    assert found is not None
    service, agency, holder = service_of(case), agency_of(case), found.holder
    zone = booking.calendar.zone
    options = dict(_devices(service, language))
    return {
        "agency": dict(agency.name),
        "agency_id": agency.id,
        "labels": {key: value[language] for key, value in service.texts["outputs"]["pass"].items()},
        "number": case.number,
        "visitor": {"name": holder.visitor.name, "identity": _hidden(holder.visitor.last4)},
        "companions": [{"name": guest.name, "identity": _hidden(guest.last4)} for guest in holder.companions],
        "car": holder.car_plate,
        "devices": [options.get(each, each) for each in holder.devices],
        "host": calendars.name_of(profile(), case.agency, booking.calendar.key, language),
        "gate": profile().label("gates", found.gate, language),
        "weekday": weekday_name(booking.on_day, language),
        "date": day_text(agency, booking.on_day, language),
        "time": clock_text(booking.starts_at, zone, language),
        "valid_on": booking.on_day.isoformat(),
    }


def _devices(service: Service, language: str) -> list[tuple[str, str]]:
    items = service.slots.items_field if service.slots else None
    chosen = service.form.field(items) if items else None
    return service.options(chosen, language) if isinstance(chosen, Choice) else []


def _hidden(last4: str) -> str:
    return masked(f"000000{last4}")
