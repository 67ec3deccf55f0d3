"""What a signature in a file says: whether it is whole, and whether it is ours.

Run as a program (`verdict_apart`) it judges a stranger's file in a process of its own, with limits on time and memory:
a reader of PDF can be led astray by what it reads. So this module knows nothing of the portal.
"""

import io
import logging
import resource
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

SECONDS, MEMORY, PATIENCE = 5, 600 * 1024 * 1024, 15
# The library repeats words of the file in its warnings; a log is no place for them.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Verdict(StrEnum):
    """`changed`: signed by us, and not what we signed any more. `foreign`: no signature of ours, or no PDF at all."""

    GENUINE = "genuine"
    CHANGED = "changed"
    FOREIGN = "foreign"


def verdict_on(content: bytes, trusted: Iterable[x509.Certificate], at: datetime | None = None) -> Verdict:
    """Never raises for what a file holds. `at`: when it was signed, where that is known; else what the file says."""
    try:
        found = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures
        return _verdict(found, list(trusted), at)
    except Exception:
        # A file that a stranger made up, in a reader that promises no kind of error: whatever it is, it is not ours.
        return Verdict.FOREIGN


def verdict_apart(content: bytes, chain: Path) -> Verdict:
    """The same in a process of its own. A file that takes too long or too much is none of ours."""
    line = [sys.executable, "-P", "-W", "ignore", __file__, str(chain)]
    try:
        done = subprocess.run(line, input=content, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return Verdict.FOREIGN
    said = done.stdout.decode("ascii", "replace").strip()
    return Verdict(said) if done.returncode == 0 and said in list(Verdict) else Verdict.FOREIGN


def _verdict(found: list[EmbeddedPdfSignature], trusted: list[x509.Certificate], at: datetime | None) -> Verdict:
    ours = [each for each in found if _is_ours(each, trusted)]
    if not ours:
        return Verdict.FOREIGN
    if len(found) > 1:
        return Verdict.CHANGED
    status = validate_pdf_signature(found[0], _context(found[0], trusted, at), skip_diff=True)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return Verdict.GENUINE if status.intact and status.valid and status.trusted and whole else Verdict.CHANGED


def _is_ours(each: EmbeddedPdfSignature, trusted: list[x509.Certificate]) -> bool:
    """The signer's certificate is one of the chain, or was given by an authority of the chain (an earlier key)."""
    signer = each.signer_cert
    if signer is None:
        return False
    if any(signer.sha256 == ours.sha256 for ours in trusted):
        return True
    return bool(validate_pdf_signature(each, _context(each, trusted, None), skip_diff=True).trusted)


def _context(each: EmbeddedPdfSignature, trusted: list[x509.Certificate], at: datetime | None) -> ValidationContext:
    authorities = [certificate for certificate in trusted if certificate.ca] or trusted
    moment = at or each.self_reported_timestamp
    return ValidationContext(trust_roots=authorities, allow_fetching=False, moment=moment)


def main(chain: str) -> None:
    """Judge the file on standard input; prints one word."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    trusted = load_certs_from_pemder_data(Path(chain).read_bytes())
    sys.stdout.write(verdict_on(sys.stdin.buffer.read(), trusted))


if __name__ == "__main__":
    main(sys.argv[1])
