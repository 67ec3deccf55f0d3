"""What papers are made of. Templates know these shapes and nothing about cases or services."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from app.kit.words import WORDS

LONG, MANY_LINES = 900, 12
Block = dict[str, Any]
Paper = dict[str, Any]


def row(label: str, value: str) -> dict[str, Any]:
    return {"label": label, "value": value or "—", "ltr": is_ltr(value)}


def rows(title: str, pairs: Iterable[tuple[str, str]]) -> Block:
    return {"type": "rows", "title": title, "rows": [row(*pair) for pair in pairs]}


def flowing(title: str, pairs: Iterable[tuple[str, str]]) -> list[Block]:
    """`rows`, with long answers taken out as text of their own: a row does not go over to the next page."""
    blocks: list[Block] = [rows(title, [])]
    for label, value in pairs:
        if len(value) > LONG or value.count("\n") > MANY_LINES:
            paragraphs = [line for line in value.splitlines() if line.strip()]
            blocks += [text(label, paragraphs) | {"inner": True}, rows("", [])]
        else:
            blocks[-1]["rows"].append(row(label, value))
    if not blocks[0]["rows"] and len(blocks) > 1:
        blocks[1]["chapter"] = title
    return [block for block in blocks if block.get("rows") or block.get("paragraphs")]


def listing(title: str, items: Iterable[str]) -> Block:
    return {"type": "list", "title": title, "items": list(items)}


def steps(title: str, items: Iterable[str]) -> Block:
    return {"type": "steps", "title": title, "items": list(items)}


def text(title: str, paragraphs: Iterable[str]) -> Block:
    return {"type": "text", "title": title, "paragraphs": list(paragraphs)}


def table(title: str, head: list[str], lines: Iterable[list[str]], widths: list[int]) -> Block:
    """`widths`: of the columns, in percent. A paper has no cells that span columns."""
    cells = [[{"value": value, "ltr": is_ltr(value)} for value in line] for line in lines]
    return {"type": "table", "title": title, "head": head, "lines": cells, "widths": widths}


def questions(title: str, pairs: Iterable[tuple[str, str]]) -> Block:
    return {"type": "questions", "title": title, "pairs": [{"question": q, "answer": a} for q, a in pairs]}


def some(*blocks: Block) -> list[Block]:
    """The blocks that have something in them."""
    holders = ("rows", "items", "paragraphs", "lines", "pairs", "documents", "groups")
    return [block for block in blocks if any(block.get(holder) for holder in holders)]


def is_ltr(value: str) -> bool:
    """True for phones, dates with hyphens, e-mails, hashes: no right-to-left letter, so a direction of their own."""
    return bool(value) and (
        value.isascii() or not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in value)
    )


def word(language: str, key: str, **params: object) -> str:
    return WORDS.text(language, f"documents.{key}", **params)
