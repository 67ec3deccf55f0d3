"""PDF files are parsed, what acts by itself is taken out, and the rest is written anew."""

import io
import logging
from typing import Any

import pikepdf
from pikepdf import settings as pikepdf_settings

from app.documents.errors import LockedFile, TooManyPages, UnsafeFile, WrongFile

MOST_PAGES = 100
MOST_OBJECTS = 50_000
MOST_DEPTH = 60
UNPACKED = 64 * 1024 * 1024

# A five-megabyte file may unpack to five gigabytes. The limits are those of the whole process, set before its threads
# open anything; a stream that goes beyond them raises.
pikepdf_settings.set_qpdf_limits(
    flate_max_memory=UNPACKED,
    png_max_memory=UNPACKED,
    tiff_max_memory=UNPACKED,
    run_length_max_memory=UNPACKED,
    dct_max_memory=UNPACKED,
    max_stream_filters=4,
    parser_max_container_size=200_000,
    doc_max_warnings=200,
)
# The library repeats words of the file in its warnings; a log is no place for them.
logging.getLogger("pikepdf").setLevel(logging.CRITICAL)

ACTING_KEYS = set(
    [
        "/AA",
        "/OpenAction",
        "/JS",
        "/JavaScript",
        "/EmbeddedFiles",
        "/EmbeddedFile",
        "/EF",
        "/XFA",
        "/RichMediaContent",
        "/Launch",
    ]
)
ACTIONS = set(
    [
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/ResetForm",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/RichMediaExecute",
        "/Movie",
        "/Sound",
        "/SetOCGState",
        "/Trans",
        "/GoTo3DView",
    ]
)
ACTING_ANNOTATIONS = set(["/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"])
KEPT_OF_ACTING = {"/Type", "/Length", "/Rect"}


def check_pdf(content: bytes) -> tuple[bytes, int]:
    """The file without scripts, launches, attachments and opening actions, and its number of pages.

    Raises LockedFile for an encrypted file, TooManyPages over 100, UnsafeFile for one that unpacks beyond bounds,
    WrongFile for what is no readable PDF.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise LockedFile
            pages = _count(pdf)
            _disarm(pdf)
            return _written(pdf), pages
    except pikepdf.PasswordError as locked:
        raise LockedFile from locked
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, RecursionError) as broken:
        raise WrongFile from broken


def _written(pdf: pikepdf.Pdf) -> bytes:
    """The file anew, read once more as it stands: what was mended from a torn file may have no beginning."""
    target = io.BytesIO()
    pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with pikepdf.open(io.BytesIO(target.getvalue()), attempt_recovery=False) as again:
        if len(again.pages) != len(pdf.pages):
            raise WrongFile
    return target.getvalue()


def _count(pdf: pikepdf.Pdf) -> int:
    if len(pdf.objects) > MOST_OBJECTS:
        raise UnsafeFile
    pages = len(pdf.pages)
    if pages == 0:
        raise WrongFile
    if pages > MOST_PAGES:
        raise TooManyPages(limit=MOST_PAGES)
    return pages


def _disarm(pdf: pikepdf.Pdf) -> None:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Object):
            _disarm_container(each, 0)


def _disarm_container(each: Any, depth: int) -> None:
    """Take out what acts, in this object and in the containers written inside it (not in those it points to)."""
    if depth > MOST_DEPTH:
        raise UnsafeFile
    if isinstance(each, pikepdf.Array):
        inside = list(each)
    elif isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
        _strip(each)
        inside = [each[key] for key in each.keys()]  # noqa: SIM118  (the object is no mapping)
    else:
        return
    for item in inside:
        if isinstance(item, pikepdf.Object) and not item.is_indirect:
            _disarm_container(item, depth + 1)


def _strip(each: Any) -> None:
    unwanted = set(each.keys()) - KEPT_OF_ACTING if _acts(each) else set(each.keys()) & ACTING_KEYS
    for key in unwanted:
        del each[key]


def _acts(each: Any) -> bool:
    action, kind = each.get("/S"), each.get("/Subtype")
    return (isinstance(action, pikepdf.Name) and str(action) in ACTIONS) or (
        isinstance(kind, pikepdf.Name) and str(kind) in ACTING_ANNOTATIONS
    )
