"""`make service name=shop_signs`: a new service folder that already passes, copied from the smallest there is.

From there one edits: structure in service.py, sentences in texts.toml. The profile switches it on.
"""

import re
import shutil
import sys
from pathlib import Path

from ground import GroundError

ROOT = Path(__file__).parents[1]
SERVICES = ROOT / "app" / "blueprints" / "services"
TESTS = ROOT / "tests" / "services"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
TITLE = re.compile(r'^title = \{ ar = "(?P<ar>[^"]*)", en = "(?P<en>[^"]*)" \}$', re.MULTILINE)

TEST = '''"""What {name} alone promises. What every service promises stands in tests/test_every_service.py."""

from tests.support.declared import SERVICES


def test_it_is_declared_under_its_own_name() -> None:
    service = SERVICES["{name}"]
    assert service.slug == "{name}"
    assert "{name}" in service.text("en", "title"), "it has a title of its own now: say here what it promises"
'''


def make(name: str, services: Path = SERVICES, tests: Path = TESTS) -> list[Path]:
    """The files made. Raises GroundError for a name that is no identifier or is taken."""
    if not NAME.fullmatch(name) or len(name) > 40:
        raise GroundError("A service is named in small letters and underscores: make service name=shop_signs")
    folder = services / name
    if folder.exists():
        raise GroundError(f"There is a service {name} already")
    model = smallest(services)
    shutil.copytree(model, folder, ignore=shutil.ignore_patterns("__pycache__"))
    made = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in made:
        text = re.sub(rf"\b{model.name}\b", name, path.read_text("utf-8"))
        if path.name == "texts.toml":
            text = TITLE.sub(rf'title = {{ ar = "\g<ar> ({name})", en = "\g<en> ({name})" }}', text, count=1)
        path.write_text(text, "utf-8")
    test = tests / f"test_{name}.py"
    test.write_text(TEST.format(name=name), "utf-8")
    return [*made, test]


def smallest(services: Path) -> Path:
    """The service folder with the fewest bytes of structure and words."""
    folders = [path.parent for path in services.glob("*/service.py")]
    return min(folders, key=lambda folder: sum(path.stat().st_size for path in folder.glob("*.*")))


def main(arguments: list[str]) -> int:
    """The exit code."""
    try:
        made = make(arguments[0] if arguments else "")
    except GroundError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    for path in made:
        print(path.relative_to(ROOT))
    print(f'Now edit them, and switch the service on: services = [..., "{arguments[0]}"] in the profile.')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
