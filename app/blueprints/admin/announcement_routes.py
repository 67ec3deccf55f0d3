"""Announcements and closures: the list, publishing, withdrawing."""

import uuid

from flask import Response, request, url_for

from app.blueprints.admin import announcing
from app.blueprints.admin.announcing import Draft
from app.blueprints.admin.routes import SIZE, blueprint
from app.cases import announcements
from app.cases.announcements import EDITORS
from app.extensions import transaction
from app.identity import access, scopes
from app.identity.access import signed_in_actor
from app.identity.accounts import BeyondScope
from app.web import limits
from app.web.language import lang, t
from app.web.moments import house
from app.web.pages import page, see_other

DONE = ("published", "withdrawn")


@blueprint.get("/announcements", endpoint="announcements")
@access.staff(*EDITORS)
def listed() -> Response:
    done, known = request.args.get("done", ""), scopes.known()
    names = {part: {id: words[lang()] for id, words in known[part].items()} for part in ("agency", "service")}
    return page(
        "admin/announcements.html",
        rows=announcements.written(signed_in_actor(), SIZE),
        names=names,
        house=house(),
        done=done if done in DONE else "",
    )


@blueprint.get("/announcements/new", endpoint="announce")
@access.staff(*EDITORS)
def write() -> Response:
    return _form(Draft({"kind": "news"}))


@blueprint.post("/announcements/new", endpoint="publish")
@access.staff(*EDITORS)
@limits.forms
def publish() -> Response:
    draft = announcing.read(request.form)
    if draft.entry is None:
        return _form(draft, 422)
    try:
        with transaction():
            announcements.publish(draft.entry, by=signed_in_actor())
    except BeyondScope:
        draft.errors["service" if draft.typed["service"] else "agency"] = t("announcements.errors.scope")
        return _form(draft, 422)
    return see_other(url_for("admin.announcements", done="published"))


def _form(draft: Draft, status: int = 200) -> Response:
    return page("admin/announce.html", status=status, draft=draft, options=announcing.options())


@blueprint.post("/announcements/<uuid:announcement_id>/withdraw", endpoint="withdraw")
@access.staff(*EDITORS)
@limits.forms
def withdraw(announcement_id: uuid.UUID) -> Response:
    with transaction():
        announcements.withdraw(announcement_id, by=signed_in_actor())
    return see_other(url_for("admin.announcements", done="withdrawn"))
