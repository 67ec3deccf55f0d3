"""The sandbox's own sentences in both languages, from texts.toml."""

import tomllib
from pathlib import Path
from typing import Any

LANGUAGES = ("ar", "en")


class Words:
    """Plain look-ups by dotted key; a missing key is an error, never an empty place on a page."""

    def __init__(self, path: Path) -> None:
        self._tree = tomllib.loads(path.read_text(encoding="utf-8"))

    def text(self, language: str, key: str, **values: object) -> str:
        leaf: Any = self._tree
        for part in key.split("."):
            leaf = leaf[part]
        return str(leaf[language]).format_map(values) if values else str(leaf[language])

    def has(self, key: str) -> bool:
        leaf: Any = self._tree
        for part in key.split("."):
            if not isinstance(leaf, dict) or part not in leaf:
                return False
            leaf = leaf[part]
        return True
