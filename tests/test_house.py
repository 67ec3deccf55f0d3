"""What the house promises about itself: imports, sizes, words, styles, and who may open what."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.identity import access
from app.identity.actors import Grant
from app.kit.roles import Role
from app.kit.words import WORDS
from tests.support import measure, signed_in

ROOT = measure.ROOT
APP = ROOT / "app"
TEMPLATES = APP / "templates"
STYLES = [path for path in sorted((APP / "static").rglob("*.css")) if "dist" not in path.parts]
ARABIC = re.compile("[\u0621-\u064a]")

FILE, FUNCTION, ROUTE, TEMPLATE = 300, 25, 20, 80
# Longer on purpose: each is a table or the outline of a paper, and cutting it in two would only hide half of it.
LONGER = {
    "app/kit/workflow.py:standard": "the table of steps that every office has",
    "app/kit/approvals.py:two_approvals": "the table of steps of a service with two approvals",
    "app/kit/approvals.py:certificate_life": "the table of steps of an issued paper",
    "app/kit/approvals.py:permit": "the table of steps of a paper without a fee",
    "app/documents/papers/visit_pass.py:pass_paper": "the outline of one paper",
    "app/documents/papers/guide.py:guide_paper": "the outline of one paper",
    "app/cases/demo/synthetic.py:write_case": "the columns of one row",
    "app/cases/dossier.py:_statements": "a line for each table of a case",
    "app/cases/personal_data.py:_case": "what a person's export says about a case, line by line",
    "app/notify/codes.py:send": "the columns of a code and of its message",
}
VAGUE = {"helper", "helpers", "util", "utils", "manager", "managers", "common", "misc"}
# Words that no page shows yet: those of services still to come, and those of pages outside the application.
AHEAD = {"common", "glossary", "numbers", "dates", "plates", "inquiries", "proxy"}

ACCESS = tomllib.loads((Path(__file__).parent / "access.toml").read_text("utf-8"))
VALUES = {"uuid": "00000000-0000-4000-8000-000000000000", "default": "x", "path": "x.css", "string": "x", "int": "1"}


def test_the_contracts_between_rooms_are_kept() -> None:
    done = _lint_imports(ROOT)
    assert done.returncode == 0, done.stdout[-2000:]


def _lint_imports(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None))"
    return subprocess.run([sys.executable, "-c", command], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("line", "contract"),
    [
        ("from app.blueprints.services.beta import service", "Services are strangers"),
        ("from app.cases import steps", "A service knows the kit"),
        ("from app.kit import fields", None),
    ],
)
def test_a_service_that_reaches_beyond_the_kit_breaks_a_contract(
    tmp_path: Path, line: str, contract: str | None
) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    known = {name for each in contracts for name in each.get("forbidden_modules", []) if name.startswith("app.")}
    for name in {"app.kit.fields", "app.cases.steps", *known}:
        _module(tmp_path, name)
    for slug, source in (("alpha", line), ("beta", "")):
        _module(tmp_path, f"app.blueprints.services.{slug}.service", source)
    (tmp_path / "pyproject.toml").write_text(_contracts(), "utf-8")
    done = _lint_imports(tmp_path)
    assert ("BROKEN" in done.stdout) == (contract is not None), done.stdout + done.stderr
    if contract:
        assert re.search(rf"{contract}.*BROKEN", done.stdout)


def _contracts() -> str:
    """The contracts about services, as the project states them, in a project of its own."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    parts = [part for part in text.split("[[tool.importlinter.contracts]]")[1:] if "ervice" in part.split("\n")[1]]
    head = '[tool.importlinter]\nroot_packages = ["app"]\ninclude_external_packages = true\n'
    return head + "".join(f"[[tool.importlinter.contracts]]{part}" for part in parts)


def _module(folder: Path, name: str, source: str = "") -> None:
    *parents, last = name.split(".")
    for depth in range(1, len(parents) + 1):
        package = folder.joinpath(*parents[:depth])
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
    (folder.joinpath(*parents) / f"{last}.py").write_text(source, "utf-8")


def test_no_file_function_route_or_template_is_over_its_budget() -> None:
    long_files = [str(path) for path in measure.python_files() if len(path.read_text("utf-8").splitlines()) > FILE]
    found = [each for path in measure.python_files() for each in measure.functions(path)]
    long_functions = {each.place: each.lines for each in found if each.lines > (ROUTE if each.is_route else FUNCTION)}
    pages = {path: len(path.read_text("utf-8").splitlines()) for path in TEMPLATES.rglob("*.html")}
    assert not long_files
    assert {place: lines for place, lines in long_functions.items() if place not in LONGER} == {}
    assert set(LONGER) <= set(long_functions), "no longer long: take it off the list"
    assert {str(path): lines for path, lines in pages.items() if lines > TEMPLATE} == {}


def test_no_arabic_letter_stands_in_code_or_templates() -> None:
    """Words are data. Comments and docstrings may quote them."""
    for path in APP.rglob("*.py"):
        assert not [text for text in measure.strings(path) if ARABIC.search(text)], path
    for path in TEMPLATES.rglob("*.html"):
        assert not ARABIC.search(re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)), path


def test_no_module_is_called_by_what_it_is_not() -> None:
    assert not [path for path in measure.python_files() if path.stem in VAGUE]


def test_every_room_says_what_it_is_for() -> None:
    for path in sorted(APP.glob("*/__init__.py")) + sorted((APP / "blueprints").glob("*/__init__.py")):
        assert path.read_text("utf-8").lstrip().startswith('"""'), path


