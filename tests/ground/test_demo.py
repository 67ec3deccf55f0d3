import dataclasses
import re
import stat
from pathlib import Path

import pytest

from config import Settings, SettingsError
from ground import demo

ADDRESSES = demo.Addresses(
    public_url="http://127.0.0.1:8000",
    sandbox_url="http://127.0.0.1:8001",
    smtp_url="smtp://127.0.0.1:8025",
    database_url="postgresql+psycopg://portal@/bawaba?host=/run",
    owner_url="postgresql+psycopg://portal_owner@/bawaba?host=/run",
    redis_url="unix:///run/valkey.sock?db=0",
)
PROFILE = Path("app/profiles/demo.toml")


def test_the_written_settings_are_ones_the_portal_accepts(tmp_path: Path) -> None:
    values = demo.settings(tmp_path, ADDRESSES, PROFILE)
    demo.write_private(tmp_path / "run.env", demo.as_env_file(values))
    settings = Settings.from_environment(demo.read_env_file(tmp_path / "run.env"))
    assert settings.demo
    assert settings.oidc_issuer == "http://127.0.0.1:8001/id"
    assert settings.data_dir == tmp_path.resolve()


def test_every_setting_written_is_one_the_portal_knows(tmp_path: Path) -> None:
    known = {field.name.upper() for field in dataclasses.fields(Settings)}
    assert set(demo.settings(tmp_path, ADDRESSES, PROFILE)) <= known


def test_keys_and_settings_are_for_their_owner_alone(tmp_path: Path) -> None:
    demo.settings(tmp_path, ADDRESSES, PROFILE)
    demo.write_private(tmp_path / "run.env", "A=b\n")
    files = [*(tmp_path / "keys").iterdir(), tmp_path / "run.env"]
    assert len(files) > 5
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_keys_stay_the_same_at_the_next_start(tmp_path: Path) -> None:
    first = {file.name: file.read_bytes() for file in demo.make_keys(tmp_path).iterdir()}
    assert {file.name: file.read_bytes() for file in demo.make_keys(tmp_path).iterdir()} == first


def test_production_refuses_the_demo_secrets(tmp_path: Path) -> None:
    values = demo.settings(tmp_path, ADDRESSES, PROFILE)
    real = {name: re.sub(r"^http:", "https:", value) for name, value in values.items()}
    real |= {"PORTAL_ENV": "production", "SANDBOX_URL": "", "DEMO_CLOCK_FILE": ""}
    with pytest.raises(SettingsError, match="demo"):
        Settings.from_environment(real)


def test_a_command_without_a_database_works_on_what_make_run_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = demo.settings(tmp_path, ADDRESSES, PROFILE)
    demo.write_private(tmp_path / "run.env", demo.as_env_file(values))
    for name in (*values, "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert Settings.from_environment().database_url == ADDRESSES.database_url
    monkeypatch.setenv("PORTAL_ENV", "production")
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        Settings.from_environment()
