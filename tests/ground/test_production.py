"""Production starts with nothing of the demonstration, and says in one line what is still of it."""

import dataclasses
import re
from pathlib import Path

import pytest

from config import Settings, SettingsError
from ground import demo

ADDRESSES = demo.Addresses(
    public_url="https://portal.example",
    sandbox_url="http://127.0.0.1:8001",
    smtp_url="smtp://127.0.0.1:2525",
    database_url="postgresql://portal@127.0.0.1/portal",
    owner_url="postgresql://owner@127.0.0.1/portal",
    redis_url="redis://127.0.0.1/0",
)


@pytest.fixture
def real(tmp_path: Path) -> dict[str, str]:
    """Settings that production takes."""
    demo_profile = Path(__file__).parents[2] / "app" / "profiles" / "demo.toml"
    profile, keys = tmp_path / "agencies.toml", tmp_path / "own.keys"
    profile.write_text(demo_profile.read_text("utf-8"), "utf-8")
    values = demo.settings(tmp_path, ADDRESSES, profile)
    keys.write_text((tmp_path / "keys" / "data.keys").read_text("ascii").replace("demo1", "k1"), "ascii")
    own = {name: re.sub(r"^http:", "https:", value) for name, value in values.items()}
    secrets = {field.name.upper() for field in dataclasses.fields(Settings) if not field.repr and "url" not in field.name}
    own |= {name: f"own-{own[name]}" for name in secrets if own.get(name, "").startswith("demo")}
    return own | {"PORTAL_ENV": "production", "SANDBOX_URL": "", "DEMO_CLOCK_FILE": "", "DATA_KEYS_FILE": str(keys)}


def test_production_starts_with_settings_of_its_own(real: dict[str, str]) -> None:
    assert Settings.from_environment(real).production


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"PORTAL_PROFILE": ""}, "PORTAL_PROFILE"),
        ({"PORTAL_PROFILE": "/opt/bawaba/app/profiles/demo.toml"}, "PORTAL_PROFILE"),
        ({"RATE_LIMITS": "off"}, "RATE_LIMITS"),
        ({"STAFF_OIDC_CLIENT_SECRET": "", "STAFF_OIDC_PRIVATE_KEY_FILE": ""}, "STAFF_OIDC_CLIENT_SECRET"),
        ({"OIDC_CLIENT_SECRET": "", "OIDC_PRIVATE_KEY_FILE": ""}, "OIDC_CLIENT_SECRET"),
    ],
)
def test_production_does_not_start_like_a_demonstration(
    real: dict[str, str], changed: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{named}"):
        Settings.from_environment(real | changed)


def test_production_does_not_seal_with_a_demo_key(real: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DATA_KEYS_FILE"):
        Settings.from_environment(real | {"DATA_KEYS_FILE": str(tmp_path / "keys" / "data.keys")})
