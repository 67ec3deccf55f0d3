"""Identifiers as people type them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from app.kit import arabic, identifiers
from app.kit.identifiers import Invalid

WESTERN = "0123456789"
EASTERN = str.maketrans(WESTERN, "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans(WESTERN, "۰۱۲۳۴۵۶۷۸۹")

# Every reader of one text.
READERS = [
    identifiers.national_id,
    identifiers.border_number,
    identifiers.person_id,
    identifiers.gcc_id,
    identifiers.personal_number,
    identifiers.emirates_id,
    identifiers.identity,
    identifiers.establishment_id,
    identifiers.iban,
    identifiers.microchip,
    identifiers.national_address,
    identifiers.email,
    identifiers.mobile,
    identifiers.plate,
    identifiers.parse_number,
    identifiers.transaction,
    identifiers.transaction_number,
    identifiers.hijri_year,
]
saudi_numbers = st.from_regex(r"[12][0-9]{8}", fullmatch=True).map(lambda body: body + luhn.calc_check_digit(body))


def code_of(reader: object, text: str, *more: str) -> str:
    with pytest.raises(Invalid) as refused:
        reader(text, *more)  # type: ignore[operator]
    return refused.value.code


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_answer_is_missing_and_not_wrong(reader: object) -> None:
    assert code_of(reader, "  \u200f ") == "missing"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "text", ["\u202e1000000008", "1000000008\u2069", "1" * 1_000_000, "1\x00", "\ud800", "🙂", "()"]
)
def test_strange_input_is_refused_by_every_reader(reader: object, text: str) -> None:
    code_of(reader, text)


@given(st.sampled_from(READERS), st.text(max_size=40))
def test_any_text_is_either_read_or_refused(reader: object, text: str) -> None:
    value = ""
    with suppress(Invalid):
        value = reader(text)  # type: ignore[operator]
    assert not arabic.has_bidi_controls(str(value))


@given(saudi_numbers)
def test_one_identity_number_is_the_same_in_all_digits_and_groupings(number: str) -> None:
    spellings = [
        number.translate(EASTERN),
        number.translate(PERSIAN),
        f" {number[:4]}-{number[4:]} ",
        f"\u200e{number}\u200f",
    ]
    assert {identifiers.national_id(spelling) for spelling in spellings} == {number}


@given(saudi_numbers, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_an_identity_number_is_noticed(number: str, place: int, shift: int) -> None:
    digit = (int(number[place]) + shift) % 10
    assert code_of(identifiers.national_id, f"{number[:place]}{digit}{number[place + 1 :]}") == "wrong"


def test_citizens_and_residents_differ_by_the_first_digit() -> None:
    assert identifiers.national_id("1000000008") == "1000000008"
    assert identifiers.national_id("٢٠٠٠٠٠٠٠٠٦") == "2000000006"
    assert identifiers.identity_kind("1000000008", "SA") == "citizen"
    assert identifiers.identity_kind("٢٠٠٠٠٠٠٠٠٦", "SA") == "resident"
    assert identifiers.identity_kind("3000000000", "SA") == "visitor"
    assert identifiers.identity_kind("29000000000", "QA") == "person"


@pytest.mark.parametrize("text", ["2000000007", "7000000000", "100000000", "10000000080", "1000000o08", "१०००००००८"])
def test_what_is_no_saudi_identity_number_is_refused(text: str) -> None:
    assert code_of(identifiers.national_id, text) == "wrong"


def test_a_visitor_is_known_by_a_border_number_without_checksum() -> None:
    assert identifiers.person_id("3123456789") == "3123456789"
    assert code_of(identifiers.person_id, "7123456789") == "wrong"


def test_an_establishment_number_is_no_person_and_the_other_way_round() -> None:
    assert identifiers.establishment_id("7000000001") == "7000000001"
    assert identifiers.establishment_id("1010 000 001") == "1010000001"
    assert code_of(identifiers.national_id, "7000000001") == "wrong"
    assert code_of(identifiers.establishment_id, "9000000001") == "wrong"


def test_a_qatari_number_has_eleven_digits_and_begins_with_its_century() -> None:
    assert identifiers.personal_number("٢٩٠٦٣٤٠٠٠٠١") == "29063400001"
    assert code_of(identifiers.personal_number, "49063400001") == "wrong"
    assert code_of(identifiers.personal_number, "2906340000") == "wrong"


def test_an_emirati_number_is_not_refused_for_its_checksum_but_doubted() -> None:
    assert identifiers.emirates_id("784-1980-0000000-4") == "784198000000004"
    assert identifiers.emirates_id("784-1980-0000000-5") == "784198000000005"
    assert not identifiers.is_doubtful("784198000000004", "AE")
    assert identifiers.is_doubtful("784198000000005", "AE")
    assert code_of(identifiers.emirates_id, "785198000000004") == "wrong"


def test_a_trusted_providers_number_is_believed_and_flagged() -> None:
    assert identifiers.identity("2000000007", "SA", trusted=True) == "2000000007"
    assert identifiers.is_doubtful("2000000007", "SA")
    assert not identifiers.is_doubtful("2000000006", "SA")
    assert code_of(identifiers.identity, "2000000007", "SA") == "wrong"


def test_gulf_numbers_keep_their_different_lengths() -> None:
    assert identifiers.gcc_id("12345678") == "12345678"
    assert code_of(identifiers.gcc_id, "1234567") == "wrong"
    assert identifiers.identity("281010100001", "KW") == "281010100001"


def test_an_iban_is_stored_without_spaces_and_checked() -> None:
    assert identifiers.iban("sa03 8000 0000 6080 1016 7519") == "SA0380000000608010167519"
    assert identifiers.iban("SA٠٣٨٠٠٠٠٠٠٠٦٠٨٠١٠١٦٧٥١٩") == "SA0380000000608010167519"
    assert code_of(identifiers.iban, "SA0380000000608010167518") == "wrong"
    assert code_of(identifiers.iban, "GB82 WEST 1234 5698 7654 32") == "wrong"


def test_a_microchip_has_fifteen_digits() -> None:
    assert identifiers.microchip("٩٨٥ ١٤١ ٠٠٠ ٠٠٠ ٠٠١") == "985141000000001"
    assert code_of(identifiers.microchip, "98514100000000") == "wrong"


def test_a_short_national_address_is_in_capitals() -> None:
    assert identifiers.national_address("abcd ١٢٣٤") == "ABCD1234"
    assert code_of(identifiers.national_address, "ABC12345") == "wrong"


@pytest.mark.parametrize("text", ["name@example.com", " Name.Two+tag@Mail.Example.COM "])
def test_an_address_that_mail_servers_take_is_accepted(text: str) -> None:
    local, domain = text.strip().split("@")
    assert identifiers.email(text) == f"{local}@{domain.lower()}"


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "name@",
        "@example.com",
        "a@b",
        "a b@example.com",
        "a@@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a@example.com\nBcc: x@example.com",
        "a@-example.com",
        "a@exa_mple.com",
        "a@example.com.",
        '"a b"@example.com',
        "<a@example.com>",
        "a@example.com,b@example.com",
        "a@1.2.3.4",
        "x" * 65 + "@example.com",
        "اسم@example.com",
    ],
)
def test_what_a_mail_server_would_refuse_or_misread_is_wrong(text: str) -> None:
    assert code_of(identifiers.email, text) == "wrong"


def test_a_masked_number_shows_its_end_only() -> None:
    assert identifiers.masked("1000000008") == "••••••0008"
    assert identifiers.masked("08") == "08"
