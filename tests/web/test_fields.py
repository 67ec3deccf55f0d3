"""Fields are kept as patterns: as many as are declared, whatever their paths, and they read as if drawn anew."""

import uuid

import pytest
from flask import Flask

from app.kit.fields import Choice, Choices
from app.web import fields
from tests.support.declared import SERVICES

VALUES = ("", "yes", '50% <i> & "é" %(path)s \ue001 \ue005')


@pytest.mark.parametrize("slug", SERVICES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_kept_field_reads_as_one_that_is_drawn_anew(app: Flask, slug: str, language: str) -> None:
    service = SERVICES[slug]
    with app.test_request_context("/en" if language == "en" else "/"):
        for each, group in service.form.walk():
            if each.type == "group":
                continue
            options = each.options[:3] if isinstance(each, Choice) else ()
            for value in ([], [*options]) if isinstance(each, Choices) else (*VALUES, *options):
                for path in (each.id, "a-0-b"):
                    kept = fields.field(service, each, language, path=path, value=value, group=group)
                    anew = fields._draw(service, each, group, language, path, value, None, (), False)
                    assert kept == str(anew)


def test_a_field_is_kept_once_under_however_many_paths(app: Flask) -> None:
    service = SERVICES["veterinary_export"]
    with app.test_request_context("/"):
        for each, group in service.form.walk():
            if each.type == "group":
                continue
            held = set()
            for _request in range(3):
                path = f"value-{uuid.uuid4()}"
                html = fields.field(service, each, "ar", path=path, value="", group=group)
                assert f'id="{path}-field"' in html
                held.add(fields._pattern.cache_info().currsize)
            assert len(held) == 1, each.id
