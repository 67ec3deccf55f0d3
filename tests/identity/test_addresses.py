"""`next` takes only a path of this site."""

import pytest

from app.identity.addresses import is_own_path, safe_next

OWN = [
    "/",
    "/account",
    "/en/account/cases/1448-000123?filed=1",
    "/services?q=%D8%AC%D9%88%D8%A7%D8%B2",
    "/services?next=https://x.example/",
    "/account#messages",
    "/a.b/c-d_e~f",
    "/services?q=a%2Fb",
]
FOREIGN = [
    "",
    None,
    "account",
    "//x.example",
    "///x.example",
    "/\\x.example",
    "\\\\x.example",
    "\\/x.example",
    "https://x.example",
    "https:x.example",
    "https:/x.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%2Fx.example",
    "/%2f%2fx.example",
    "/%5Cx.example",
    "/%5cx.example",
    "/%252Fx.example",
    "/%09/x.example",
    "/\t/x.example",
    "/\n/x.example",
    "/\r\nSet-Cookie:x",
    "/%0d%0aSet-Cookie:x",
    "/%00",
    " /account",
    "/account ",
    "/ account",
    "//portal.test@x.example",
    "/@x.example",
    "http://portal.test@x.example",
    "/a//x.example",
    "/../..//x.example",
    "/./x",
    "/a/../../x",
    "/\u2028x",
    "/\ufeff/x.example",
    "/ｘ",
    "/a\\..\\b",
    "/" + "a" * 3000,
]


@pytest.mark.parametrize("address", OWN)
def test_a_path_of_ours_is_kept(address) -> None:
    assert is_own_path(address)


@pytest.mark.parametrize("address", FOREIGN)
def test_anything_else_leads_home(address) -> None:
    assert safe_next(address, "/account") == "/account"


@pytest.mark.parametrize("address", ["//x.example", "/\\x.example", "https://x.example/account", "/%2Fx.example"])
def test_a_sign_in_never_leads_to_another_site(provider, visitor, address) -> None:
    answer = visitor.sign_in(address)
    assert answer.location == "/account"
