from flask import Blueprint, Response, current_app

from app.blueprints.home.announcements import announcements
from app.calendars import hijri
from app.calendars.clock import now
from app.cases import inquiry
from app.identity import access
from app.kit.profile import Profile
from app.web.language import lang
from app.web.pages import page

blueprint = Blueprint("home", __name__)
NEWEST = 3
MOST_CARDS = 5
YEARS_BACK = 3


@blueprint.get("/")
@access.public
def index() -> Response:
    profile: Profile = current_app.extensions["profile"]
    catalogue = current_app.extensions["catalogue"]
    return page(
        "home/index.html",
        services=catalogue.cards(lang())[:MOST_CARDS],
        agencies=catalogue.agencies(lang()),
        audiences=catalogue.audiences(),
        agency_names=[(agency.id, agency.name[lang()]) for agency in inquiry.agencies()],
        year_options=[(year, year) for year in _transaction_years(profile)],
        announcements=announcements(NEWEST),
    )


def _transaction_years(profile: Profile) -> list[int]:
    zone = next(iter(profile.agencies.values())).zone
    this_year = hijri.hijri_year(now(), zone)
    return hijri.years_down_to(this_year - YEARS_BACK, now(), zone)
