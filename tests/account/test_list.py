"""The list of own cases: each row leads to its own case and says its own service, state and messages."""

import re

from app.cases.conversation import ThreadEntry
from app.extensions import db
from tests.support.world import World

SLUGS = ("emirate_appointment", "general_transaction")


def test_each_row_of_own_cases_is_about_its_own_case(world: World) -> None:
    citizen = world.citizen()
    older, newer = (world.file(citizen, slug) for slug in reversed(SLUGS))
    with world.app.app_context():
        db.session.query(ThreadEntry).filter_by(case_id=world.case(older).id).update({"read_at": ThreadEntry.at})
        db.session.commit()
    rows = re.findall(r"<tr>\s*<th scope=.row.*?</tr>", citizen.get("/account/cases").html, re.S)
    services, profile = world.app.extensions["services"], world.app.extensions["profile"]
    for number, slug, unread, row in zip((newer, older), SLUGS, (True, False), rows, strict=True):
        service, printed = services[slug], number.replace("-", "/")
        agency = profile.agency(service.agency).name["ar"]
        assert f'href="/account/cases/{number}"><bdi dir="ltr">{printed}</bdi>' in row
        assert f"<span>{service.text('ar', 'title')} <small>{agency}</small></span>" in row
        assert (f'href="/account/cases/{number}#messages"' in row) == unread
        assert ('<span class="muted">' in row) != unread
