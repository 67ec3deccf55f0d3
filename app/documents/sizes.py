"""Sizes of files in words."""

from app.kit.words import WORDS

MEGABYTE = 1024 * 1024


def size_text(size: int, language: str) -> str:
    """`5 MB`, `1.4 MB` or `320 KB` in the words of the language (1 MB = 1,048,576 bytes)."""
    if size >= MEGABYTE:
        return WORDS.text(language, "documents.sizes.megabytes", count=f"{size / MEGABYTE:.1f}".removesuffix(".0"))
    return WORDS.text(language, "documents.sizes.kilobytes", count=max(1, round(size / 1024)))
