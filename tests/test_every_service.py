"""What every service promises, whatever it is about. A new folder is held to all of it without another word."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.cases import papers
from app.cases.demo.people import TOLD
from app.cases.guides import guide_snapshot
from app.cases.models import PART
from app.documents.layout import Sheet, pdf_html
from app.documents.papers.guide import guide_paper
from app.documents.papers.summary import summary_paper
from app.documents.rendering import render_pdf
from app.kit.fields import Choice, Field, Group
from app.kit.roles import Role
from app.kit.service import Service
from app.kit.words import LANGUAGES, WORDS
from app.kit.workflow import CITIZEN, CLOCK, FINAL, FIRST_PERSON, GATEWAY, SECOND_PERSON, Stage
from app.notify.render import notice_words
from tests.kit.test_texts import notice_fits
from tests.support import signed_in
from tests.support.declared import FOLDER, PROFILE, SERVICES
from tests.support.robots import Robot, applicant, country_of
from tests.support.typed import files_asked, typed
from tests.support.world import Browser, World, letter

MOST_LINES = 250
SLUGS = sorted(SERVICES)
CARD = ("title", "summary", "description", "fees", "rating")


@pytest.fixture(params=SLUGS)
def service(request: pytest.FixtureRequest) -> Service:
    return SERVICES[request.param]


def fields_of(service: Service) -> Iterator[tuple[Field, Group | None]]:
    return service.form.walk()


def test_the_card_is_complete_in_both_languages(service: Service) -> None:
    for language in LANGUAGES:
        for key in CARD:
            assert service.text(language, key).strip()
        for name in ("conditions", "channels", "next_steps"):
            assert service.entries(name, language), name
        assert all(WORDS.text(language, f"audiences.{each}") for each in service.audience)
        assert all(service.text(language, f"documents.{each}.name") for each in service.documents)
        assert service.declaration(language)
        assert service.title_in_messages(language)
    assert len(service.text("ar", "summary")) <= 90
    assert len(service.text("en", "summary")) <= 110
    assert 4 <= len(service.texts["faq"]) <= 8
    assert all(set(entry) == {"question", "answer"} for entry in service.texts["faq"])


def test_it_belongs_to_an_agency_and_office_of_the_profile(service: Service) -> None:
    assert service.agency in PROFILE.agencies
    assert PROFILE.offices[service.office].agency == service.agency
    assert service.departments is None or PROFILE.choices(service.departments)


def test_every_part_and_field_has_its_words_in_both_languages(service: Service) -> None:
    sections = {each.section for each, group in fields_of(service) if group is None}
    assert sections == set(service.form.sections)
    for language in LANGUAGES:
        assert all(service.text(language, f"sections.{each}.title") for each in service.form.sections)
        for each, group in fields_of(service):
            for part in ("label", "missing", "wrong", *(("add", "item") if isinstance(each, Group) else ())):
                assert service.field_text(language, each, part, group), f"{each.id}: no {part} in {language}"
            assert WORDS.has(f"errors.{each.type}.missing")
            assert WORDS.has(f"errors.{each.type}.wrong")


def test_every_option_has_words_and_no_option_stands_twice(service: Service) -> None:
    for each, group in fields_of(service):
        if isinstance(each, Choice):
            assert len(each.options) == len(set(each.options)) > 1, each.id
            for language in LANGUAGES:
                words = service.options(each, language, group)
                assert [id for id, _text in words] == list(each.options)
                assert all(text for _id, text in words)


def test_conditions_name_earlier_fields_and_options_they_have(service: Service) -> None:
    seen: dict[str, Field | None] = {"identity_source": None, "who_came": None}
    for each, group in fields_of(service):
        for other, values in each.when.items():
            assert other in seen, f"{each.id} depends on {other}, which comes later or nowhere"
            earlier = seen[other]
            if isinstance(earlier, Choice):
                assert set(values) <= set(earlier.options), each.id
        # A row's conditions look at its own row.
        assert group is not None or each.id not in seen, f"{each.id} stands twice"
        seen[each.id] = each


def test_every_stage_can_be_reached_and_left(service: Service) -> None:
    workflow = service.workflow
    assert workflow.reachable() == workflow.stages
    for stage in workflow.stages - FINAL:
        assert any(step.to != stage for step in workflow.from_stage(stage)), f"no way out of {stage}"
    for stage in workflow.stages & FINAL:
        # An appeal may follow a decision, on a page of its own.
        assert all(step.apart for step in workflow.from_stage(stage)), f"{stage} is final"


def test_steps_name_known_roles_needs_reasons_and_deadlines(service: Service) -> None:
    names = set(service.workflow.names())
    kinds = {rule.kind for rule in service.deadlines}
    for step in service.workflow.steps:
        assert step.by
        assert set(step.by) <= {str(role) for role in Role} | {CITIZEN, CLOCK, GATEWAY}
        assert set(step.needs) <= names
        assert step.reasons is None or service.reasons_of(step.reasons)
        assert step.deadline is None or step.deadline in kinds
        stays = step.to in (Stage.REFUSED, step.from_stage)
        assert step.to not in FINAL or stays or step.outcome, f"{step.name} ends without an outcome"
    lapses = {rule.lapse for rule in service.deadlines if rule.lapse}
    assert lapses <= {step.name for step in service.workflow.steps if step.for_clock}


def test_the_database_knows_every_step_of_two_persons(service: Service) -> None:
    known = {*FIRST_PERSON, *SECOND_PERSON}
    assert PART.count("'") == 2 * len(known)
    for step in service.workflow.steps:
        if step.apart_from and step.decides:
            assert step.name in known
            assert known & set(step.apart_from)


def test_steps_have_words_for_whoever_takes_or_sees_them(service: Service) -> None:
    for language in LANGUAGES:
        for step in service.workflow.steps:
            button = service.has_text(f"actions.{step.name}.button") or WORDS.has(f"desk.steps.{step.name}")
            told = step.event or WORDS.has(f"desk.past.{step.name}")
            assert button or step.apart or set(step.by) <= {CITIZEN, CLOCK, GATEWAY}, f"{step.name} has no button"
            assert told or button, f"no line of the history says {step.name}"
            assert step.event is None or WORDS.text(language, f"events.{step.event}")
            assert not (step.hidden and (step.event or step.notice)), f"{step.name} is hidden and tells the citizen"
            for option in step.options if "result" in step.inputs else ():
                own = f"actions.{step.name}.options.{option}"
                assert service.has_text(own) or WORDS.has(f"desk.results.{option}"), f"{step.name} may be {option}"


def test_reasons_have_words_for_officer_and_citizen(service: Service) -> None:
    assert len({reason.code for reason in service.reasons}) == len(service.reasons)
    for reason in service.reasons:
        for language in LANGUAGES:
            assert service.text(language, f"reasons.{reason.code}.label")
            assert service.text(language, f"reasons.{reason.code}.text")
    assert service.reasons_of("return")


def test_every_notice_exists_and_fits_its_messages(service: Service) -> None:
    named = {step.notice for step in service.workflow.steps if step.notice}
    named |= {rule.reminder for rule in service.deadlines if rule.reminder}
    named |= {service.slots.reminder} if service.slots and service.slots.reminder else set()
    for event in sorted(named | set(service.texts.get("notices", {}))):
        notice_fits(notice_words(event, service.texts))  # type: ignore[arg-type]


def test_it_stays_within_its_budget(service: Service) -> None:
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in (FOLDER / service.slug).rglob("*.py"))
    assert lines <= MOST_LINES
    assert (Path(__file__).parent / "services" / f"test_{service.slug}.py").is_file()


def test_it_knows_the_kit_alone(service: Service) -> None:
    source = (FOLDER / service.slug / "service.py").read_text("utf-8")
    assert service.slug in source
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("from ", "import "))}
    own = f"app.blueprints.services.{service.slug}"
    assert all(name.startswith(("app.kit", own)) or not name.startswith("app") for name in imported)


def test_an_empty_form_is_refused_with_every_missing_field_named(open_app: Flask, service: Service) -> None:
    browser = Browser(signed_in.citizen_browser(open_app, applicant(open_app, service, 0)))
    answer = browser.post(
        f"/services/{service.slug}/apply", {"action": "check"}, page=f"/services/{service.slug}/apply"
    )
    assert answer.status == 422
    asked = {"identity_source": "national"}
    for each, group in fields_of(service):
        if group is None and each.required and not each.readonly and not each.when and each.is_asked(asked):
            assert str(service.field_text("ar", each, "missing")) in answer.html, each.id


@pytest.mark.parametrize("pick", [0, -1], ids=["first options", "last options"])
def test_a_robot_citizen_files_a_minimal_form_and_reads_it_again(open_app: Flask, service: Service, pick: int) -> None:
    world = World(open_app)
    browser = Browser(signed_in.citizen_browser(open_app, applicant(open_app, service, 0)))
    values: dict[str, Any] = typed(service.form, pick, country=country_of(service))
    values |= {path: [letter() for _nth in range(least)] for path, least in files_asked(service.form, values)}
    number = world.file(browser, service.slug, **values)
    page = browser.get(f"/account/cases/{number}")
    assert page.status == 200
    case = world.case(number)
    assert case.stage == Stage.SUBMITTED
    english = browser.get(f"/en/account/cases/{number}")
    assert service.text("en", "title") in english.html


def test_summary_and_guide_come_out_of_the_press(open_app: Flask, service: Service) -> None:
    walk = Robot(open_app, service).file()
    with open_app.test_request_context():
        sheets = [
            Sheet("summary", "ar", summary_paper(papers.summary_snapshot(walk.case, "ar"), "ar"), "K7M4Q2XA9HJW"),
            Sheet("guide", "en", guide_paper(guide_snapshot(service, "en"), "en"), None),
        ]
        for sheet in sheets:
            made = render_pdf(pdf_html(sheet), title=sheet.title, author="Bawaba")
            assert made.startswith(b"%PDF-")


def test_demo_staff_can_take_every_step_of_the_services_switched_on() -> None:
    """Whoever tries the portal finds, for every step, somebody among the demo staff who may take it."""
    held = {role for told in TOLD["staff"].values() for each in told["roles"] for role in each}
    for service in SERVICES.values():
        for step in service.workflow.steps:
            assert set(step.by) & (held | {CITIZEN, CLOCK, GATEWAY}), step.name


def test_the_promises_are_kept_for_every_folder() -> None:
    folders = {path.parent.name for path in FOLDER.glob("*/service.py")}
    assert folders == set(SERVICES)
    assert inspect.getdoc(inspect.getmodule(Robot))
