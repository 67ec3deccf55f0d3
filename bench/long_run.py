"""Whether a web worker grows, and what a page of PDF costs."""

import io
import time
from dataclasses import dataclass

from pypdf import PdfReader
from sqlalchemy import select

from app.documents.layout import pdf_html
from app.documents.models import Document
from app.documents.orders import sheet_of
from app.documents.rendering import render_pdf
from app.extensions import db
from bench.people import Cast
from bench.servers import Ground
from bench.visits import Crowd, Visit

MOST_MEGABYTES = 200
FLAT_WITHIN = 5.0  # megabytes
MOST_MILLISECONDS = 100
PAPERS = 5


@dataclass(frozen=True)
class Measured:
    name: str
    value: str
    budget: str
    is_over: bool


def memory(ground: Ground, cast: Cast, requests: int) -> Measured:
    """Resident memory of the larger web worker after half of the requests and after all."""
    crowd, cookies = Crowd(ground.web.port), cast.citizen.cookies
    card = "/services/emirate_appointment"
    paths = ["/account/cases", f"{card}/apply/{cast.form_draft}", card]
    visits = [Visit(path, cookies=cookies) for path in paths] * (requests // 2 // len(paths))
    crowd.come(visits, 200)
    half = ground.web.memory()[-1]
    crowd.come(visits, 200)
    whole = ground.web.memory()[-1]
    value = f"{whole:.0f} MB, {whole - half:+.1f} MB over the last {len(visits)} requests"
    is_over = whole > MOST_MEGABYTES or whole - half > FLAT_WITHIN
    return Measured("memory of a web worker", value, f"{MOST_MEGABYTES} MB, flat", is_over)


def paper(ground: Ground) -> Measured:
    """Processor time of a page of the summary of a filed case."""
    with ground.app.test_request_context():
        sheets = [sheet_of(each) for each in db.session.scalars(select(Document).limit(PAPERS))]
        htmls = [pdf_html(each) for each in sheets]
    render_pdf(htmls[0], title="warm", author="bench")  # fonts are read once
    begun = time.process_time()
    made = [render_pdf(html, title="title", author="bench") for html in htmls]
    taken = 1000 * (time.process_time() - begun)
    pages = sum(len(PdfReader(io.BytesIO(each)).pages) for each in made)
    each = taken / pages
    value = f"{each:.0f} ms of processor time"
    return Measured("a page of PDF", value, f"{MOST_MILLISECONDS} ms", each > MOST_MILLISECONDS)
