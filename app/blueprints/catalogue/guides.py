"""The illustrated guide of a service: one PDF for each version of its declaration and language."""

from sqlalchemy import select

from app.documents.models import Document
from app.extensions import db
from app.kit.service import Service

KIND = "guide"


def guide_key(service: Service) -> str:
    """What the order of a guide is unique by, together with its language."""
    return f"{service.slug}:{service.version}"


def find_guide(service: Service, language: str) -> Document | None:
    """The ordered guide, rendered or not yet."""
    wanted = (Document.kind == KIND, Document.key == guide_key(service), Document.language == language)
    return db.session.scalars(select(Document).where(*wanted)).one_or_none()
