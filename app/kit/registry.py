"""The declared services of an installation, found by looking into a folder. Adding a service edits no other file."""

import importlib
import pkgutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from app.kit.figures import in_force, is_dated
from app.kit.profile import Profile
from app.kit.service import Service


class UnknownService(KeyError):
    """No service of this name is declared or switched on."""


class Registry(Mapping[str, Service]):
    """`today`: the day at an agency, by which dated figures hold; without it those that have always held."""

    def __init__(self, services: dict[str, Service], today: Callable[[str], date] | None = None) -> None:
        self._services, self._today = services, today
        self._dated: dict[tuple[object, ...], Service] = {}

    @classmethod
    def discover(cls, package: str, profile: Profile, today: Callable[[str], date] | None = None) -> "Registry":
        """Every folder below `package` with a `service.py` that names a SERVICE; words from its texts.toml.

        In the order of the profile, which is that of every list. Raises FigureError.
        """
        found: dict[str, Service] = {}
        parent = importlib.import_module(package)
        names = sorted(module.name for module in pkgutil.iter_modules(parent.__path__))
        for name in sorted(filter(profile.switched_on, names), key=profile.place_of):
            declared: Service = importlib.import_module(f"{package}.{name}.service").SERVICE
            folder = Path(parent.__path__[0]) / name
            texts = tomllib.loads((folder / "texts.toml").read_text("utf-8"))
            found[declared.slug] = declared.bound(texts, profile)
        return cls(found, today)

    def __getitem__(self, slug: str) -> Service:
        found = self._declared(slug)
        return self._as_of(found, self._today(found.agency)) if self._today and is_dated(found.settings) else found

    def on(self, slug: str, day: date) -> Service:
        """As its figures stood on a day: what was decided then is told by them."""
        found = self._declared(slug)
        return self._as_of(found, day) if is_dated(found.settings) else found

    def _declared(self, slug: str) -> Service:
        try:
            return self._services[slug]
        except KeyError:
            raise UnknownService(slug) from None

    def _as_of(self, found: Service, day: date) -> Service:
        """With the figures in force on a day; one object for each set of them."""
        values = in_force(found.figures, found.settings, day)
        if values == found.holding:
            return found
        key = (found.slug, *values.values())
        if key not in self._dated:
            self._dated[key] = found.with_figures(values)
        return self._dated[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)
