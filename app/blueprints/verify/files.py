"""An uploaded certificate: the very bytes that were signed, a changed copy, or none of ours. Nothing of it is kept."""

import hashlib
from dataclasses import dataclass

from flask import current_app
from werkzeug.datastructures import FileStorage

from app.documents.models import Document
from app.documents.orders import find_by_hash
from app.documents.signature.check import Verdict, verdict_apart, verdict_on
from app.documents.signature.key import KeyUnfit, chain
from app.documents.sizes import size_text
from app.kit.errors import Invalid
from app.web.language import lang

MOST_BYTES = 2 * 1024 * 1024


class FileNotTaken(Invalid):
    """No file, one that is too large for a certificate, or no PDF."""


@dataclass(frozen=True)
class Judged:
    """`document`: the certificate whose file this is, byte for byte; only beside `genuine`."""

    verdict: Verdict
    document: Document | None = None


def judge(sent: FileStorage | None) -> Judged:
    """Raises FileNotTaken. Known bytes are ours and are checked here; what a stranger made, in a process apart."""
    content = _content(sent)
    document = find_by_hash(hashlib.sha256(content).hexdigest())
    settings = current_app.config["SETTINGS"]
    if document is None:
        found = verdict_apart(content, settings.certificate_chain_file) if settings.certificate_chain_file else None
        # A signature that holds over a file we never stored: somebody added to the part that no signature covers.
        return Judged(Verdict.CHANGED if found == Verdict.GENUINE else found or Verdict.FOREIGN)
    return Judged(_known(content, document), document)


def _known(content: bytes, document: Document) -> Verdict:
    """Stored bytes are what was signed; a chain that does not know their signer any more must not pass in silence."""
    try:
        return verdict_on(content, chain().certificates, document.ready_at)
    except KeyUnfit:
        return Verdict.FOREIGN


def _content(sent: FileStorage | None) -> bytes:
    content = b""
    if sent is not None:
        with sent.stream as stream:
            content = stream.read(MOST_BYTES + 1)
    if not content:
        raise FileNotTaken("documents.verify.file.missing")
    if len(content) > MOST_BYTES:
        raise FileNotTaken("documents.verify.file.too_big", limit=size_text(MOST_BYTES, lang()))
    if not content.startswith(b"%PDF-"):
        raise FileNotTaken("documents.verify.file.not_pdf")
    return content
