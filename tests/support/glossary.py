"""Renders docs/glossary.md from the terms in app/texts/glossary.toml: `python -m tests.support.glossary`."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "app" / "texts" / "glossary.toml"
PAGE = ROOT / "docs" / "glossary.md"

INTRODUCTION = """# Glossary

One word for one thing. `identifier` names it in code, the Arabic term on pages; other words are mistakes.
Rendered from `app/texts/glossary.toml` by `python -m tests.support.glossary`; change the words there.
"""
HEAD = "| Arabic | identifier | English | meaning |\n| --- | --- | --- | --- |\n"


def render() -> str:
    """The whole page: one table per area, terms in the order of the file."""
    content = tomllib.loads(SOURCE.read_text("utf-8"))
    parts = [INTRODUCTION]
    for area, title in content["areas"].items():
        rows = [_row(term) for term in content["terms"] if term["area"] == area]
        parts.append(f"## {title['en']} · {title['ar']}\n\n{HEAD}" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(term: dict[str, dict[str, str]]) -> str:
    meaning = f"{term['definition']['en']}<br>{term['definition']['ar']}"
    cells = (term["term"]["ar"], f"`{term['id']}`", term["term"]["en"], meaning)
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
