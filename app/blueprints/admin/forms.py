"""What is typed on the pages of accounts: an address, and a role with its scope."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.identity import scopes
from app.identity.actors import Grant
from app.kit.arabic import clean_line
from app.kit.identifiers import Invalid, email
from app.kit.roles import Role
from app.web.language import lang, t

PARTS = ("agency", "office", "service")


@dataclass
class Entry:
    """`typed`: as it was sent, to be shown again; `errors`: control to sentence."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    email: str = ""
    name: str = ""
    grant: Grant | None = None


def read(form: Mapping[str, str], *, invites: bool) -> Entry:
    """A role with its scope; where it `invites` also whom. `grant` is None when something is wrong with it."""
    entry = Entry({name: form.get(name, "")[:254] for name in ("email", "name", "role", *PARTS)})
    if invites:
        entry.name = clean_line(entry.typed["name"])[:200]
        _email(entry)
    _grant(entry)
    return entry


def _email(entry: Entry) -> None:
    try:
        entry.email = email(entry.typed["email"])
    except Invalid:
        entry.errors["email"] = t("admin.errors.email")


def _grant(entry: Entry) -> None:
    known = scopes.known()
    if entry.typed["role"] not in set(Role):
        entry.errors["role"] = t("admin.errors.role")
    for part in PARTS:
        if entry.typed[part] and entry.typed[part] not in known[part]:
            entry.errors[part] = t("admin.errors.scope")
    if not entry.errors.keys() & {"role", *PARTS}:
        entry.grant = Grant(Role(entry.typed["role"]), *(entry.typed[part] or None for part in PARTS))


def options() -> dict[str, list[tuple[str, str]]]:
    """Choices for `role` and for each part of a scope, in words."""
    names = {part: [(id, words[lang()]) for id, words in known.items()] for part, known in scopes.known().items()}
    return {"role": [(role.value, t(f"admin.roles.{role}")) for role in Role], **names}
