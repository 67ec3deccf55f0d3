"""Mobile numbers: many spellings, one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.mobiles import gateway_form, mobile, national_form
from app.kit.typed import Invalid

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
bodies = st.from_regex(r"5[0345][1-9][0-9]{6}", fullmatch=True)


@given(bodies)
def test_all_spellings_of_a_saudi_mobile_are_one_number(body: str) -> None:
    spellings = [
        f"0{body}",
        body,
        f"966{body}",
        f"+966{body}",
        f"00966{body}",
        f"+966 0{body}",
        f"0{body[:2]} {body[2:5]}-{body[5:]}",
    ]
    spellings += [spelling.translate(EASTERN) for spelling in spellings]
    spellings += [f"\u200e+966{body}\u200f"]
    assert {mobile(spelling) for spelling in spellings} == {f"+966{body}"}


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("33123456", "QA", "+97433123456"),
        ("974 3312 3456", "QA", "+97433123456"),
        ("0501234567", "AE", "+971501234567"),
        ("971501234567", "AE", "+971501234567"),
        ("96550012345", "KW", "+96550012345"),
    ],
)
def test_each_country_has_its_own_numbers(text: str, country: str, expected: str) -> None:
    assert mobile(text, country) == expected


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("", "SA", "missing"),
        (" ", "QA", "missing"),
        ("055123456", "SA", "wrong"),
        ("05512345678", "SA", "wrong"),
        ("+97433123456", "SA", "wrong"),
        ("05CALLME12", "SA", "wrong"),
        ("0551234567 ext 5", "SA", "wrong"),
        ("940", "SA", "wrong"),
        ("0112345678", "SA", "landline"),
        ("920022133", "SA", "landline"),
        ("44123456", "QA", "landline"),
        ("123", "QA", "wrong_qa"),
        ("0551234567", "QA", "wrong_qa"),
        ("٫", "SA", "wrong"),
        ("tel:0551234567", "SA", "wrong"),
    ],
)
def test_a_number_that_gets_no_sms_is_refused_with_its_reason(text: str, country: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        mobile(text, country)
    assert refused.value.code == code


def test_a_number_is_shown_as_its_country_writes_it_and_sent_without_plus() -> None:
    assert national_form("+966551234567") == "055 123 4567"
    assert gateway_form("+966551234567") == "966551234567"
