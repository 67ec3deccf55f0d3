"""What is promised of every restricted service: who asked, and for what, is read on the page of the case alone."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, update

from app.blueprints.verify import findings
from app.cases import appeals, queries, requests
from app.cases.errors import BadInput
from app.documents.models import CERTIFICATE, Document
from app.extensions import db, transaction
from app.identity.actors import Grant
from app.identity.audit import AuditRow
from app.kit.roles import Role
from app.kit.service import Service
from app.kit.words import LANGUAGES, WORDS
from app.kit.workflow import Stage
from app.notify.models import TROUBLED, Message
from app.notify.render import NoticeWords, notice_words
from tests.support import signed_in
from tests.support.declared import PROFILE, SERVICES
from tests.support.robots import Robot, Walk
from tests.support.signed_in import token_of
from tests.support.steps import take
from tests.support.world import Browser, Desk, World

RESTRICTED = sorted(slug for slug, service in SERVICES.items() if service.restricted)
REGISTERED = [slug for slug in RESTRICTED if "register" in SERVICES[slug].workflow.names()]
AT_COUNTER = [slug for slug in RESTRICTED if SERVICES[slug].can_be_filed_at_counter]
# Of the applicant whom robots play, in both languages.
NAME = ("السالم", "Alsalem")
# What a message may say: numbers, days, whose office it is, and the neutral name of service and paper.
SAYABLE = {"number", "service", "agency", "paper", "certificate", "transaction", "hijri_year", "day", "date", "time"}
SAYABLE |= {
    "period",
    "amount",
    "contact_phone",
    "appeal_body",
    "department",
    "gate",
    "place",
    "clerk",
    "office",
    "code",
}
# Where pages of staff stand.
STAFF = ("/desk", "/admin", "/counter", "/gate")
# Words that stand in titles of services and tell nothing.
PLAIN = {"خدمات", "خدمة", "طلب", "services", "service", "request", "and", "for", "the"}


@pytest.fixture(params=RESTRICTED)
def service(request: pytest.FixtureRequest) -> Service:
    return SERVICES[request.param]


def telling(service: Service) -> set[str]:
    """The words of its title that would give it away."""
    words = {word for language in LANGUAGES for word in service.text(language, "title").lower().split()}
    return words - PLAIN


def gives_away(service: Service, text: str) -> set[str]:
    return {word for word in (*telling(service), *NAME) if word.lower() in text.lower()}


def notices_of(service: Service) -> Iterator[tuple[str, NoticeWords]]:
    """Everything it may send: what its steps and deadlines name, its own, and what is sent about any request."""
    named = {step.notice for step in service.workflow.steps if step.notice} | set(service.texts.get("notices", {}))
    named |= {rule.reminder for rule in service.deadlines if rule.reminder}
    named |= {"submitted_on_behalf", "message", "draft_expiring", "handed_over", "appeal_received", "appeal_answered"}
    yield from ((event, notice_words(event, service.texts)) for event in sorted(named))


def test_no_notice_has_a_place_for_what_is_secret(service: Service) -> None:
    for event, words in notices_of(service):
        for part, language in ((part, language) for part in words for language in LANGUAGES):
            sentence = words[part][language].format_map(Spoken(service, language, event))
            assert not gives_away(service, sentence), (event, part, language, sentence)


class Spoken(dict[str, str]):
    """The facts of a notice; a fact that may not be said is missing."""

    def __init__(self, service: Service, language: str, event: str) -> None:
        super().__init__(service=service.title_in_messages(language), paper=service.paper(language))
        self.event = event

    def __missing__(self, name: str) -> str:
        assert name in SAYABLE, f"{self.event} says {name}"
        return "1"


def test_nothing_that_is_sent_names_the_service_or_a_person(open_app: Flask, service: Service) -> None:
    robot = Robot(open_app, service)
    for step in service.workflow.steps:
        if step.notice and step.from_stage != Stage.DRAFT:
            walk = robot.file(when=step.when)
            walk.to(str(step.from_stage))
            walk.take(step.name)
    sent = db.session.scalars(select(Message)).all()
    assert {message.channel for message in sent} == {"sms", "email"}
    for message in sent:
        assert not gives_away(service, f"{message.subject} {message.body}"), message.event


def test_no_list_of_the_desk_names_who_asked(open_app: Flask, service: Service) -> None:
    robot = Robot(open_app, service)
    walks = [robot.file(), robot.file()]
    walks[0].to(Stage.IN_REVIEW)
    _objected(walks[1])
    with transaction():
        db.session.execute(update(Message).values(state=TROUBLED[0]))
    desk = everybody(open_app, service)
    assert NAME[0] in desk.get(f"/desk/cases/{walks[0].case.address}").html
    owner = Browser(signed_in.citizen_browser(open_app, walks[0].citizen.person_id))  # type: ignore[arg-type]
    owner.post("/account/data/download")
    listed = set()
    for rule in open_app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or not rule.rule.startswith(STAFF):
            continue
        for address in (rule.rule, f"/en{rule.rule}"):
            html = desk.get(address).html
            assert not [name for name in NAME if name in html], address
            listed |= {rule.rule} if walks[0].case.number in html or walks[1].case.number in html else set()
    assert {"/desk", "/desk/overview", "/desk/appeals", "/admin/audit"} <= listed


def _objected(walk: Walk) -> None:
    walk.to(Stage.IN_REVIEW)
    walk.take("refuse")
    with transaction():
        appeals.file(walk.case_id, subject="reasons", grounds="أسباب", late_reason="", by=walk.citizen)


def everybody(app: Flask, service: Service) -> Desk:
    """Somebody who holds every role there is in this agency."""
    grants = [Grant(role, agency=service.agency) for role in Role]
    number = "1000000107"
    return Desk(signed_in.staff_browser(app, signed_in.member(app, *grants, email="all@example.com", number=number)))


def test_a_search_by_name_finds_nothing_and_one_by_number_names_nobody(open_app: Flask, service: Service) -> None:
    walk = Robot(open_app, service).file()
    desk = everybody(open_app, service)
    number = walk.case.address
    assert number not in desk.get(f"/desk?words={NAME[0]}").html
    found = desk.get(f"/desk?words={number}").html
    assert number in found
    assert WORDS.text("ar", "desk.queue.name_hidden") in found
    assert NAME[0] not in found


def test_every_look_of_a_member_of_staff_is_noted(open_app: Flask, service: Service) -> None:
    walk = Robot(open_app, service).file()
    desk, address = everybody(open_app, service), f"/desk/cases/{walk.case.address}"
    for page, kind in (("", "case.viewed"), ("", "case.viewed"), ("/papers/summary", "paper.viewed")):
        before = looks(walk)
        desk.get(f"{address}{page}")
        (noted,) = looks(walk)[len(before) :]
        assert (noted.kind, noted.subject_person_id) == (kind, walk.case.applicant_id)
        assert noted.actor_staff_id


def looks(walk: Walk) -> list[AuditRow]:
    db.session.rollback()
    rows = select(AuditRow).where(AuditRow.case_id == walk.case_id, AuditRow.actor_staff_id.is_not(None))
    return list(db.session.scalars(rows.order_by(AuditRow.id)))


def test_whoever_checks_a_paper_learns_neither_the_service_nor_a_name(open_app: Flask, service: Service) -> None:
    robot, kinds = Robot(open_app, service), {"summary"}
    robot.file()
    for step in service.workflow.steps:
        if step.document and step.document not in kinds:
            walk = robot.file(when=step.when)
            walk.to(str(step.from_stage))
            walk.take(step.name)
            kinds.add(step.document)
    papers = list(db.session.scalars(select(Document).where(Document.case_id.is_not(None))))
    assert {each.kind for each in papers} >= kinds
    for paper in papers:
        assert not gives_away(service, paper.file_name), paper.kind
        for language in LANGUAGES:
            with open_app.test_request_context(f"/{language}"):
                of = findings.of_certificate if paper.kind == CERTIFICATE else findings.of_document
                facts = of(paper, language).facts
            compared = {each[language] for each in (paper.shown or {}).get("about", ())}
            # What may be compared line by line is what the service itself declares, names in first letters.
            said = " ".join(value for _label, value in facts if value not in compared)
            assert not gives_away(service, said), (paper.kind, said)
            assert not [name for name in NAME if name in str(facts)]


@pytest.mark.parametrize("service", REGISTERED, indirect=True)
def test_the_public_inquiry_names_neither_the_service_nor_a_person(open_app: Flask, service: Service) -> None:
    walk = Robot(open_app, service).file()
    walk.to(Stage.IN_REVIEW)
    walk.take("register")
    case, client = walk.case, open_app.test_client()
    asked = {
        "csrf_token": token_of(client, "/inquiry/transactions"),
        "agency": case.agency,
        "number": case.transaction_number,
        "hijri_year": str(case.transaction_year),
        "digits": str(case.applicant.identity_number)[-4:],
    }
    html = client.post("/inquiry/transactions", data=asked).get_data(as_text=True)
    assert 'aria-labelledby="res"' in html
    found = html[html.index('aria-labelledby="res"') :]
    assert not gives_away(service, found[: found.index("</section>")])


@pytest.mark.parametrize("service", AT_COUNTER, indirect=True)
def test_the_counter_lists_requests_and_drafts_under_the_neutral_name(open_app: Flask, service: Service) -> None:
    walk = Robot(open_app, service).file()
    asked = _ask_for_a_correction(walk)
    number, mobile, address = walk.case.applicant.identity_number, walk.case.applicant.mobile, walk.case.address
    office = next(each for each in PROFILE.offices.values() if each.has_counter and each.agency == service.agency)
    grant = Grant(Role.COUNTER_AGENT, agency=service.agency, office=office.id)
    clerk = Desk(signed_in.staff_browser(open_app, signed_in.member(open_app, grant, email="clerk@example.com")))
    client = clerk.post("/counter", {"number": number, "mobile": mobile}, page="/counter").location
    begun = clerk.post(f"{client}/drafts", {"service": service.slug, "who_came": "client"}, page="/counter")
    assert begun.status == 303
    listed = BeautifulSoup(clerk.get(client).html, "html.parser").find("a", href=re.compile(address))
    assert listed is not None
    row = listed.find_parent("li")
    for text in (clerk.get("/counter").html, clerk.get(f"{client}/cases/{address}").html, str(row)):
        assert not {word for word in (*telling(service), asked) if word in text.lower()}
    assert service.title_in_messages("ar") in clerk.get("/counter").html


def _ask_for_a_correction(walk: Walk) -> str:
    """The label of the answer that was asked about, which only this service has."""
    walk.to(Stage.IN_REVIEW)
    service, given = walk.robot.service, walk.case.answers
    officer = walk.actor(walk.workflow.find("send_requests", Stage.IN_REVIEW).by[0])
    about = next(each for each in service.form.fields if each.type == "text" and each.id in given and not each.use)
    told = {"target": about.id, "reason": service.reasons_of("return")[0].code, "text": ""}
    with transaction():
        requests.prepare(walk.case_id, kind="correction", by=officer, version=walk.case.version, **told)
        requests.send(walk.case_id, by=officer, version=walk.case.version)
    return str(service.field_text("ar", about, "label"))


def test_whoever_has_no_part_in_it_sees_none_of_its_requests(open_app: Flask, service: Service) -> None:
    case = Robot(open_app, service).file().case
    address, number = f"/desk/cases/{case.address}", case.number
    parts = {role for step in service.workflow.steps for role in step.by} | {Role.AUDITOR}
    for place, role in enumerate(sorted(queries.SEES_CASES)):
        grant = Grant(role, agency=service.agency)
        email, identity = f"{role}@example.com", f"10000{place:05}"
        desk = Desk(signed_in.staff_browser(open_app, signed_in.member(open_app, grant, email=email, number=identity)))
        has_part = role in parts and role != Role.DEPARTMENT_OFFICER
        assert (desk.get(address).status == 200) is has_part, role
        assert (number in desk.get("/desk").html) is has_part, role


def test_no_officer_of_another_service_joins_to_it_and_learns_that_it_is_there(app: Flask, service: Service) -> None:
    world = World(app)
    robot = Robot(app, service)
    with app.app_context():
        secret = robot.file()
        secret.to(Stage.IN_REVIEW)
        secret.take("register")
        typed = f"{secret.case.transaction_number}/{secret.case.transaction_year}"
    number, grant = world.file(world.citizen(), "petition"), Grant(Role.OFFICER, agency=service.agency)
    other = world.actor(replace(grant, service="petition"), email="petitions@example.com")
    take(world, number, "start_review", other)
    take(world, number, "register", other)
    earlier = {"earlier_transaction": typed}
    with pytest.raises(BadInput) as refused:
        take(world, number, "join_earlier", other, inputs=earlier)
    assert refused.value.text_key == "cases.errors.no_earlier_transaction"
    take(world, number, "join_earlier", world.actor(grant), inputs=earlier)
