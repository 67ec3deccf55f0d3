import dataclasses
from pathlib import Path

import pytest

from app.kit import profile as profiles
from app.kit.registry import Registry
from ground import GroundError, new_service


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of services that holds a copy of the smallest of ours."""
    folder = tmp_path / "services_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    model = new_service.smallest(new_service.SERVICES)
    copied = folder / model.name
    copied.mkdir()
    for path in model.glob("*.*"):
        (copied / path.name).write_bytes(path.read_bytes())
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def test_a_new_service_is_discovered_with_a_title_of_its_own(services: Path, tmp_path: Path) -> None:
    made = new_service.make("shop_signs", services, tmp_path)
    assert {path.name for path in made} >= {"service.py", "texts.toml"}
    profile = dataclasses.replace(profiles.load(profiles.DEMO), services=("shop_signs",))
    service = Registry.discover("services_of_a_test", profile)["shop_signs"]
    assert service.text("en", "title").endswith("(shop_signs)")
    assert service.form.sections


@pytest.mark.parametrize("name", ["", "Shop", "shop-signs", "1shop", "../shop", "shop__signs", "s" * 41])
def test_a_name_that_is_no_identifier_is_refused(services: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(GroundError, match="small letters"):
        new_service.make(name, services, tmp_path)


def test_a_taken_name_is_refused(services: Path, tmp_path: Path) -> None:
    new_service.make("shop_signs", services, tmp_path)
    with pytest.raises(GroundError, match="already"):
        new_service.make("shop_signs", services, tmp_path)
