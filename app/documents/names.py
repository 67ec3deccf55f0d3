"""Names of files as people give them: data only, never a path, and safe to print and to send in a header."""

import re
import unicodedata
from urllib.parse import quote

from app.kit.arabic import normalize

MOST = 120
# Marks that turn text round, invisible joiners aside, and the separators that break a line.
UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
UNFIT = re.compile(r'[\\/:*?"<>|]')


def clean_name(given: str, fallback: str = "file") -> str:
    """The name without folders, controls and bidi marks, at most 120 characters with its extension kept.

    >>> clean_name("../../etc/\u202egpj.exe.pdf")
    'gpj.exe.pdf'
    """
    name = normalize("NFC", given.encode("utf-8", "replace").decode("utf-8"))
    name = re.split(r"[\\/]", name)[-1]
    name = "".join(letter for letter in UNSEEN.sub("", name) if unicodedata.category(letter)[0] != "C")
    name = re.sub(r"\s+", " ", UNFIT.sub("", name)).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    ending = f".{extension[:10]}" if extension else ""
    return f"{(stem.strip(' .') or fallback)[: MOST - len(ending)]}{ending}"


def extension_of(name: str) -> str:
    """The last extension, lower case, without the dot; "" when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def disposition(kind: str, name: str) -> str:
    """A Content-Disposition value after RFC 6266: an ASCII name for old programs, and the true one in UTF-8."""
    extension = extension_of(name)
    plain = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_. "))
    if not plain.rpartition(".")[0].strip(" ._-"):
        plain = f"file.{extension}" if extension.isascii() and extension else "file"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
