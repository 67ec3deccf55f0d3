"""How long things are. A docstring, a comment and an empty line cost nothing."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("app", "sandbox", "ground")
ROUTES = ("get(", "post(", "route(")


@dataclass(frozen=True)
class Function:
    """`lines`: of the body, without docstring, comments and empty lines."""

    place: str
    lines: int
    is_route: bool


def python_files() -> list[Path]:
    return [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))] + sorted(ROOT.glob("*.py"))


def functions(path: Path) -> Iterator[Function]:
    text = path.read_text("utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
            code = [line.strip() for line in lines[body[0].lineno - 1 : node.end_lineno]]
            decorators = [ast.unparse(each) for each in node.decorator_list]
            is_route = any(route in each for each in decorators for route in ROUTES)
            place = f"{path.relative_to(ROOT)}:{node.name}"
            yield Function(place, sum(bool(line) and not line.startswith("#") for line in code), is_route)


def strings(path: Path) -> Iterator[str]:
    """Every string of a module as it is written, but its docstrings."""
    text = path.read_text("utf-8")
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = {_first_line(node) for node in ast.walk(ast.parse(text)) if isinstance(node, documented)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING and token.start[0] not in docstrings:
            yield token.string


def _first_line(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Where the docstring of this node begins; 0 when it has none."""
    return node.body[0].lineno if node.body and ast.get_docstring(node) is not None else 0
