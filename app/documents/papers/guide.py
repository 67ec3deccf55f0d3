"""The guide of a service, made from its declaration: what it is, what to prepare, how to fill in each field."""

from app.documents.papers.blocks import Block, Paper, listing, questions, row, some, steps, text, word
from app.documents.snapshots import GuideField, GuideSnapshot


def guide_paper(snapshot: GuideSnapshot, language: str) -> Paper:
    def say(key: str) -> str:
        return word(language, f"guide.{key}")

    return {
        "agency": snapshot["agency"],
        "title": snapshot["service"],
        "subtitle": say("title"),
        "lead": snapshot["summary"],
        "edition": snapshot["edition"],
        "scan": say("scan"),
        "address": snapshot["address"],
        "facts": {
            "type": "rows",
            "title": "",
            "rows": [row(fact["label"], fact["value"]) for fact in snapshot["facts"]],
        },
        "blocks": some(
            text(say("what"), [snapshot["description"]]),
            listing(say("conditions"), snapshot["conditions"]),
            _documents(snapshot, language),
            steps(say("steps"), snapshot["steps"]),
            *_fields(snapshot, language),
            _deadlines(snapshot, language),
            questions(say("questions"), [(each["question"], each["answer"]) for each in snapshot["questions"]]),
            listing(say("channels"), snapshot["channels"]),
        ),
    }


def _documents(snapshot: GuideSnapshot, language: str) -> Block:
    return {
        "type": "documents",
        "title": word(language, "guide.documents"),
        "documents": [
            {
                "name": each["name"],
                "need": word(language, "guide.required" if each["required"] else "guide.where_it_applies"),
                "tip": each["photo"],
            }
            for each in snapshot["documents"]
        ],
        "tip_label": word(language, "guide.tip"),
        "photos": [
            {"drawing": f"photo-{name}", "text": word(language, f"guide.photo_{name}")}
            for name in ("good", "cut", "glare")
        ],
        "photos_title": word(language, "guide.photos"),
    }


def _fields(snapshot: GuideSnapshot, language: str) -> list[Block]:
    """One block a section of the form; the first carries the heading of the chapter."""
    blocks = [
        {
            "type": "fields",
            "title": section["title"],
            "items": [
                {
                    "label": field["label"],
                    "hint": field["hint"],
                    "need": word(language, f"guide.{_need(field)}"),
                }
                for field in section["fields"]
            ],
        }
        for section in snapshot["sections"]
        if section["fields"]
    ]
    if blocks:
        blocks[0]["chapter"] = word(language, "guide.fields")
    return blocks


def _need(field: GuideField) -> str:
    if not field["required"]:
        return "optional"
    return "where_it_applies" if field.get("conditional") else "required"


def _deadlines(snapshot: GuideSnapshot, language: str) -> Block:
    stop = word(language, "stop")
    lines = [(each["label"], f"{each['limit']}{stop} {each['text']}") for each in snapshot["deadlines"]]
    return {
        "type": "rows",
        "title": word(language, "guide.deadlines"),
        "rows": [row(label, value) for label, value in lines],
    }
