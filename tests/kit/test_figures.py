"""Figures of the profile: judged when it is loaded, dated, and said in words that agree with them."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.kit.certificate import VALID_DAYS
from app.kit.figures import COUNTED, Figure, FigureError, Setting, said, settings_for
from app.kit.profile import ProfileError, load
from app.kit.registry import Registry
from app.kit.service import Service
from app.kit.words import LANGUAGES
from tests.support import language
from tests.support.declared import PROFILE, SERVICES

DECLARED = (Figure("days_after", "days", most=365), Figure("least", "number", most=100))
WHOLE = (Setting("a", "days_after", Decimal(30)), Setting("a", "least", Decimal("0.5")))
ENTRY = '[[figures]]\nservice = "a"\nname = "days_after"\nvalue = {value}\n{more}\n'
WITH_FIGURES = sorted(slug for slug, service in SERVICES.items() if service.figures)


@pytest.mark.parametrize(
    ("value", "more"),
    [('"30"', ""), ("true", ""), ("inf", ""), ("30", 'from = "soon"'), ("30", "until = 2027-01-01"), ("30", "x = 1")],
)
def test_an_entry_that_cannot_be_read_is_told_with_the_file(tmp_path: Path, value: str, more: str) -> None:
    path = tmp_path / "office.toml"
    path.write_text(ENTRY.format(value=value, more=more), "utf-8")
    with pytest.raises(ProfileError, match=r"office\.toml"):
        load(path)


def test_an_entry_is_read_with_its_day(tmp_path: Path) -> None:
    path = tmp_path / "office.toml"
    path.write_text(ENTRY.format(value=30, more="") + ENTRY.format(value=21, more="from = 2027-03-01"), "utf-8")
    first, later = load(path).figures
    assert (first.value, first.since) == (30, date.min)
    assert (later.value, later.since) == (21, date(2027, 3, 1))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (WHOLE[:1], "a needs the figure least"),
        ((*WHOLE, Setting("a", "leats", Decimal(1))), "a has no figure leats"),
        ((WHOLE[1], replace(WHOLE[0], since=date(2027, 1, 1))), "a needs the figure days_after, once without a day"),
        ((*WHOLE, replace(WHOLE[0], value=Decimal(20))), "two values of days_after"),
        ((WHOLE[1], replace(WHOLE[0], value=Decimal("30.5"))), "days_after of a is a whole number"),
        ((WHOLE[1], replace(WHOLE[0], value=Decimal(366))), "days_after of a lies between 0 and 365"),
        ((WHOLE[0], replace(WHOLE[1], value=Decimal(-1))), "least of a lies between 0 and 100"),
    ],
)
def test_a_figure_that_is_missing_unknown_or_impossible_stops_the_start(given: Any, told: str) -> None:
    assert settings_for("a", DECLARED, (*WHOLE, Setting("b", "other", Decimal(1)))) == WHOLE
    with pytest.raises(FigureError, match=told):
        settings_for("a", DECLARED, given)


def test_a_service_is_not_found_without_its_figures() -> None:
    with pytest.raises(FigureError, match="needs the figure"):
        Registry.discover("app.blueprints.services", replace(PROFILE, figures=()))


def test_a_figure_holds_from_its_day_on_in_rules_and_words() -> None:
    day = date(2027, 3, 1)
    changed = Setting("veterinary_export", "rabies_days", Decimal(21), day)
    today = [day - timedelta(days=1)]
    found = Registry.discover(
        "app.blueprints.services", replace(PROFILE, figures=(changed, *PROFILE.figures)), lambda _agency: today[0]
    )
    before = found["veterinary_export"]
    assert before is found["veterinary_export"]
    today[0] = day
    after = found["veterinary_export"]
    assert after is found["veterinary_export"]
    assert (before.holding["rabies_days"], after.holding["rabies_days"]) == (30, 21)
    for key in ("rules.vaccination_old_enough.wrong", "fields.animals.fields.rabies_date.hint"):
        assert "30 days" in before.text("en", key)
        assert "21 days" in after.text("en", key)
    assert "21 يومًا" in " ".join(after.entries("conditions", "ar"))
    assert before.edition != after.edition, "the guide is made anew, and the card drawn anew"
    assert found["veterinary_import"].holding["rabies_days"] == 30


@pytest.mark.parametrize(
    ("figure", "value", "ar", "en"),
    [
        (DECLARED[0], 1, "يوم واحد", "1 day"),
        (DECLARED[0], 2, "يومين", "2 days"),
        (DECLARED[0], 5, "5 أيام", "5 days"),
        (DECLARED[0], 30, "30 يومًا", "30 days"),
        (Figure("age", "months", most=120), 4, "4 أشهر", "4 months"),
        (DECLARED[1], "0.50", "0.5", "0.5"),
        (DECLARED[1], 10, "10", "10"),
    ],
)
def test_a_figure_is_said_in_agreement(figure: Figure, value: Any, ar: str, en: str) -> None:
    assert (said(figure, Decimal(value), "ar"), said(figure, Decimal(value), "en")) == (ar, en)


def sentences(node: Any) -> Iterator[dict[str, str]]:
    if isinstance(node, dict):
        if set(node) == set(LANGUAGES) and isinstance(node["ar"], str):
            yield node
        else:
            for each in node.values():
                yield from sentences(each)
    elif isinstance(node, list):
        for each in node:
            yield from sentences(each)


@pytest.mark.parametrize("value", [1, 2, 5, 14, 30, 100])
@pytest.mark.parametrize("slug", WITH_FIGURES)
def test_sentences_read_well_with_any_figure_and_none_is_left_open(slug: str, value: int) -> None:
    most = {(each.slug, figure.name): Decimal(figure.most) for each in SERVICES.values() for figure in each.figures}
    own = tuple(replace(each, value=min(Decimal(value), most[each.service, each.name])) for each in PROFILE.figures)
    service = Registry.discover("app.blueprints.services", replace(PROFILE, figures=own))[slug]
    names = {f"{{{figure.name}}}" for figure in service.figures}
    named = {name for pair in sentences(service.unfilled) for name in names if name in pair["ar"]}
    assert named == names, "a figure that judges people is told to them"
    for written, read in zip(sentences(service.unfilled), sentences(service.texts), strict=True):
        assert not [name for name in names if name in read["ar"] + read["en"]]
        if written != read:
            assert not list(language.faults(read["ar"], plain=False))


@pytest.mark.parametrize("slug", WITH_FIGURES)
def test_a_counted_figure_follows_a_preposition(slug: str) -> None:
    """«لمدة يوم واحد»: after a verb it would have to be «يومًا واحدًا»."""
    counted = [figure.name for figure in SERVICES[slug].figures if figure.kind in COUNTED]
    for pair in sentences(SERVICES[slug].unfilled):
        for before in re.findall(rf"(\S+) {{(?:{'|'.join(counted)})}}", pair["ar"]):
            assert before in ("عن", "من", "خلال", "لمدة"), pair["ar"]


@pytest.mark.parametrize("slug", WITH_FIGURES)
def test_what_the_list_of_services_keeps_from_the_start_names_no_figure(slug: str) -> None:
    for key in ("title", "summary", "description", "fees"):
        assert SERVICES[slug].texts[key] == SERVICES[slug].unfilled[key]


@pytest.mark.parametrize("slug", sorted(slug for slug, service in SERVICES.items() if service.certificate))
def test_how_long_a_certificate_is_good_stands_in_one_place(slug: str) -> None:
    service: Service = importlib.import_module(f"app.blueprints.services.{slug}.service").SERVICE
    assert service.certificate is not None
    assert (VALID_DAYS in [figure.name for figure in service.figures]) != bool(service.certificate.valid_days)


@pytest.mark.parametrize("slug", WITH_FIGURES)
def test_no_sentence_of_a_rule_writes_a_figure_out(slug: str) -> None:
    """It would stay when the agency changes the setting."""
    values = {f"{setting.value:f}" for setting in PROFILE.figures if setting.service == slug}
    for code, words in SERVICES[slug].unfilled.get("rules", {}).items():
        for pair in words.values():
            assert not values & set(re.findall(r"\d+(?:\.\d+)?", pair["ar"] + " " + pair["en"])), code
