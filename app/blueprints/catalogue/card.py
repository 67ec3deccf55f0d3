"""Everything the card of a service shows, in one language and in the order of the page."""

import math
from dataclasses import dataclass
from functools import lru_cache

import segno
from flask import current_app, url_for

from app.cases import announcements, timing
from app.cases.announcements import Announcement
from app.cases.timing import Facts
from app.kit.audience import audience_of
from app.kit.profile import Agency
from app.kit.service import Service
from app.kit.words import WORDS


@dataclass(frozen=True)
class Paper:
    """A document to bring: its name, how to photograph it, and whether everybody needs it."""

    name: str
    photo: str
    always: bool


@dataclass(frozen=True)
class Card:
    """What does not change while the portal runs; asked for only when the card is drawn (app/web/drawn_once.py)."""

    service: Service
    agency: Agency
    language: str

    @property
    def duration(self) -> str:
        return self.service.duration(self.language, self.agency)

    @property
    def channels(self) -> list[str]:
        return self.service.channels(self.language, self.agency)

    @property
    def audience(self) -> list[str]:
        return [WORDS.text(self.language, f"audiences.{id}") for id in audience_of(self.service, self.agency)]

    @property
    def conditions(self) -> list[str]:
        return self.service.entries("conditions", self.language)

    @property
    def next_steps(self) -> list[str]:
        return self.service.entries("next_steps", self.language)

    @property
    def papers(self) -> list[Paper]:
        service, language = self.service, self.language
        return [
            Paper(
                service.text(language, f"documents.{id}.name"),
                service.text(language, f"documents.{id}.photo") if service.has_text(f"documents.{id}.photo") else "",
                always,
            )
            for id, always in service.documents.items()
        ]

    @property
    def questions(self) -> list[tuple[str, str]]:
        language = self.language
        return [(entry["question"][language], entry["answer"][language]) for entry in self.service.texts.get("faq", ())]

    @property
    def address(self) -> str:
        """Of the card itself, as its QR code says it."""
        below = url_for("services.card", slug=self.service.slug)
        return f"{current_app.config['SETTINGS'].public_url.rstrip('/')}{below}"

    @property
    def qr(self) -> str:
        return qr_drawing(self.address)


def facts_of(service: Service) -> tuple[Facts, list[Announcement]]:
    """Days are rounded up: nobody is promised more than was kept. With them what is told beside the service."""
    counted, is_told = timing.facts_of(service.slug)
    facts = counted._replace(median_days=_whole(counted.median_days), p90_days=_whole(counted.p90_days))
    return facts, announcements.beside(service.slug) if is_told else []


def _whole(days: float | None) -> int | None:
    return None if days is None else max(1, math.ceil(days))


@lru_cache(maxsize=256)
def qr_drawing(address: str) -> str:
    """A QR code as inline SVG without styles; black on white, since many readers need it so, also in dark mode."""
    code = segno.make(address, error="m")
    return code.svg_inline(scale=4, border=3, dark="#000", light="#fff", lineclass=None, svgclass=None)
