"""«Was this page useful?»: one question, an optional sentence, no person."""

from werkzeug.datastructures import MultiDict

from app.kit.arabic import clean_text

ANSWERS = {"yes": True, "no": False}
MOST_WORDS = 500


def mistakes(form: MultiDict[str, str]) -> dict[str, str]:
    """Control to key of the sentence that says how to mend it."""
    found = {}
    if form.get("useful") not in ANSWERS:
        found["useful"] = "interface.card.useful_missing"
    if len(clean_text(form.get("words", ""))) > MOST_WORDS:
        found["useful-words"] = "interface.card.useful_too_long"
    return found
