"""A declaration with its words: own before shared, a version of its own, nothing named that is restricted."""

from dataclasses import replace

import pytest

from app.kit import profile as profiles
from app.kit.binding import unlisted
from app.kit.fields import Choice, Form, Group, Text, Wrong
from app.kit.registry import Registry, UnknownService
from app.kit.service import DeadlineRule, Reason, Service
from app.kit.shared import in_section, shared
from app.kit.workflow import standard


def both(text: str) -> dict[str, str]:
    return {"ar": f"{text} ar", "en": f"{text} en"}


TEXTS = {
    "title": both("title"),
    "sections": {"all": {"title": both("all")}},
    "fields": {
        "name": {"label": both("name")},
        "colour": {"label": both("colour"), "options": {"red": both("red"), "blue": both("blue")}},
        "place": {"label": both("place")},
        "rows": {"label": both("rows"), "item": both("row {n}"), "fields": {"inner": {"label": both("inner")}}},
        "mobile": {"hint": both("own hint")},
    },
    "reasons": {"own": {"label": both("own reason")}},
}
FIELDS = in_section(
    "all",
    Text(id="name"),
    Choice(id="colour", options=("red", "blue")),
    Choice(id="place", source="gates"),
    shared("mobile"),
    Group(id="rows", required=False, fields=(Text(id="inner"),)),
)
PROFILE = profiles.load(profiles.DEMO)
SERVICE = Service(
    "sample",
    agency="emirate",
    form=Form(("all",), FIELDS),
    workflow=standard(),
    audience=("citizen",),
    deadlines=(DeadlineRule("answer", 5),),
    reasons=(Reason("own", "refuse"), Reason("duplicate", "refuse"), Reason("unclear_document", "return")),
).bound(TEXTS, PROFILE)


def test_own_words_come_before_shared_ones() -> None:
    assert SERVICE.text("en", "reasons.own.label") == "own reason en"
    assert SERVICE.text("en", "reasons.duplicate.label")
    assert SERVICE.has_text("actions.refuse.button")
    assert not SERVICE.has_text("actions.nothing.button")
    with pytest.raises(KeyError):
        SERVICE.text("en", "nothing")


def test_a_field_takes_each_part_from_its_own_words_or_the_shared_ones() -> None:
    mobile = SERVICE.form.field("mobile")
    assert SERVICE.field_text("en", mobile, "hint") == "own hint en"
    assert SERVICE.field_text("en", mobile, "label") == "Mobile number"
    assert SERVICE.field_text("en", SERVICE.form.field("name"), "hint") is None


def test_options_come_from_the_declaration_or_from_the_agency() -> None:
    colour, place = SERVICE.form.field("colour"), SERVICE.form.field("place")
    assert isinstance(colour, Choice)
    assert isinstance(place, Choice)
    assert SERVICE.options(colour, "en") == [("red", "red en"), ("blue", "blue en")]
    assert [id for id, _label in SERVICE.options(place, "ar")] == [each.id for each in PROFILE.choices("gates")]
    assert place.clean("main") == "main"


def test_a_condition_may_name_the_entries_of_a_list_that_lack_a_mark() -> None:
    country = Choice(id="country", source="countries")
    fields = in_section(
        "all", country, *(Text(id=mark, when={"country": unlisted(mark)}) for mark in ("home", "titre"))
    )
    form = replace(SERVICE, form=Form(("all",), fields)).bound(TEXTS, PROFILE).form
    asked = {
        id: [each.id for each in fields if each.when and form.field(each.id).is_asked({"country": id})]
        for id in ("sa", "gb")
    }
    assert asked == {"sa": ["titre"], "gb": ["home"]}


def test_entries_with_a_mark_of_the_agencys_list_can_be_left_out() -> None:
    whole, less = (
        Choice(id=id, source="countries", without=mark) for id, mark in (("country", ""), ("other", "titre"))
    )
    bound = replace(SERVICE, form=Form(("all",), in_section("all", whole, less))).bound(TEXTS, PROFILE)
    every, some = (bound.form.field(id) for id in ("country", "other"))
    assert isinstance(every, Choice)
    assert isinstance(some, Choice)
    assert set(every.options) - set(some.options) == {"tr", "gb", "fr", "de"}
    assert [id for id, _label in bound.options(some, "en")] == list(some.options)
    with pytest.raises(Wrong):
        some.clean("gb")


