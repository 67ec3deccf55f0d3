"""Only the portal's own addresses become links, and nothing that stands beside them becomes markup."""

import pytest

from app.kit.links import linked

HOUSE = "https://portal.example"
RECEIPT = f"{HOUSE}/r/7F3K9Q2A"
LINK = f'<a class="link" href="{RECEIPT}"><bdi dir="ltr">{RECEIPT}</bdi></a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (f"الإيصال: {RECEIPT}", f"الإيصال: {LINK}"),
        (f"Open {RECEIPT}. Then", f"Open {LINK}. Then"),
        (f"({RECEIPT})", f"({LINK})"),
        (f"<b>{RECEIPT}</b>", f"&lt;b&gt;{LINK}&lt;/b&gt;"),
        (f'{RECEIPT}"onclick=x', f"{LINK}&#34;onclick=x"),
    ],
)
def test_an_own_address_is_a_link(text: str, html: str) -> None:
    assert linked(text, f"{HOUSE}/") == html


@pytest.mark.parametrize(
    "text",
    [
        "https://other.example/r/7F3K9Q2A",
        "https://portal.example.evil.example/r/7F3K9Q2A",
        "https://portal.example@evil.example/",
        "https://portal.exampleevil/",
        "javascript:alert(1)",
    ],
)
def test_any_other_address_stays_words(text: str) -> None:
    assert "<a" not in linked(text, HOUSE)


def test_the_query_of_an_address_is_escaped() -> None:
    assert 'href="https://portal.example/?a=1&amp;b=2"' in linked("https://portal.example/?a=1&b=2", HOUSE)
