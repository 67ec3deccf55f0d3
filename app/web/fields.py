"""Drawing declared fields. Rendering is the hot path of a form, so each field's static part is drawn once.

A field is drawn with marks in place of its path and its value, and kept as a pattern which the real ones fill; one
that offers choices is kept for each choice. Only fields with an error, and those with files, are drawn anew. No answer
of a person is ever kept in memory, and no more patterns than are declared.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from app.kit.fields import Choice, Choices, Field, File, Group, LongText
from app.kit.service import Service
from app.kit.words import WORDS

VALUE, PATH = "\ue001", "\ue005"
RADIO_MOST = 4
DIAL = {"SA": "+966", "QA": "+974", "AE": "+971"}


@cache
def macros(language: str) -> Any:
    """The component macros bound to one language, outside any request's context."""
    environment = current_app.jinja_env
    return environment.get_template("components/ui.html").make_module({"lang": language, **_words(language)})


def _words(language: str) -> dict[str, Callable[..., str]]:
    return {
        "t": lambda key, **params: WORDS.text(language, key, **params),
        "plural": lambda name, count, **params: WORDS.plural(language, name, count, **params),
    }


@cache
def _pattern(service: Service, each: Field, group: Group | None, language: str, controls: bool, choice: Any) -> str:
    """The drawn field for the operator %, which puts in its path, and its value where that is the choice.

    Of choices there are as many as are declared.
    """
    drawn = str(_draw(service, each, group, language, PATH, choice, None, (), controls))
    return drawn.replace("%", "%%").replace(PATH, "%(path)s").replace(VALUE, "%(value)s")


def field(
    service: Service,
    each: Field,
    language: str,
    *,
    path: str,
    value: Any,
    error: str | None = None,
    files: Sequence[Any] = (),
    group: Group | None = None,
    controls: bool = False,
) -> Markup:
    """One field as HTML. `path` is its name and id, in words of our own; `files`: rows already drawn."""
    if error or files:
        return Markup(_draw(service, each, group, language, path, value, error, files, controls))
    choice = _choice_of(each, value)
    gaps = {"path": path, "value": escape(value or "") if choice is VALUE else ""}
    return Markup(_pattern(service, each, group, language, controls, choice) % gaps)  # noqa: S704 - it was escaped


def _choice_of(each: Field, value: Any) -> Any:
    """What of the value decides how the field is drawn; a mark where it only stands in it."""
    if isinstance(each, Choices):
        return tuple(one for one in each.options if one in (value or ()))
    if isinstance(each, Choice):
        return value if value in each.options else ""
    if _is_ticked(each):
        return "yes" if value == "yes" else None
    return VALUE


def _is_ticked(each: Field) -> bool:
    return each.type == "tick" or isinstance(each, File)


def _draw(
    service: Service,
    each: Field,
    group: Group | None,
    language: str,
    path: str,
    value: Any,
    error: str | None,
    files: Sequence[Any],
    controls: bool,
) -> Any:
    ui = macros(language)
    label = service.field_text(language, each, "label", group) or ""
    common = {
        "hint": _hint(service, each, group, language),
        "error": error,
        "attrs": {"data-refresh": "yes"} if controls else {},
    }
    if each.type == "tick":
        text = service.declaration(language)
        return ui.tick(path, text, name=path, checked=value == "yes", **(common | {"hint": None}))
    if isinstance(each, File):
        too_large = WORDS.text(language, "interface.errors.too_large_title")
        return ui.file_field(
            path,
            label,
            files=files,
            name=path,
            optional=not each.required,
            multiple=each.most > 1,
            accept=",".join(f".{kind}" for kind in each.kinds),
            **(common | {"attrs": {"data-upload": "yes", "data-too-large": too_large}}),
        )
    if isinstance(each, Choice):
        return _choice(ui, service, each, group, language, path, label, value, common)
    return _box(ui, each, path, label, value, common)


def _hint(service: Service, each: Field, group: Group | None, language: str) -> str | None:
    """Beside what nobody types: at a counter it comes from the client, not from a sign-in."""
    if service.by_clerk and each.readonly:
        return WORDS.text(language, "counter.given")
    return service.field_text(language, each, "hint", group)


def _choice(
    ui: Any,
    service: Service,
    each: Choice,
    group: Group | None,
    language: str,
    path: str,
    label: str,
    value: Any,
    common: Mapping[str, Any],
) -> Any:
    options = service.options(each, language, group)
    more = {**common, "name": path, "optional": not each.required}
    if isinstance(each, Choices):
        return ui.choices(path, label, options, values=value or (), many=True, look="plain", **more)
    if each.type == "yes_no":
        return ui.choices(path, label, options[::-1], value=value, look="inline", **more)
    if len(options) <= RADIO_MOST and not each.source:
        return ui.choices(path, label, options, value=value, look="inline" if len(options) <= 3 else "", **more)
    return ui.select(path, label, options, value=value, first=WORDS.text(language, "forms.choose"), **more)


BOXES: Mapping[str, Mapping[str, Any]] = {
    "national_id": {"ltr": True, "inputmode": "numeric", "width": "w-md"},
    "establishment_id": {"ltr": True, "inputmode": "numeric", "width": "w-md"},
    "email": {"ltr": True, "type": "email", "autocomplete": "email", "width": "w-md"},
    "transaction": {"ltr": True, "inputmode": "numeric", "width": "w-md"},
    "plate": {"width": "w-sm"},
    "date": {"ltr": True, "inputmode": "numeric", "width": "w-sm"},
    "microchip": {"ltr": True, "inputmode": "numeric", "width": "w-md"},
    "number": {"ltr": True, "inputmode": "decimal", "width": "w-sm"},
    "money": {"ltr": True, "inputmode": "decimal", "width": "w-sm"},
    "iban": {"ltr": True, "width": "w-md"},
    "passport": {"ltr": True, "width": "w-sm"},
    "coordinates": {"ltr": True, "width": "w-md"},
    "text": {"attrs": {"dir": "auto"}},
}


def _box(ui: Any, each: Field, path: str, label: str, value: Any, common: Mapping[str, Any]) -> Any:
    more: dict[str, Any] = {**common, "name": path, "value": value, "optional": not each.required}
    if isinstance(each, LongText):
        return ui.textarea(path, label, maxlength=each.most, **{**more, "attrs": {**more["attrs"], "dir": "auto"}})
    if each.type == "mobile":
        return ui.input(
            path,
            label,
            ltr=True,
            inputmode="tel",
            autocomplete="tel-national",
            prefix=DIAL[getattr(each, "country", "SA")],
            readonly=each.readonly,
            **more,
        )
    kind = dict(BOXES.get(each.type, {}))
    kind["attrs"] = {**more["attrs"], **kind.get("attrs", {})}
    return ui.input(path, label, readonly=each.readonly, **{**more, **kind})