def test_the_version_changes_with_labels_and_structure_and_with_nothing_else() -> None:
    words = {**TEXTS, "fields": {**TEXTS["fields"], "name": {"label": both("another name")}}}
    longer = replace(SERVICE, form=Form(("all",), (*FIELDS, *in_section("all", Text(id="note")))))
    assert len(SERVICE.version) == 12
    assert SERVICE.bound(TEXTS, PROFILE).version == SERVICE.version
    assert SERVICE.bound(words, PROFILE).version != SERVICE.version
    assert longer.bound(TEXTS, PROFILE).version != SERVICE.version
    assert replace(SERVICE, audience=("visitor",)).bound(TEXTS, PROFILE).version == SERVICE.version


def test_the_snapshot_holds_every_label_in_both_languages() -> None:
    section = SERVICE.snapshot["sections"][0]
    kept = {each["id"]: each for each in section["fields"]}
    assert section["label"] == both("all")
    assert kept["colour"]["options"]["red"] == both("red")
    assert kept["rows"]["fields"][0]["label"] == both("inner")
    assert kept["rows"]["item"] == both("row {n}")
    assert kept["mobile"]["personal"]


def test_a_restricted_service_is_not_named_in_messages() -> None:
    texts = {**TEXTS, "notice_name": both("a request")}
    assert SERVICE.title_in_messages("en") == "title en"
    assert replace(SERVICE, restricted=True).bound(texts, PROFILE).title_in_messages("en") == "a request en"


def test_what_is_signed_is_the_services_own_sentence_or_the_shared_ones_it_names() -> None:
    assert "declare" in SERVICE.declaration("en")
    more = replace(SERVICE, declarations=("general", "on_behalf")).bound(TEXTS, PROFILE)
    assert more.declaration("ar").startswith(SERVICE.declaration("ar"))
    own = SERVICE.bound({**TEXTS, "declaration_text": both("I swear")}, PROFILE)
    assert own.declaration("en") == "I swear en"


def test_what_the_applicant_consents_to_is_signed_after_what_he_declares() -> None:
    asks = replace(SERVICE, consents=("sensitive",))
    assert "health data" not in SERVICE.declaration("en")
    assert asks.bound(TEXTS, PROFILE).declaration("en").endswith("used to examine this request only.")
    assert asks.bound(TEXTS, PROFILE).declaration("ar").startswith(SERVICE.declaration("ar"))
    own = asks.bound({**TEXTS, "declaration_text": both("I swear")}, PROFILE)
    assert own.declaration("en").startswith("I swear en I agree that the health data")


def test_reasons_and_deadlines_are_found_by_kind() -> None:
    assert [reason.code for reason in SERVICE.reasons_of("refuse")] == ["own", "duplicate"]
    assert SERVICE.deadline("answer").days == 5
    with pytest.raises(StopIteration):
        SERVICE.deadline("nothing")


def test_the_profile_switches_services_on_and_an_unknown_one_is_told_apart() -> None:
    one = Registry.discover("app.blueprints.services", replace(PROFILE, services=("general_transaction",)))
    assert list(one) == ["general_transaction"]
    assert len(one) == 1
    with pytest.raises(UnknownService):
        one["emirate_appointment"]


@pytest.mark.parametrize(
    ("unit", "counted_by_agency", "words"),
    [
        ("agency", "working", "خلال 5 أيام عمل"),
        ("agency", "calendar", "خلال 5 أيام"),
        ("working", "calendar", "خلال 5 أيام عمل"),
        ("calendar", "working", "خلال 5 أيام"),
    ],
)
def test_days_are_told_as_the_rule_or_else_the_agency_counts_them(
    unit: str, counted_by_agency: str, words: str
) -> None:
    agency = replace(PROFILE.agency("emirate"), deadline_days=counted_by_agency)
    rule = DeadlineRule("target", 5, unit=unit, target=True)
    assert rule.within("ar", agency) == words
    assert replace(SERVICE, deadlines=(rule,)).duration("ar", agency) == words


def test_a_duration_begins_with_a_capital_where_it_stands_alone() -> None:
    agency, rule = PROFILE.agency("emirate"), DeadlineRule("target", 3, target=True)
    assert rule.within("en", agency).startswith("within 3 ")
    assert replace(SERVICE, deadlines=(rule,)).duration("en", agency).startswith("Within 3 ")
    assert replace(SERVICE, deadlines=()).duration("en", agency) == "No time is published for this service"


def test_a_channel_that_needs_a_telephone_is_left_out_where_there_is_none() -> None:
    told = {"ar": "مركز الاتصال {contact_phone}", "en": "Call {contact_phone}"}
    service = replace(SERVICE, texts={**TEXTS, "channels": [both("desk"), told]})
    agency = PROFILE.agency("emirate")
    assert service.channels("en", replace(agency, contact_phone="")) == ["desk en"]
    assert service.channels("en", replace(agency, contact_phone="123")) == ["desk en", "Call 123"]
