"""Filing for a client: the form with its fields of the counter, his consent by code, and the sending."""

import uuid

from flask import Response, abort, request, url_for

from app.blueprints.apply.check import Check
from app.blueprints.apply.drawing import after_saving, open_form, take_in
from app.blueprints.apply.work import first_rows, is_served, service_for
from app.blueprints.counter.frame import blueprint, client_page, visit_of
from app.blueprints.counter.work import CounterWork
from app.cases import drafts
from app.cases import filing as sending
from app.cases.counter import clients, filing
from app.cases.counter.models import CounterVisit
from app.cases.errors import DraftGone, SomebodyFaster
from app.cases.filing import Shown
from app.cases.models import Case
from app.documents import keeping as kept_files
from app.documents.download import download_response
from app.extensions import transaction
from app.identity import access
from app.identity.access import signed_in_actor
from app.kit.errors import Refused
from app.kit.roles import Role
from app.kit.shared import WHO_CAME
from app.web import limits
from app.web.forms import Reading
from app.web.language import t
from app.web.pages import page, see_other

FORM = "counter/form.html"


@blueprint.post("/clients/<uuid:visit_id>/drafts")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def start(visit_id: uuid.UUID) -> Response:
    """Begin a request: which service, and who came. The draft is kept from here on."""
    visit = visit_of(visit_id)
    slug, who_came = request.form.get("service", ""), request.form.get("who_came", "")
    errors = {} if slug else {"service": t("counter.start.service_missing")}
    if who_came not in WHO_CAME:
        errors["who_came"] = t("counter.start.who_missing")
    if not errors and not is_served(service_for(slug), visit.person):
        errors["service"] = t("counter.start.not_served")
    if errors:
        return client_page(visit, status=422, errors=errors)
    with transaction():
        draft = filing.start(visit, service_for(slug), who_came, by=signed_in_actor())
        filing.save(draft, first_rows(service_for(slug)))
    return see_other(url_for("counter.draft", draft_id=draft.id))


@blueprint.get("/drafts/<uuid:draft_id>")
@access.staff(Role.COUNTER_AGENT)
def draft(draft_id: uuid.UUID) -> Response:
    work = CounterWork.of_draft(draft_id)
    return open_form(work, template=FORM)


@blueprint.post("/drafts/<uuid:draft_id>", endpoint="save_draft")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
@limits.files
def save_draft(draft_id: uuid.UUID) -> Response:
    with transaction():
        work = CounterWork.of_draft(draft_id, lock=True)
        reading = take_in(work)
    return after_saving(work, reading, template=FORM)


@blueprint.get("/drafts/<uuid:draft_id>/file/<uuid:attachment_id>")
@access.staff(Role.COUNTER_AGENT)
def draft_file(draft_id: uuid.UUID, attachment_id: uuid.UUID) -> Response:
    work = CounterWork.of_draft(draft_id)
    found = kept_files.find_attachment(attachment_id)
    if found is None or found.draft_id != work.kept.id:
        abort(404)
    return download_response(found, inline=True)


@blueprint.route("/drafts/<uuid:draft_id>/delete", methods=["GET", "POST"])
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def delete(draft_id: uuid.UUID) -> Response:
    work = CounterWork.of_draft(draft_id)
    if request.method != "POST":
        return page("counter/delete.html", work=work, service=work.service, visit=work.visit)
    with transaction():
        drafts.remove(CounterWork.of_draft(draft_id, lock=True).kept)
    return see_other(url_for("counter.index"))


@blueprint.get("/drafts/<uuid:draft_id>/check")
@access.staff(Role.COUNTER_AGENT)
def check(draft_id: uuid.UUID) -> Response:
    work = CounterWork.of_draft(draft_id)
    reading = work.read()
    return see_other(work.address(errors=1)) if reading.errors else _check_page(work, reading)


def shown_of(work: CounterWork, reading: Reading) -> Shown:
    """What the client agrees to: the declaration, how he agreed, and every answer as it is read to him."""
    shown = Check(work, reading).shown()
    consent = t("consents.counter") if filing.needs_code(work.service) else t("counter.check.stated")
    return Shown(f"{shown.declaration} {consent}", shown.page)


