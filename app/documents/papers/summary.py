"""The summary of a request: the citizen's receipt of filing, in the manner of a letter of the agency."""

from itertools import groupby

from app.documents.papers.blocks import Block, Paper, flowing, listing, rows, some, steps, table, text, word
from app.documents.sizes import size_text
from app.documents.snapshots import AnswerGroup, AnswerSection, AttachedFile, SummarySnapshot

MOST_COLUMNS = 3


def summary_paper(snapshot: SummarySnapshot, language: str) -> Paper:
    def say(key: str, **params: object) -> str:
        return word(language, f"summary.{key}", **params)

    return {
        "agency": snapshot["agency"],
        "title": say("title"),
        "subtitle": snapshot["service"],
        "number": {"label": say("number"), "value": snapshot["number"]},
        "lead": say("lead", number=snapshot["number"], filed_at=snapshot["filed_at"]),
        "facts": rows("", [(say("filed_at"), snapshot["filed_at"]), *_facts(snapshot)]),
        "blocks": some(
            *(block for section in snapshot["sections"] for block in _section(section)),
            _files(say("files"), snapshot["files"], language),
            text(say("declaration"), [snapshot["declaration"]] if snapshot["declaration"] else []),
            _signature(snapshot, language),
            *_afterwards(snapshot, language),
            steps(say("next"), snapshot["next_steps"]),
            listing(say("deadlines"), snapshot["deadlines"]),
        ),
        "closing": say("closing"),
        "check_on_every_page": True,
        "close_set": True,
    }


def _facts(snapshot: SummarySnapshot) -> list[tuple[str, str]]:
    """Without what stands among the answers in the very same words."""
    answered = {(each["label"], each["value"]) for section in snapshot["sections"] for each in section["rows"]}
    facts = [(each["label"], each["value"]) for each in snapshot["facts"]]
    return [each for each in facts if each not in answered]


def _section(section: AnswerSection) -> list[Block]:
    """The answers, then the rows of repeated groups; the part's title stands above the first of them."""
    own = flowing(section["title"], [(each["label"], each["value"]) for each in section["rows"]])
    alike = groupby(section.get("groups", []), lambda group: tuple(each["label"] for each in group["rows"]))
    found = [*own, *(block for labels, groups in alike for block in _groups(labels, list(groups)))]
    return found if own or not found else [found[0] | {"chapter": section["title"]}, *found[1:]]


def _groups(labels: tuple[str, ...], groups: list[AnswerGroup]) -> list[Block]:
    """One table where the rows are short and alike (companions), else a block for each."""
    if 0 < len(labels) <= MOST_COLUMNS:
        lines = [[group["title"], *(each["value"] for each in group["rows"])] for group in groups]
        return [table("", ["", *labels], lines, [16] + [84 // len(labels)] * len(labels))]
    return [
        rows(group["title"], [(each["label"], each["value"]) for each in group["rows"]]) | {"inner": True}
        for group in groups
    ]


def _files(title: str, files: list[AttachedFile], language: str) -> Block:
    head = [word(language, f"summary.{key}") for key in ("file_field", "file_name", "file_size")]
    lines = [[file["label"], file["name"], size_text(file["size"], language)] for file in files]
    return table(title, head, lines, [38, 42, 20])


def _afterwards(snapshot: SummarySnapshot, language: str) -> list[Block]:
    """What the signature does not cover: answers changed and files sent on request, each with its day."""
    changes = [
        (word(language, "summary.changed", label=each["label"], on=each["on"]), each["value"])
        for each in snapshot.get("changes", [])
    ]
    return [
        *flowing(word(language, "summary.changes"), changes),
        _files(word(language, "summary.later_files"), snapshot.get("later_files", []), language),
    ]


def _signature(snapshot: SummarySnapshot, language: str) -> Block:
    signature = snapshot["signature"]
    lines = [
        ("signed_at", signature["signed_at"]),
        ("assurance", signature["assurance"]),
        ("digest", in_eights(signature["digest"])),
    ]
    said = [(word(language, f"summary.{key}"), value) for key, value in lines if value]
    return rows(word(language, "summary.signature"), said)


def in_eights(digest: str) -> str:
    """A long hash in groups, so that it breaks between them and can be compared by eye."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))
