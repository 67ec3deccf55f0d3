"""The words of the interface: plain dictionaries per language, looked up by a dotted key.

`app/texts/common.toml` gives top-level keys; every other file `name.toml` stands under `name.`. A missing word is a
programming error and raises KeyError; there is no silent fallback to the other language.
"""

import tomllib
from pathlib import Path
from typing import Any

from app.kit.plurals import category

LANGUAGES = ("ar", "en")
TEXTS = Path(__file__).parent.parent / "texts"


def is_leaf(node: object) -> bool:
    return isinstance(node, dict) and set(node) == set(LANGUAGES) and isinstance(node["ar"], str)


def flatten(node: object, prefix: str, into: dict[str, dict[str, str]]) -> None:
    """Collect every {ar, en} leaf below `node` under its dotted key; list items by id, code or position."""
    if is_leaf(node):
        assert isinstance(node, dict)
        for language in LANGUAGES:
            into[language][prefix] = node[language]
    elif isinstance(node, dict):
        for key, value in node.items():
            flatten(value, f"{prefix}.{key}" if prefix else key, into)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            name = (value.get("id") or value.get("code") or index) if isinstance(value, dict) else index
            named = isinstance(value, dict) and name != index
            words = {key: each for key, each in value.items() if key not in ("id", "code")} if named else value
            flatten(words, f"{prefix}.{name}", into)


class Words:
    """All texts of a folder, read once."""

    def __init__(self, folder: Path = TEXTS) -> None:
        self.raw: dict[str, Any] = {}
        self._flat: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for path in sorted(folder.glob("*.toml")):
            content = tomllib.loads(path.read_text("utf-8"))
            if path.stem == "common":
                self.raw.update(content)
                flatten(content, "", self._flat)
            else:
                self.raw[path.stem] = content
                flatten(content, path.stem, self._flat)

    def text(self, language: str, key: str, /, **params: object) -> str:
        """The sentence under `key`, its {placeholders} filled; raises KeyError for a missing word."""
        sentence = self._flat[language][key]
        return sentence.format_map(params) if params else sentence

    def has(self, key: str) -> bool:
        return key in self._flat["ar"]

    def plural(self, language: str, name: str, count: int, /, **params: object) -> str:
        """The whole sentence for `count` in the grammar-number form of the language (CLDR)."""
        forms = self.raw["plurals"][name] if "." not in name else self._own_forms(name)
        known = forms[language]
        # English has no form of its own for none; a sentence may still have one («No ratings yet»).
        form = "zero" if count == 0 and "zero" in known else category(language, count)
        return str(known[form].format(count=count, **params))

    def _own_forms(self, name: str) -> Any:
        node: Any = self.raw
        for part in name.split("."):
            node = node[part]
        return node


WORDS = Words()
