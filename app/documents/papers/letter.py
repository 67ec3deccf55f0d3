"""A letter of the agency: the written answer to a transaction."""

from app.documents.papers.blocks import Paper, rows, some, text, word
from app.documents.snapshots import LetterSnapshot


def letter_paper(snapshot: LetterSnapshot, language: str) -> Paper:
    def say(key: str) -> str:
        return word(language, f"letter.{key}")

    heads = (("to", snapshot["to"]), ("date", snapshot["date"]), ("request", snapshot["number"]))
    return {
        "agency": snapshot["agency"],
        "title": snapshot["labels"]["title"],
        "subtitle": snapshot["service"],
        "number": {"label": say("number"), "value": snapshot["transaction"]},
        "facts": rows("", [(say(name), value) for name, value in heads]),
        "lead": snapshot["labels"]["opening"],
        "blocks": some(
            rows("", [(line["label"], line["value"]) for line in snapshot["lines"]]),
            text(snapshot["labels"].get("said", ""), snapshot["paragraphs"]),
            text("", snapshot["validity"]),
            text(say("appeal"), snapshot.get("appeal", [])),
        ),
        "closing": snapshot["department"],
        "check_on_every_page": True,
    }
