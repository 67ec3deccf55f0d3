"""Where a person who needs help turns to, as every footer says it."""

from dataclasses import dataclass

from flask import current_app

from app.kit.profile import Profile


@dataclass(frozen=True)
class Contacts:
    """Empty text: the channel does not exist and is not shown. `voice`: the service that hears complaints."""

    phone: str = ""
    email: str = ""
    voice: str = ""


def contacts() -> Contacts:
    """The channels of the first agency of the profile that has any: the one that runs the portal."""
    profile: Profile = current_app.extensions["profile"]
    voice = next((slug for slug, each in current_app.extensions["services"].items() if each.hears_complaints), "")
    found = (Contacts(agency.contact_phone, agency.contact_email, voice) for agency in profile.agencies.values())
    return next((each for each in found if each.phone or each.email), Contacts(voice=voice))
