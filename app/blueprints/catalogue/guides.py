"""Which file the guide of a service is: one PDF for each version of its declaration and language."""

from sqlalchemy import select

from app.cases.guides import KIND, guide_key
from app.documents.models import Document
from app.extensions import db
from app.kit.service import Service


def find_guide(service: Service, language: str) -> Document | None:
    """The ordered guide, rendered or not yet."""
    wanted = (Document.kind == KIND, Document.key == guide_key(service), Document.language == language)
    return db.session.scalars(select(Document).where(*wanted)).one_or_none()
