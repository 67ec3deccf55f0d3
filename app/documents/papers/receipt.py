"""A receipt. It names no person: whoever holds its link or code may read it."""

from app.documents.papers.blocks import Paper, rows, word
from app.documents.snapshots import ReceiptSnapshot


def receipt_paper(snapshot: ReceiptSnapshot, language: str) -> Paper:
    def say(key: str) -> str:
        return word(language, f"receipt.{key}")

    facts = (
        ("request", snapshot["number"]),
        ("service", snapshot["service"]),
        ("paid_at", snapshot["paid_at"]),
        ("method", snapshot["method"]),
        ("reference", snapshot["reference"]),
    )
    lines = [*map(tuple, snapshot["lines"]), (say("total"), snapshot["total"])]
    return {
        "agency": snapshot["agency"],
        "title": say("title"),
        "subtitle": snapshot["service"],
        "number": {"label": say("number"), "value": snapshot["receipt"]},
        "facts": rows("", [(say(name), value) for name, value in facts]),
        "lead": "",
        "blocks": [rows(say("lines"), [(label, value) for label, value in lines])],
        "closing": say("closing"),
        "check_on_every_page": True,
    }
