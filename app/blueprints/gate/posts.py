"""Where a guard stands: the gates his roles name, by agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.appointments import gate
from app.appointments.gate import Expected
from app.calendars.clock import today
from app.identity.actors import Actor
from app.kit.profile import Agency, Profile
from app.kit.roles import Role


@dataclass(frozen=True)
class Post:
    """The gates of one agency that a guard keeps."""

    agency: Agency
    gates: tuple[str, ...]

    @property
    def day(self) -> date:
        return today(self.agency.zone)


def posts_of(actor: Actor | None, profile: Profile) -> list[Post]:
    """Every post of an actor, in the order of the profile; none for who is no guard."""
    grants = [grant for grant in actor.grants if grant.role == Role.GATE_STAFF] if actor else []
    every = [choice.id for choice in profile.choices("gates")]
    posts = []
    for agency in profile.agencies.values():
        held = [grant.office for grant in grants if grant.agency in (None, agency.id)]
        gates = tuple(each for each in every if None in held or each in held)
        if gates:
            posts.append(Post(agency, gates))
    return posts


def expected_at(posts: Sequence[Post], chosen: str = "") -> list[Expected]:
    """Today's visitors of these posts, of one gate where `chosen` is one of theirs."""
    return [
        each
        for post in posts
        for each in gate.expected(post.agency.id, [chosen] if chosen in post.gates else post.gates, post.day)
    ]
