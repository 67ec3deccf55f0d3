"""Mobile numbers that can get an SMS, in E.164."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from app.kit.typed import Invalid, plain

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# The error text names the country's own form; Saudi is the unmarked case in `common.errors.mobile`.
_WRONG = {"QA": "wrong_qa"}


def mobile(text: str, country: str = "SA") -> str:
    """E.164 of a mobile number of this country: 05…, 5…, 9665…, 009665…, +966 5… and Arabic digits are one number.

    Raises Invalid: missing, landline (right country, but it cannot get messages), or the country's own «wrong».
    """
    text = plain(text)
    if not text:
        raise Invalid("missing")
    wrong = Invalid(_WRONG.get(country, "wrong"))
    if len(text) > 32 or not any(letter in "0123456789" for letter in text):
        raise wrong
    try:
        number = phonenumbers.parse(_international(text, country), country)
    except phonenumbers.NumberParseException:
        raise wrong from None
    # Letters would be dialled («05CALLME») and extensions kept; neither is a number somebody meant to give.
    if number.extension or any(letter.isalpha() for letter in text) or not phonenumbers.is_valid_number(number):
        raise wrong
    if phonenumbers.region_code_for_number(number) != country:
        raise wrong
    if phonenumbers.number_type(number) not in _MOBILE:
        raise Invalid("landline")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _international(text: str, country: str) -> str:
    """A number that begins with the country's own code but no + gets its +, before the code is taken for digits."""
    digits = "".join(letter for letter in text if letter in "0123456789")
    prefix = str(phonenumbers.country_code_for_region(country))
    if text[0] != "+" and digits.startswith(prefix) and len(digits) > len(prefix) + 7:
        return "+" + digits
    return text


def national_form(number: str) -> str:
    """An E.164 number as people of its country write it: 055 123 4567. To be shown in a left-to-right isolate."""
    return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.NATIONAL)


def gateway_form(number: str) -> str:
    """E.164 without the plus, as the SMS gateways take it."""
    return number.removeprefix("+")
