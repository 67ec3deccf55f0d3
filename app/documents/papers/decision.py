"""Two papers of an agency about one request: the report that several persons signed, and the decision on it."""

from app.documents.papers.blocks import Paper, flowing, rows, some, table, text, word
from app.documents.snapshots import DecisionSnapshot

SIGNATURES = [34, 30, 36]


def decision_paper(snapshot: DecisionSnapshot, language: str) -> Paper:
    def say(key: str) -> str:
        return word(language, f"letter.{key}")

    registered = [(say("request"), snapshot["number"])] if snapshot["transaction"] else []
    person = word(language, "report.about") if snapshot["signatures"] else say("to")
    facts = [(person, snapshot["to"]), (say("date"), snapshot["date"]), *registered]
    number = (say("number"), snapshot["transaction"]) if registered else (say("request"), snapshot["number"])
    return {
        "agency": snapshot["agency"],
        "title": snapshot["title"],
        "subtitle": snapshot["service"],
        "number": dict(zip(("label", "value"), number, strict=True)),
        "facts": rows("", facts),
        "lead": snapshot["opening"],
        "blocks": [
            *flowing("", snapshot["rows"]),
            *_signatures(snapshot, language),
            *some(text(word(language, "decision.appeal"), snapshot["appeal"])),
        ],
        "closing": snapshot["agency"]["ar" if language == "ar" else "en"],
        "check_on_every_page": True,
    }


def _signatures(snapshot: DecisionSnapshot, language: str) -> list[Paper]:
    lines = [[each["label"], each["name"], each["at"]] for each in snapshot["signatures"]]
    head = [word(language, f"report.{key}") for key in ("member", "name", "signed_at")]
    return [table(word(language, "report.signatures"), head, lines, SIGNATURES)] if lines else []
