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
    secrets = {each.name.upper() for each in dataclasses.fields(Settings) if not each.repr and "url" not in each.name}
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


LOGGED = re.compile(r"log_format bawaba (.*?);", re.S)


def test_the_proxy_logs_no_query_and_no_code() -> None:
    """The query holds names that staff search for and the code of a sign-in; the last segment a pass or a paper."""
    text = (Path(__file__).parents[2] / "deploy" / "nginx" / "bawaba.conf").read_text("utf-8")
    found = LOGGED.search(text)
    assert found
    held = set(re.findall(r"\$\w+", found[1]))
    assert not held & {"$request", "$request_uri", "$args", "$query_string", "$uri", "$http_referer"}
    cut = re.search(r'"~(\^\S+)"\s+\$before/-;', text)
    assert cut
    rule = re.compile(cut[1].replace("?<before>", "?P<before>"))
    for path in ("/verify/ABCD-EFGH", "/gate/ABCD", "/en/verify/ABCD", "/gate/ABCD/enter", "/r/ABCD", "/en/pay/ABCD"):
        assert rule.search(path), path
    assert not rule.search("/desk/cases/1448-000001")
    assert re.findall(r"access_log ([^; ]+)", text) == ["off", "/var/log/nginx/bawaba.log"]
