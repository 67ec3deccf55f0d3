"""Words of cases as staff read them: states from the desk's side, steps that no citizen ever sees."""

from app.cases.context import service_of
from app.cases.models import Case, History
from app.cases.timeline import label_of, told
from app.kit.service import Service
from app.kit.words import WORDS


def state_label(key: str, language: str) -> str:
    """«مطلوب منك» is said to the citizen; the desk reads that it waits for him."""
    own = f"desk.states.{key}"
    return WORDS.text(language, own) if WORDS.has(own) else label_of(key, language)


def step_label(service: Service, name: str, language: str) -> str:
    """What the button of a step says."""
    key = f"actions.{name}.button"
    return service.text(language, key if service.has_text(key) else f"desk.steps.{name}")


def step_done(service: Service, name: str, language: str) -> str:
    """That a step was taken just now: in the words of the history, where it has any for staff."""
    past, key = own_words(service, name, "past", language), f"desk.past.{name}"
    common = WORDS.text(language, key) if WORDS.has(key) else "{"
    words = past or (step_label(service, name, language) if "{" in common else common)
    return WORDS.text(language, "desk.done.step", step=words)


def own_words(service: Service, name: str, part: str, language: str) -> str:
    """`part` of the words of a step (hint, legend); nothing where it has none."""
    key = f"actions.{name}.{part}"
    return service.text(language, key) if service.has_text(key) else ""


def result_label(service: Service, name: str, option: str, language: str) -> str:
    """What a step came to; an option that is no longer declared reads as its id."""
    keys = (f"actions.{name}.options.{option}", f"desk.results.{option}")
    found = next((key for key in keys if service.has_text(key)), None)
    return service.text(language, found) if found else option


def step_past(case: Case, row: History, language: str) -> str:
    """A step that was taken."""
    return told(case, row, language) or step_label(service_of(case), row.step, language)
