"""Answers that carry a file. The caller has already decided that this person may have it."""

from flask import Response

from app.documents.errors import FileNotReady
from app.documents.models import Attachment, CheckState, Document
from app.documents.names import disposition
from app.documents.storage import storage
from app.documents.watermark import watermarked

# Pictures may be looked at in the page; a PDF may not, since a viewer runs what it finds.
INLINE = ("image/jpeg", "image/png")


def download_response(attachment: Attachment, *, inline: bool = False, for_staff: bool = False) -> Response:
    """The file of a person, as a download; `inline` only has an effect for pictures.

    Raises FileNotReady while the check has not ended (its owner may have it, staff not) and after removal by rule.
    """
    hidden = attachment.check_state == CheckState.REFUSED or (for_staff and not attachment.is_visible_to_staff)
    if hidden:
        raise FileNotReady
    shown = "inline" if inline and attachment.media_type in INLINE else "attachment"
    return file_response(_content(attachment), attachment.media_type, attachment.name, shown)


def preview_response(attachment: Attachment, *, agency: str, number: str, language: str) -> Response:
    """A file as staff look at it in the page. Pictures of identity cards are shown crossed by what they were given for.

    `agency` and `number` (of the request, as printed) are the words of that crossing. Raises FileNotReady.
    """
    if not (attachment.is_identity_image and attachment.is_image):
        return download_response(attachment, inline=True, for_staff=True)
    if not attachment.is_visible_to_staff:
        raise FileNotReady
    crossed = watermarked(_content(attachment), agency=agency, number=number, language=language)
    return file_response(crossed, "image/jpeg", attachment.name, "inline")


def _content(attachment: Attachment) -> bytes:
    if attachment.storage_key is None:
        raise FileNotReady
    return storage().get(attachment.storage_key)


def paper_response(document: Document) -> Response:
    """The rendered PDF of a document. Raises FileNotReady while it is being made: show its page instead."""
    if not document.is_ready or document.storage_key is None:
        raise FileNotReady
    response = file_response(storage().get(document.storage_key), "application/pdf", document.file_name, "attachment")
    if document.case_id is None:  # a guide is nobody's secret
        response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def file_response(content: bytes, media_type: str, name: str, kind: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = disposition(kind, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
