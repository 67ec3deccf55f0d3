"""Codes of papers and visit passes: printed, read out, and typed by a stranger or at the gate."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I, which are taken for one another
LENGTH = 12


def new_code() -> str:
    """Twelve characters from a secure source: 60 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def clean_code(typed: str) -> str | None:
    """The code a person meant: any case, spaces, hyphens and Arabic digits accepted; None when it cannot be one."""
    letters = [_western(letter) for letter in typed[:60].upper() if letter.isalnum()]
    code = "".join(letters)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def _western(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if letter.isdecimal() else letter


def spaced(code: str) -> str:
    """As printed: three groups of four, easy to read out."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
