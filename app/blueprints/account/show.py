"""One case as its citizen sees it: everything his page, and nothing a hidden step would change."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from app.appointments import calendars
from app.appointments.errors import NotAllowed
from app.appointments.models import Booking
from app.appointments.rules import BOOKED, cancel_refusal, choose_refusal, move_refusal
from app.blueprints.account import reply_files
from app.blueprints.account.decided import Decided
from app.calendars.clock import now
from app.calendars.wording import clock_text
from app.cases import (
    appeals,
    certificate_view,
    corrections,
    deadlines,
    feedback,
    fees,
    messages,
    not_returned,
    papers,
    policy,
    queries,
    requests,
    timeline,
    visits,
)
from app.cases.answers import Line, Part, open_answers
from app.cases.asked import requests_of
from app.cases.context import agency_of, profile, service_of
from app.cases.conversation import OPEN, InfoRequest
from app.cases.models import Case
from app.documents.keeping import reply_place
from app.documents.models import Attachment
from app.identity.actors import Actor
from app.kit.days import typed_day
from app.kit.words import LANGUAGES, WORDS
from app.kit.workflow import Stage
from app.payments.models import Bill
from app.web import fields
from app.web.language import lang, t
from app.web.moments import day_of, day_words, moment_of
from app.web.written import language_of, written

# Kind of paper, where it is downloaded, and what the link says; the most wanted first.
PAPERS = (
    ("pass", "account.pass_pdf", "account.pass"),
    ("decision", "account.decision", "account.decision_pdf"),
    ("report", "account.report", "account.report_pdf"),
    ("letter", "account.letter", "account.letter"),
    ("receipt", "account.receipt", "payments.receipt.download"),
    ("summary", "account.summary", "buttons.download_summary"),
)


class CaseView(Decided):
    """Built for one request; reads once, draws in templates/account/."""

    # Whether what happened is told to somebody who serves the citizen, not said to him.
    to_staff = False

    def __init__(self, case: Case, actor: Actor) -> None:
        self.case, self.actor = case, actor
        self.service, self.agency = service_of(case), agency_of(case)
        self.state = timeline.state_of(case, lang())
        self.attachments = {str(each.id): each for each in papers.attachments_of(case)}
        self.asked = requests_of(case, OPEN)
        self._waiting: dict[str, list[Markup]] | None = None
        self.thread = messages.thread_of(case, for_staff=False)
        self.parts = papers.parts_of(case, lang())
        self.rating = feedback.rating_of(case)
        self.appeal = appeals.appeal_of(case)
        self.certificate = certificate_view.standing(case, lang())
        self.booking = visits.booking_of(case) if self.service.slots else None
        self.steps = {step.name for step, refused in policy.open_steps(case, actor) if refused is None}

    @property
    def answer_address(self) -> str:
        return url_for("account.answer", number=self.case.address)

    @property
    def extension_address(self) -> str | None:
        """Where more time is asked for; None where the service gives none."""
        may_ask = self.service.step("extend", self.case.stage) is not None
        return url_for("account.ask_extension", number=self.case.address) if may_ask else None

    @property
    def has_asked_for_time(self) -> bool:
        """Since what is open now was asked; in whichever language."""
        wishes = {WORDS.text(language, "account.extension_words") for language in LANGUAGES}
        given = [each.at for each in queries.history_of(self.case) if each.step == "extend"]
        since = max((*given, *(each.opened_at for each in self.asked if each.opened_at)), default=None)
        return since is not None and any(
            each.author_kind == "citizen" and each.at >= since and each.body in wishes for each in self.thread
        )

    @property
    def you_do(self) -> str:
        """What the state asks of the person; who has objected already is not told that he may."""
        if self.appeal and appeals.may_be_against(self.case) and not self.may_appeal:
            return t("account.objection_answered" if self.appeal.decided_at else "account.objection_waits")
        if self.field_visit and self.state.key == "in_review":
            return self.service.text(lang(), "field_visit.you_do")
        if self.state.key == "scheduled" and self.slot_refusal == NotAllowed.text_key:
            return t("states.scheduled.you_do_now")
        if self.state.key == "closed" and (self.rating or not self.may_rate):
            return t("states.closed.you_do_now")
        return self.state.you_do

    @property
    def moments(self) -> list[dict[str, Any]]:
        """Items for the macro: what happened, the present last."""
        rows = queries.history_of(self.case)
        moments = timeline.timeline(self.case, rows, lang(), for_citizen=True, to_staff=self.to_staff)
        items = [self._item(each) for each in moments]
        if not self.case.is_final:
            items.append({"title": self.state.label, "state": "now", "note": self.state.meaning})
        return items

    def _item(self, moment: timeline.Moment) -> dict[str, Any]:
        note = "\n".join((*moment.reasons, moment.note)).strip()
        return {
            "title": moment.text,
            "at": moment_of(moment.at, self.case.agency),
            "iso": moment.at.isoformat(),
            "note": note,
            "state": "done",
        }

    @property
    def conversation(self) -> list[dict[str, Any]]:
        return [
            {
                "id": each.id,
                "who": t("account.you") if each.author_kind == "citizen" else self.agency.name[lang()],
                "mine": each.author_kind == "citizen",
                "at": moment_of(each.at, self.case.agency),
                "iso": each.at.isoformat(),
                "unread": each.read_at is None and each.author_kind != "citizen",
                "text": written(each, "\n\n"),
                "language": language_of(each) if each.event else None,
            }
            for each in self.thread
        ]

    @property
    def owed(self) -> Bill | None:
        """The bill that is still to be paid."""
        return fees.owed_bill(self.case) if self.service.payment and not self.case.is_final else None

    @property
    def owed_amount(self) -> str:
        return fees.amount_of(self.owed, lang()) if self.owed else ""

    @property
    def not_returned(self) -> list[not_returned.NotReturned]:
        """Amounts that were to go back and do not."""
        return not_returned.of_case(self.case, lang())

    @property
    def corrected(self) -> list[dict[str, str]]:
        """What was put right on the certificate since it was first issued."""
        rows = corrections.made(self.case, lang()) if self.certificate and self.certificate.document.key != "1" else []
        return [{"label": each, "value": t("documents.standing.was", before=was, after=is_)} for each, was, is_ in rows]

    @property
    def answer_by(self) -> str:
        running = deadlines.open_deadline(self.case, "answer")
        return day_of(running.last_on, self.case.agency) if running else ""

    def asked_title(self, request: InfoRequest) -> str:
        """What is asked, in words: the document or field concerned."""
        return t(f"account.asked.{request.kind}", document=self._about(request))

    def asked_reason(self, request: InfoRequest) -> str:
        return timeline.reason_text(
            self.case, request.reason, lang(), document=self._about(request), at=request.prepared_at
        )

    def _about(self, request: InfoRequest) -> str:
        about = requests.target_of(self.case, request.target)
        return about.label(self.case.answers, lang()) if about else t("account.another_document")

    @property
    def may_cancel(self) -> bool:
        """Before a decision always; with a date only while its own rule allows it."""
        if "cancel" not in self.steps:
            return False
        return (
            self.booking is None or self.booking.state != BOOKED or cancel_refusal(self.booking.held, at=now()) is None
        )

    @property
    def slot_refusal(self) -> str | None:
        """Why the person cannot choose another date by himself, or None."""
        if self.booking is None or "choose_slot" not in self.steps:
            return "calendar.refused.officer_sets"
        rule = visits.policy_of(self.case)
        if self.booking.state == BOOKED:
            return move_refusal(self.booking.held, at=now(), policy=rule)
        return choose_refusal(self.booking.held, policy=rule)

    @property
    def visit(self) -> dict[str, str] | None:
        booking: Booking | None = self.booking
        if booking is None or booking.state != BOOKED:
            return None
        return {
            "date": day_words(booking.on_day, self.case.agency),
            "time": clock_text(booking.starts_at, booking.calendar.zone, lang()),
            "host": calendars.name_of(profile(), self.case.agency, booking.calendar.key, lang()),
            "gate": profile().label("gates", booking.gate, lang()),
        }

    @property
    def downloads(self) -> list[dict[str, str]]:
        """Links to what can be downloaded; a paper that is being made links to its page meanwhile."""
        return [
            {
                "kind": kind,
                "href": url_for(endpoint, number=self.case.address),
                "label": self.service.own_text(lang(), f"{kind}.download") or t(words),
                "icon": "download",
                "note": "" if document.is_ready else t("account.being_made"),
            }
            for kind, endpoint, words in PAPERS
            if (document := papers.document_of(self.case, kind)) is not None and document.state == "issued"
        ]

    @property
    def works_until(self) -> str:
        """The same while it is at work and in time; nothing once it granted the request, or while it waits for him."""
        if self.asked or self.case.stage == Stage.APPROVED:
            return ""
        row = deadlines.open_deadline(self.case, "target")
        return day_of(row.last_on, self.case.agency) if row and row.due_at > now() else ""

    @property
    def target(self) -> str:
        """Until when the agency aims to finish: its own goal, never a deadline of the citizen."""
        row = deadlines.open_deadline(self.case, "target")
        return day_of(row.last_on, self.case.agency) if row else ""

    def blocks(self, part: Part) -> list[tuple[str, list[dict[str, Any]]]]:
        """Rows of summary lists, those of one item under its title."""
        return [
            (title, [{"label": each.label, "value": self.value_of(each)} for each in lines])
            for title, lines in part.blocks
        ]

    def value_of(self, line: Line) -> str:
        """An answer in words; files by their names."""
        return (
            "\n".join(self.attachments[each].name for each in line.files if each in self.attachments)
            if line.files
            else line.value
        )

    def is_replaced(self, file: Attachment) -> bool:
        return any(each.replaces_id == file.id for each in self.attachments.values())

    def wanted(self, request: InfoRequest) -> dict[str, Any]:
        """How the control of the files looks that are asked for: of several the field says how many."""
        field, limits = reply_files.wanted(self.case, request)[1:]
        several = field is not None and field.most > 1
        hint = self.service.field_text(lang(), field, "hint") if several and field else None
        accept = ",".join(f".{kind}" for kind in limits.types)
        return {"hint": hint or t("account.file_hint"), "multiple": limits.most_files > 1, "accept": accept}

    def reply_rows(self, request: InfoRequest) -> list[Markup]:
        """Files that were taken in for this request and wait for the reply to be sent."""
        if self._waiting is None:
            self._waiting = reply_files.rows(self.case, [each.id for each in self.asked])
        return self._waiting.get(reply_place(request.id), [])

    def correction_field(self, request: InfoRequest, typed: dict[str, str]) -> Markup:
        """The one field that was opened, with the answer as it stands or as just typed."""
        about = requests.target_of(self.case, request.target)
        assert about is not None
        field, group = self.service.form.at(about.field["id"], about.group_id)
        name = f"value-{request.id}"
        now_value = about.value(open_answers(self.case.id, self.case.answers))
        if field.type == "date" and now_value:
            now_value = typed_day(now_value)
        return fields.field(self.service, field, lang(), path=name, value=typed.get(name, now_value), group=group)

    @property
    def may_write(self) -> bool:
        return messages.is_heard(self.case)

    @property
    def may_rate(self) -> bool:
        return feedback.may_rate(self.case)
