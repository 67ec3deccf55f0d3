"""Everything the card of a service shows, in one language and in the order of the page."""

import math
from dataclasses import dataclass
from functools import lru_cache

import segno

from app.cases.models import ServiceFact
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


def papers(service: Service, language: str) -> list[Paper]:
    return [
        Paper(
            service.text(language, f"documents.{id}.name"),
            service.text(language, f"documents.{id}.photo") if service.has_text(f"documents.{id}.photo") else "",
            always,
        )
        for id, always in service.documents.items()
    ]


def questions(service: Service, language: str) -> list[tuple[str, str]]:
    return [(entry["question"][language], entry["answer"][language]) for entry in service.texts.get("faq", ())]


def audience(service: Service, agency: Agency, language: str) -> list[str]:
    return [WORDS.text(language, f"audiences.{id}") for id in audience_of(service, agency)]


@dataclass(frozen=True)
class Facts:
    """What really happened: votes and their average; days in which half and nine tenths of the cases were closed."""

    votes: int
    average: float | None
    median_days: int | None
    p90_days: int | None


def facts(counted: ServiceFact) -> Facts:
    """Days are rounded up: nobody is promised more than was kept."""
    return Facts(counted.votes, counted.average, _whole(counted.median_days), _whole(counted.p90_days))


def _whole(days: float | None) -> int | None:
    return None if days is None else max(1, math.ceil(days))


@lru_cache(maxsize=256)
def qr_drawing(address: str) -> str:
    """A QR code as inline SVG without styles; black on white, since many readers need it so, also in dark mode."""
    code = segno.make(address, error="m")
    return code.svg_inline(scale=4, border=3, dark="#000", light="#fff", lineclass=None, svgclass=None)
