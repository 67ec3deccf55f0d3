"""A declared form bound to one installation: the lists of its agencies, and the country whose numbers people give."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.kit.fields import Choice, Field, Form, Group, Mobile, NationalId
from app.kit.more_fields import Iban, Money
from app.kit.profile import Agency, Profile
from app.kit.profile import Choice as Entry

LISTED, UNLISTED = "@", "!"


def listed(mark: str) -> tuple[str, ...]:
    """For `when`: the entries of the agency's list that carry this mark (`titre = true` in the profile)."""
    return (f"{LISTED}{mark}",)


def unlisted(mark: str) -> tuple[str, ...]:
    """For `when`: the entries that do not carry it."""
    return (f"{UNLISTED}{mark}",)


def bound_form(form: Form, agency: Agency, profile: Profile) -> Form:
    return Form(form.sections, tuple(_bound(each, form.fields, agency, profile) for each in form.fields))


def _bound(each: Field, beside: Iterable[Field], agency: Agency, profile: Profile) -> Field:
    """A choice from an agency's list accepts the ids of that list; a number is one of the agency's country."""
    if each.when:
        each = replace(each, when=_conditions(each.when, {other.id: other for other in beside}, profile))
    if isinstance(each, Choice) and each.source:
        entries = profile.choices(each.source)
        return replace(each, options=tuple(entry.id for entry in entries if not entry.more.get(each.without)))
    if isinstance(each, Group):
        return replace(each, fields=tuple(_bound(inner, each.fields, agency, profile) for inner in each.fields))
    if isinstance(each, NationalId | Iban):
        return replace(each, country=agency.country)
    if isinstance(each, Money):
        return replace(each, currency=agency.currency)
    if isinstance(each, Mobile):
        return replace(each, country=agency.mobile_country)
    return each


def counter_form(form: Form) -> Form:
    """The form as a clerk fills it in for a client: whose mobile is given, and whose e-mail is not insisted upon."""
    return Form(form.sections, tuple(_at_counter(each) for each in form.fields))


def _at_counter(each: Field) -> Field:
    if each.use == "mobile":
        return replace(each, readonly=True)
    return replace(each, required=False) if each.use == "email" else each


def _conditions(
    when: Mapping[str, tuple[str, ...]], beside: Mapping[str, Field], profile: Profile
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for other, values in when.items():
        source = getattr(beside.get(other), "source", None)
        entries = profile.choices(source) if source else ()
        by_mark = any(value.startswith((LISTED, UNLISTED)) for value in values)
        found[other] = tuple(entry.id for entry in entries if _fits(entry, values)) if by_mark else values
    return found


def _fits(entry: Entry, values: tuple[str, ...]) -> bool:
    """Whether it carries one of the marks, or lacks one that it must not carry."""
    return any(bool(entry.more.get(value[1:])) == (value[0] == LISTED) for value in values)
