"""What a page of a signed certificate costs: laid out, rendered and signed, as the worker does it for each order."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.calendars.clock import now
from app.cases.certificate_words import day
from app.documents.layout import Sheet
from app.documents.papers.certificate import certificate_paper
from app.documents.printing import printed
from app.kit.codes import new_code
from app.kit.service import Service
from bench.long_run import MOST_MILLISECONDS, Measured
from bench.servers import Ground

CERTIFICATES = 20
SERVICE = "veterinary_export"


def certificate(ground: Ground) -> Measured:
    """Processor time of one certificate of one page, the signature included."""
    with ground.app.test_request_context():
        sheet = _sheet(ground.app.extensions["services"][SERVICE], now().date())
        printed(sheet)  # fonts are read once
        begun = time.process_time()
        for _ in range(CERTIFICATES):
            printed(sheet)
        each = 1000 * (time.process_time() - begun) / CERTIFICATES
    value = f"{each:.0f} ms of processor time"
    return Measured("a page of a signed certificate", value, f"{MOST_MILLISECONDS} ms", each > MOST_MILLISECONDS)


def _sheet(service: Service, on: date) -> Sheet:
    words: Mapping[str, Any] = service.texts["outputs"]["certificate"]
    rule = service.certificate
    assert rule is not None
    value = {"ar": str(words["exporter"]["ar"]), "en": "Fahad Salem Ali"}
    parts = [
        {
            "title": words[part.title],
            "rows": [[{"label": words[line.label], "value": value, "width": line.width} for line in part.lines]],
        }
        for part in rule.parts
    ]
    snapshot: Any = {
        "agency": words["title"],
        "unit": words["head"],
        "title": words["title"],
        "holder": value,
        "number": "1448/000123",
        "receipt": "2026/000123",
        "filed_on": day(on, hijri=False),
        "issued_on": day(on, hijri=False),
        "valid_until": on.isoformat(),
        "valid_until_text": day(on, hijri=False),
        "first_part": words["certificate_part"],
        "parts": parts,
        "declaration": words["declaration"],
        "signatures": [{"label": words[label], "name": value["en"]} for label, _steps in rule.signed_by],
        "replaces": "",
        "shown": {},
    }
    return Sheet("certificate", "ar", certificate_paper(snapshot, "ar"), new_code())
