"""Search in the words of the declared services, forgiving in spelling, with the title weighing most.

All texts are folded once at start: there are tens of services, not thousands, and no database is asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import Indel

from app.calendars.clock import today
from app.kit.arabic import fold, search_words
from app.kit.audience import audience_of
from app.kit.price import price_on
from app.kit.profile import Profile
from app.kit.service import Service
from app.kit.words import LANGUAGES

TITLE, SUMMARY, KEYWORDS, REST = 8, 3, 2, 1
CLOSE_ENOUGH = 0.7


@dataclass(frozen=True)
class Query:
    """What somebody asks for; empty parts do not narrow."""

    words: str = ""
    agencies: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    fee: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.agencies or self.audiences or self.fee)


@dataclass(frozen=True)
class Card:
    """A service in a list, in one language."""

    slug: str
    title: str
    summary: str
    agency: str
    audience: tuple[str, ...]
    fees: str
    duration: str


@dataclass(frozen=True)
class _Entry:
    service: Service
    audience: tuple[str, ...]
    weighted: tuple[tuple[int, str], ...]

    def score(self, words: list[str]) -> int:
        """0 unless every word is found somewhere; a word counts where it weighs most, more where it begins a word."""
        scores = [self._weight(word) for word in words]
        return sum(scores) if all(scores) else 0

    def _weight(self, word: str) -> int:
        return max((weight + _begins(word, text) for weight, text in self.weighted if word in text), default=0)

    def fits(self, query: Query) -> bool:
        service = self.service
        if query.fee and (query.fee == "paid") != bool(service.payment):
            return False
        if query.agencies and service.agency not in query.agencies:
            return False
        return not query.audiences or bool(set(query.audiences) & set(self.audience))


class Catalogue:
    def __init__(self, services: Mapping[str, Service], profile: Profile) -> None:
        self._profile = profile
        self._entries = [_entry(service, profile) for service in services.values()]
        heavy = [text for entry in self._entries for weight, text in entry.weighted if weight >= KEYWORDS]
        self._vocabulary = sorted({word for text in heavy for word in text.split()})
        self._cards = {
            language: {service.slug: _card(service, profile, language) for service in services.values()}
            for language in LANGUAGES
        }
        counts = {id: sum(entry.service.agency == id for entry in self._entries) for id in profile.agencies}
        self._agencies = {
            language: [(id, profile.agency(id).name[language], count) for id, count in counts.items() if count]
            for language in LANGUAGES
        }
        ids = dict.fromkeys(audience for entry in self._entries for audience in entry.audience)
        serving = [(id, sum(id in entry.audience for entry in self._entries)) for id in ids]
        self._audiences = sorted(serving, key=lambda pair: -pair[1])

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, query: Query) -> list[Service]:
        """Best first, then in the order of declaration. Without words: all that the filters let through."""
        words = search_words(query.words)
        fitting = [entry for entry in self._entries if entry.fits(query)]
        if not words:
            return [entry.service for entry in fitting]
        scored = [(entry.score(words), entry.service) for entry in fitting]
        return [service for score, service in sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])]

    def suggestion(self, query: Query, language: str) -> str | None:
        """The title somebody may have meant: each word replaced by the nearest one that the catalogue knows."""
        typed = search_words(query.words)
        near = (self._nearest(word) for word in typed)
        known = " ".join(word for word in near if word)
        found = self.search(Query(known)) if known else []
        return found[0].text(language, "title") if found else None

    def _nearest(self, word: str) -> str:
        found = process.extractOne(
            word, self._vocabulary, scorer=Indel.normalized_similarity, score_cutoff=CLOSE_ENOUGH
        )
        return found[0] if found else ""

    def cards(self, language: str, services: Collection[Service] | None = None) -> list[Card]:
        """With what each costs today."""
        chosen = [entry.service for entry in self._entries] if services is None else services
        return [self._priced(self._cards[language][each.slug], each, language) for each in chosen]

    def _priced(self, card: Card, service: Service, language: str) -> Card:
        """Fees change on a day; what is free stays free."""
        agency = self._profile.agency(service.agency)
        if service.payment is None:
            return card
        return replace(card, fees=price_on(service, agency, language, today(agency.zone)))

    def agencies(self, language: str) -> list[tuple[str, str, int]]:
        """(id, name, number of services) of each agency that has one."""
        return self._agencies[language]

    def audiences(self) -> list[tuple[str, int]]:
        """(id, number of services) of each audience somebody serves, most services first."""
        return self._audiences


def _begins(word: str, text: str) -> int:
    return int(any(each.startswith(word) for each in text.split()))


def _entry(service: Service, profile: Profile) -> _Entry:
    return _Entry(service, _audience(service, profile), _weighted(service, profile))


def _audience(service: Service, profile: Profile) -> tuple[str, ...]:
    """As the card says it: a filter that shows what its card refuses misleads."""
    return tuple(audience_of(service, profile.agency(service.agency)))


def _weighted(service: Service, profile: Profile) -> tuple[tuple[int, str], ...]:
    """Both languages stand in every index: people mix them."""
    texts = [
        (TITLE, [service.text(language, "title") for language in LANGUAGES]),
        (SUMMARY, [service.text(language, "summary") for language in LANGUAGES]),
        (KEYWORDS, [*_keywords(service), *profile.agency(service.agency).name.values()]),
        (REST, [service.text(language, "description") for language in LANGUAGES]),
    ]
    return tuple((weight, fold(" ".join(sentences))) for weight, sentences in texts)


def _keywords(service: Service) -> list[str]:
    """Other words by which people look for it."""
    return [service.text(language, "keywords") for language in LANGUAGES] if service.has_text("keywords") else []


def _card(service: Service, profile: Profile, language: str) -> Card:
    agency = profile.agency(service.agency)
    return Card(
        service.slug,
        service.text(language, "title"),
        service.text(language, "summary"),
        service.agency_named(language, agency),
        _audience(service, profile),
        service.text(language, "fees"),
        service.duration(language, agency),
    )