def _check_page(
    work: CounterWork,
    reading: Reading,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    refused: str | None = None,
    sent: bool = False,
) -> Response:
    return page(
        "counter/check.html",
        status=status,
        service=work.service,
        work=work,
        visit=work.visit,
        check=Check(work, reading),
        shown=shown_of(work, reading).hash,
        needs_code=filing.needs_code(work.service),
        errors=errors or {},
        refused=refused,
        sent=sent or "sent" in request.args,
        ticked=request.form.get("declaration") == "yes",
        # A code that was not looked at yet stays in its box.
        code="" if errors and "code" in errors else request.form.get("code", "")[:20],
    )


@blueprint.post("/drafts/<uuid:draft_id>/code")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def send_code(draft_id: uuid.UUID) -> Response:
    """A code to the client's own mobile, for exactly what this page shows."""
    try:
        with transaction():
            work = CounterWork.of_draft(draft_id)
            reading = work.read()
            if reading.errors:
                return see_other(work.address(errors=1))
            filing.send_code(work.kept, visit_in(work), shown_of(work, reading), by=signed_in_actor())
    except Refused as refused:
        return _check_page(work, reading, status=refused.status, refused=t(refused.text_key))
    return see_other(url_for("counter.check", draft_id=draft_id, sent=1))


def visit_in(work: CounterWork) -> CounterVisit:
    assert work.visit is not None
    return work.visit


@blueprint.post("/drafts/<uuid:draft_id>/check", endpoint="file")
@access.staff(Role.COUNTER_AGENT)
@limits.forms
def file(draft_id: uuid.UUID) -> Response:
    """Tick, code, and the request is filed in the client's name, once. A wrong code costs a try and keeps the rest."""
    try:
        with transaction():
            work = CounterWork.of_draft(draft_id, lock=True)
            reading = work.read()
            errors = {} if reading.errors else _wrong(work, reading)
            case = None if reading.errors or errors else _filed(work, reading)
    except DraftGone:
        return _filed_before()
    except Refused as refused:
        work = CounterWork.of_draft(draft_id)
        return _check_page(work, work.read(), status=refused.status, refused=t(refused.text_key))
    if reading.errors:
        return see_other(work.address(errors=1))
    if case is None:
        return _check_page(work, reading, status=422, errors=errors, sent=True)
    return see_other(url_for("counter.client", visit_id=visit_in(work).id, done="filed"))


def _wrong(work: CounterWork, reading: Reading) -> dict[str, str]:
    by, shown = signed_in_actor(), shown_of(work, reading)
    if request.form.get("shown", shown.hash) != shown.hash:
        # Changed in another tab meanwhile: nobody agrees to what was not read out to him.
        raise SomebodyFaster
    filing.check_own(reading.answers, work.service, visit_in(work), by=by)
    if request.form.get("declaration") != "yes":
        return {"declaration": t("fields.declaration.missing")}
    if filing.needs_code(work.service):
        entered = request.form.get("code", "")
        if not filing.agrees(work.kept, visit_in(work), shown, entered, by=by):
            return {"code": t("counter.check.code_wrong") if entered.strip() else t("registration.code_missing")}
    return {}


def _filed(work: CounterWork, reading: Reading) -> Case:
    visit, by = visit_in(work), signed_in_actor()
    consent = "code" if filing.needs_code(work.service) else "stated"
    case = filing.submit(work.kept, visit, reading.answers, by=by, shown=shown_of(work, reading), consent=consent)
    # The visit may have ended while the form was typed; the client still stands here.
    visit.ends_at = max(visit.ends_at, case.filed_at + clients.LASTS)
    return case


def _filed_before() -> Response:
    """A second press: the first one has filed it already."""
    case, by = sending.filed_as(request.form.get("token", "")), signed_in_actor()
    if case is None or case.filed_by_staff_id != by.staff_id:
        raise DraftGone
    visit = clients.newest_visit(by, case.applicant_id)
    return see_other(url_for("counter.client", visit_id=visit.id, done="filed") if visit else url_for("counter.index"))
