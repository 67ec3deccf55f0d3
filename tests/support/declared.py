"""Every service folder there is, switched on or not, bound to the demo profile."""

from dataclasses import replace
from pathlib import Path

from app.kit import profile as profiles
from app.kit.registry import Registry

FOLDER = Path(__file__).parents[2] / "app" / "blueprints" / "services"
PROFILE = replace(profiles.load(profiles.DEMO), services=())
SERVICES = Registry.discover("app.blueprints.services", PROFILE)
