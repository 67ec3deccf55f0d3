"""The visit pass: what the guard needs at a glance, then who and what comes along."""

from app.documents.papers.blocks import Paper, row, rows, some, table, word
from app.documents.snapshots import PassSnapshot


def pass_paper(snapshot: PassSnapshot, language: str) -> Paper:
    labels = snapshot["labels"]
    comma = word(language, "comma")
    none = word(language, "pass.none")
    return {
        "agency": snapshot["agency"],
        "title": labels["title"],
        "subtitle": snapshot["host"],
        "number": {"label": word(language, "summary.number"), "value": snapshot["number"]},
        "when": {
            "label": labels["when_on"],
            "weekday": snapshot["weekday"],
            "date": snapshot["date"],
            "time": snapshot["time"],
        },
        "gate": row(labels["gate"], snapshot["gate"]),
        "host": row(labels["host"], snapshot["host"]),
        "instruction": labels["instruction"],
        "visitor": {"label": labels["visitor"], **snapshot["visitor"]},
        "blocks": some(
            rows(
                "",
                [
                    (labels["car"], snapshot["car"] or none),
                    (labels["devices"], comma.join(snapshot["devices"]) or none),
                ],
            ),
            table(
                "",  # a heading of its own would be kept with all ten, on a second page
                ["", labels["companions"], word(language, "pass.identity")],
                [[str(n), each["name"], each["identity"]] for n, each in enumerate(snapshot["companions"], 1)],
                [8, 62, 30],
            )
            | {"dense": True},
        ),
        "alone": "" if snapshot["companions"] else word(language, "pass.alone"),
    }