def test_every_template_is_used() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in [*APP.rglob("*.py"), *TEMPLATES.rglob("*.html")])
    # The papers' templates are named by the kind of the paper.
    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        by_kind = re.fullmatch(r"documents/(page|pdf)/(summary|pass|guide|letter|receipt|certificate)\.html", name)
        assert name in sources or by_kind, f"{name} is used nowhere"


def test_every_word_of_the_interface_is_said_somewhere() -> None:
    code = [path for kind in ("*.py", "*.html", "*.js") for path in APP.rglob(kind) if "dist" not in path.parts]
    source = "\n".join(path.read_text("utf-8") for path in code)
    said = set(re.findall(r"[a-z_0-9]+(?:\.[a-z_0-9]+)+\.?", source))
    begun = set(re.findall(r"""["'`]([a-z_]+(?:\.[a-z_0-9]+)*[._][a-z_0-9]*)(?:\{|["'] ?(?:~|\+|%))""", source))
    files = {path.stem for path in (APP / "texts").glob("*.toml")} - AHEAD
    unsaid = [key for key in _keys() if key.split(".")[0] in files and not _is_said(key, said, begun)]
    assert unsaid == []


def _keys() -> Iterator[str]:
    yield from WORDS._flat["ar"]


def _is_said(key: str, said: set[str], begun: set[str]) -> bool:
    """Literally, as a table (`desk.columns`), or with a part that is put in; with or without the file's name."""
    for name in (key, key.partition(".")[2]):
        parts = name.split(".")
        tables = [".".join(parts[:depth]) for depth in range(2, len(parts) + 1)]
        if any(table in said or f"{table}." in said for table in tables) or name.startswith(tuple(begun)):
            return True
    return False


def test_styles_know_no_left_and_no_right() -> None:
    physical = re.compile(
        r"(?:margin|padding|border|inset|scroll-margin)-(?:left|right)|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
        r"|[{;]\s*(?:left|right)\s*:"
    )
    # What turns or moves a picture has no logical form.
    by_direction = re.compile(r"\[dir=.rtl.\][^{]*{(?!\s*(?:transform|background-position):[^;]*;?\s*})")
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        found = physical.search(text) or by_direction.search(text)
        assert found is None, f"{path.name}: {found.group() if found else ''}"


def test_pages_carry_no_style_and_no_script_of_their_own() -> None:
    forbidden = re.compile(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=\"|hx-on|\bjs:|javascript:")
    for path in TEMPLATES.rglob("*.html"):
        if "pdf" in path.parts:
            continue  # paper knows no style sheet of the portal
        text = re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
        found = forbidden.search(text)
        assert found is None, f"{path}: {found.group() if found else ''}"


def test_every_address_stands_in_the_table_of_access_as_its_view_declares_it(app: Flask) -> None:
    declared: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        found = access.declared(app, rule.endpoint)
        assert found is not None, f"{rule.endpoint} declares no access"
        declared[rule.endpoint] = sorted(map(str, found.roles)) if found.who == "staff" else found.who
    assert declared == _table()


def _table() -> dict[str, Any]:
    table: dict[str, Any] = {name: who for who in ("public", "citizen", "webhook") for name in ACCESS[who]}
    for name, roles in ACCESS["staff"].items():
        table[name] = sorted(ACCESS["sets"][roles] if isinstance(roles, str) else roles)
    return table


@pytest.mark.parametrize("role", list(Role))
def test_staff_open_what_their_role_may_and_nothing_else(app: Flask, role: Role) -> None:
    """403 without the role; with it anything else: a page, 404 for what is not there, 400 for a form without token."""
    client = signed_in.staff_browser(app, signed_in.member(app, Grant(role), email=f"{role}@example.com"))
    for endpoint, allowed, status in _walk(app, client):
        if isinstance(allowed, list):
            assert (status != 403) == (not allowed or str(role) in allowed), (endpoint, status)
        elif allowed == "citizen":
            assert status == 303, (endpoint, status)


PRESS = ("xhtml2pdf", "reportlab", "pypdf")
WEB = """
import importlib, pkgutil, sys
import app, app.blueprints, app.web.setup
for room in app.ROOMS:
    importlib.import_module(f"app.{room}")
for each in pkgutil.iter_modules(app.blueprints.__path__):
    importlib.import_module(f"app.blueprints.{each.name}")
sys.stdout.write(" ".join({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_web_server_reads_no_printing_press() -> None:
    """Papers are made by a worker; their libraries would cost every web process a seventh of its memory."""
    done = subprocess.run([sys.executable, "-c", WEB], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "app" in done.stdout.split()
    assert not set(PRESS) & set(done.stdout.split())


def test_a_citizen_opens_no_page_of_the_staff(app: Flask) -> None:
    client = signed_in.citizen_browser(app, signed_in.person(app))
    for endpoint, allowed, status in _walk(app, client):
        if isinstance(allowed, list):
            assert status == 303, (endpoint, status)
        elif allowed == "citizen":
            assert status not in (303, 403), (endpoint, status)


def test_a_stranger_is_sent_to_sign_in_by_everything_that_is_not_public(app: Flask) -> None:
    for endpoint, allowed, status in _walk(app, app.test_client()):
        if isinstance(allowed, list) or allowed == "citizen":
            assert status == 303, (endpoint, status)


def _walk(app: Flask, client: FlaskClient) -> Iterator[tuple[str, Any, int]]:
    """(endpoint, who may, status) of each method of each address."""
    table = _table()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if table[rule.endpoint] in ("public", "webhook"):
                continue
            address = re.sub(r"<(?:(\w+):)?\w+>", lambda match: VALUES[match.group(1) or "default"], rule.rule)
            yield rule.endpoint, table[rule.endpoint], client.open(address, method=method).status_code
