"""Requests to the citizen: prepare, take back, send as one notice, accept what came."""

import uuid

from flask import Response, request

from app.blueprints.desk.asking import check_reason
from app.blueprints.desk.frame import WRITERS, blueprint
from app.blueprints.desk.showing import act, version
from app.cases import requests
from app.cases.models import Case
from app.identity import access
from app.identity.access import signed_in_actor
from app.web import limits


@blueprint.post("/cases/<number>/requests", endpoint="request")
@access.staff(*WRITERS)
@limits.forms
def prepare(number: str) -> Response:
    form = request.form
    kind, _, target = form.get("item", "").partition(":")

    def ask(case: Case) -> None:
        check_reason(case, kind, form.get("reason", ""))
        requests.prepare(
            case.id,
            kind=kind,
            target=target,
            reason=form.get("reason", ""),
            text=form.get("text", ""),
            by=signed_in_actor(),
            version=version(),
        )

    return act(number, "request", ask, done="request")


@blueprint.post("/cases/<number>/requests/<uuid:request_id>/discard")
@access.staff(*WRITERS)
@limits.forms
def discard(number: str, request_id: uuid.UUID) -> Response:
    return act(
        number,
        "discard",
        lambda case: requests.discard(case.id, request_id, by=signed_in_actor(), version=version()),
        done="discard",
    )


@blueprint.post("/cases/<number>/requests/send")
@access.staff(*WRITERS)
@limits.forms
def send_requests(number: str) -> Response:
    return act(
        number,
        "send",
        lambda case: requests.send(case.id, by=signed_in_actor(), version=version()),
        done="send_requests",
    )


@blueprint.post("/cases/<number>/requests/accept")
@access.staff(*WRITERS)
@limits.forms
def accept(number: str) -> Response:
    return act(
        number,
        "accept",
        lambda case: requests.accept(case.id, by=signed_in_actor(), version=version()),
        done="accept_answer",
    )
