"""The glossary page and its source."""

import tomllib

from tests.support import glossary


def test_the_glossary_page_is_what_its_source_renders() -> None:
    assert glossary.PAGE.read_text("utf-8") == glossary.render()


def test_every_term_stands_on_the_page_once() -> None:
    content = tomllib.loads(glossary.SOURCE.read_text("utf-8"))
    page = glossary.render()
    assert {term["area"] for term in content["terms"]} == set(content["areas"])
    for term in content["terms"]:
        assert page.count(f"| `{term['id']}` |") == 1


def test_no_identifier_and_no_arabic_term_is_used_twice() -> None:
    terms = tomllib.loads(glossary.SOURCE.read_text("utf-8"))["terms"]
    for values in ([term["id"] for term in terms], [term["term"]["ar"] for term in terms]):
        assert len(values) == len(set(values))
