from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, current_app, request, url_for

from app.blueprints.catalogue import card as cards
from app.blueprints.catalogue import guides, opinions, requested
from app.blueprints.catalogue.search import Catalogue, Query
from app.calendars.clock import today
from app.cases.feedback import judge_page
from app.documents.download import paper_response
from app.extensions import limiter, transaction
from app.identity import access
from app.kit.price import price_on
from app.kit.profile import Profile
from app.kit.service import Service
from app.web import limits
from app.web.language import lang, t
from app.web.pages import page, see_other

blueprint = Blueprint("services", __name__, url_prefix="/services")


@blueprint.get("")
@access.public
@limits.searches
def index() -> Response:
    catalogue: Catalogue = current_app.extensions["catalogue"]
    agencies, audiences = catalogue.agencies(lang()), catalogue.audiences()
    query = requested.read(request.args, [id for id, _, _ in agencies], [id for id, _ in audiences])
    found = catalogue.search(query)
    return page(
        "services/index.html",
        fragment="services/_results.html",
        query=query,
        found=catalogue.cards(lang(), found),
        suggestion=None if found else catalogue.suggestion(query, lang()),
        chosen=_chosen(query, agencies),
        total=len(catalogue),
        agencies=agencies,
        agency_options=[(id, f"{name} ({count})") for id, name, count in agencies],
        audience_options=[(id, t(f"audiences.{id}")) for id, _ in audiences],
    )


def _chosen(query: Query, agencies: list[tuple[str, str, int]]) -> list[str]:
    """The filters that narrow the list, in words: on a telephone the form that has them is folded."""
    names = [name for id, name, _ in agencies if id in query.agencies]
    fee = [t(f"interface.catalogue.fee_{query.fee}")] if query.fee else []
    return [*names, *(t(f"audiences.{id}") for id in query.audiences), *fee]


@blueprint.get("/<slug>")
@access.public
def card(slug: str) -> Response:
    return page("services/card.html", **_card_of(_service(slug)), thanked=request.args.get("useful") == "thanks")


@blueprint.get("/<slug>/guide.pdf")
@access.public
def guide(slug: str) -> Response:
    """The PDF of this version of the declaration; until it is rendered the card, which says the same, with a notice."""
    service = _service(slug)
    document = guides.find_guide(service, lang())
    if document is not None and document.is_ready:
        return paper_response(document)
    return page("services/card.html", **_card_of(service), guide_soon=True)


@blueprint.post("/<slug>/useful")
@access.public
@limiter.limit("20 per hour")
def useful(slug: str) -> Response:
    service = _service(slug)
    errors = {field: t(key) for field, key in opinions.mistakes(request.form).items()}
    if errors:
        answered = {"opinion_errors": errors, "opinion": request.form}
        return page("services/card.html", status=422, fragment="services/_useful.html", **_card_of(service), **answered)
    with transaction():
        judge_page(service.slug, useful=opinions.ANSWERS[request.form["useful"]], words=request.form.get("words", ""))
    return _thanks(service)


def _thanks(service: Service) -> Response:
    if request.headers.get("HX-Request") == "true":
        return page("services/_useful.html", service=service, thanked=True)
    return see_other(url_for("services.card", slug=service.slug, useful="thanks", _anchor="opinion"))


def _service(slug: str) -> Service:
    service: Service | None = current_app.extensions["services"].get(slug)
    if service is None:
        abort(404)
    return service


def _card_of(service: Service) -> dict[str, Any]:
    profile: Profile = current_app.extensions["profile"]
    agency, language = profile.agency(service.agency), lang()
    facts, told = cards.facts_of(service)
    return {
        "service": service,
        "words": partial(service.text, language),
        "agency": service.agency_named(language, agency),
        "price": price_on(service, agency, language, today(agency.zone)),
        "facts": facts,
        "told": told,
        "closed": any(each.closes for each in told),
        "card": cards.Card(service, agency, language),
    }
