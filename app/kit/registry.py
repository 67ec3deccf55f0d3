"""The declared services of an installation, found by looking into a folder. Adding a service edits no other file."""

import importlib
import pkgutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.kit.profile import Profile
from app.kit.service import Service


class UnknownService(KeyError):
    """No service of this name is declared or switched on."""


class Registry(Mapping[str, Service]):
    def __init__(self, services: dict[str, Service]) -> None:
        self._services = services

    @classmethod
    def discover(cls, package: str, profile: Profile) -> "Registry":
        """Every folder below `package` with a `service.py` that names a SERVICE; words from its texts.toml."""
        found: dict[str, Service] = {}
        parent = importlib.import_module(package)
        for module in sorted(pkgutil.iter_modules(parent.__path__), key=lambda each: each.name):
            if not profile.switched_on(module.name):
                continue
            declared: Service = importlib.import_module(f"{package}.{module.name}.service").SERVICE
            folder = Path(parent.__path__[0]) / module.name
            texts = tomllib.loads((folder / "texts.toml").read_text("utf-8"))
            found[declared.slug] = declared.bound(texts, profile)
        return cls(found)

    def __getitem__(self, slug: str) -> Service:
        try:
            return self._services[slug]
        except KeyError:
            raise UnknownService(slug) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)
