"""Signing a rendered paper. For the worker only; a changed byte afterwards breaks the signature."""

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.documents.signature.key import SigningKey

FIELD = "Signature"
# What a signature needs beside its certificates: signed attributes, and the value itself for keys up to RSA-8192.
BESIDE = 2048


def signed(content: bytes, by_key: SigningKey, *, reason: str, by: str) -> bytes:
    """`content` with one invisible signature over the whole file that allows no change.

    `reason` and `by` (the agency) stand in the signature and are shown by readers of PDF.
    """
    key, certificate, chain = by_key
    others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    others.register_multiple(each for each in chain.certificates if each.ca)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        name=by,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    signer = signers.SimpleSigner(certificate, key, others)
    target = io.BytesIO()
    size = len(certificate.dump()) + sum(len(each.dump()) for each in others) + BESIDE
    signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(content)),
        meta,
        signer=signer,
        output=target,
        # In hexadecimal. Not told, the library signs twice, the first time to find out.
        bytes_reserved=2 * size,
    )
    return target.getvalue()
