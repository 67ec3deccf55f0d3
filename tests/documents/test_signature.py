"""The signature: holds over the whole file, breaks with a byte, and needs a key that fits."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader

from app import create_app
from app.documents.signature.check import Verdict, verdict_apart, verdict_on
from app.documents.signature.key import DEMO, KeyUnfit, chain, read_chain, signing_key
from app.documents.signature.sign import signed
from config import Settings, SettingsError
from ground import authority
from tests.documents.conftest import pdf


@pytest.fixture
def files(tmp_path: Path, settings: Callable[..., None]) -> Callable[..., None]:
    """Puts a key and a chain in the place of the settings' own; None takes a file away."""

    def put(key: str | None, trusted: str | None) -> None:
        for name, text in (("key.pem", key), ("chain.pem", trusted)):
            (tmp_path / name).unlink(missing_ok=True)
            if text is not None:
                (tmp_path / name).write_text(text, "ascii")
        settings(certificate_key_file=tmp_path / "key.pem", certificate_chain_file=tmp_path / "chain.pem")

    return put


def paper() -> bytes:
    return signed(pdf(), signing_key(), reason="شهادة صحية بيطرية 1448/000123", by="وزارة الشؤون البلدية")


def test_the_signature_is_pades_over_the_whole_file_and_allows_no_change(context: Flask) -> None:
    content = paper()
    (found,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert found.sig_object["/Reason"] == "شهادة صحية بيطرية 1448/000123"
    assert found.docmdp_level is not None
    assert found.docmdp_level.name == "NO_CHANGES"
    assert verdict_on(content, chain().certificates) == Verdict.GENUINE
    with pikepdf.open(io.BytesIO(content)) as read:
        assert len(read.pages) == 1


def test_every_changed_byte_outside_the_signature_is_seen(context: Flask) -> None:
    content = paper()
    start = content.index(b"/Contents <")
    end = content.index(b">", start)
    trusted = chain().certificates
    for at in [*range(0, start, 97), *range(end + 1, len(content), 41)]:
        changed = bytearray(content)
        changed[at] ^= 1
        assert verdict_on(bytes(changed), trusted) != Verdict.GENUINE, at


def test_what_is_added_after_the_signature_is_seen(context: Flask) -> None:
    content, trusted = paper(), chain().certificates
    assert verdict_on(content + b"\n", trusted) == Verdict.CHANGED
    assert verdict_on(content + b"%%EOF\n", trusted) != Verdict.GENUINE
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as read:
        read.add_blank_page()
        read.save(target)
    assert verdict_on(target.getvalue(), trusted) != Verdict.GENUINE


def test_a_signature_of_somebody_else_is_none_of_ours(context: Flask, files: Callable[..., None]) -> None:
    trusted = chain().certificates
    files(*authority.make())
    assert verdict_on(paper(), trusted) == Verdict.FOREIGN
    assert verdict_on(pdf(), trusted) == Verdict.FOREIGN


def test_a_new_key_signs_and_what_was_signed_before_stays_trusted(context: Flask, files: Callable[..., None]) -> None:
    key, trusted = authority.make()
    files(key, trusted)
    before = paper()
    files(*authority.make(trusted))
    for content in (before, paper()):
        assert verdict_on(content, chain().certificates) == Verdict.GENUINE


def test_a_file_is_judged_in_a_process_of_its_own_like_in_ours(context: Flask) -> None:
    content, path = paper(), context.config["SETTINGS"].certificate_chain_file
    assert verdict_apart(content, path) == Verdict.GENUINE
    assert verdict_apart(content[:-9] + b"x" + content[-8:], path) != Verdict.GENUINE
    assert verdict_apart(b"%PDF-1.7\n" + b"[<<" * 200_000, path) == Verdict.FOREIGN


@pytest.mark.parametrize(
    ("key", "trusted", "why"),
    [
        (lambda made, other: None, lambda made, other: made[1], "key missing"),
        (lambda made, other: made[0], lambda made, other: None, "chain missing"),
        (lambda made, other: "nonsense", lambda made, other: made[1], "key unreadable"),
        (lambda made, other: made[0], lambda made, other: "nonsense", "chain unreadable"),
        (lambda made, other: made[0], lambda made, other: other[1], "the chain holds no certificate of the key"),
    ],
)
def test_a_key_that_cannot_sign_is_named_by_its_cause(
    context: Flask, files: Callable[..., None], key: Any, trusted: Any, why: str
) -> None:
    made, other = authority.make(), authority.make()
    files(key(made, other), trusted(made, other))
    with pytest.raises(KeyUnfit, match=why):
        paper()


def test_a_certificate_that_has_run_out_signs_nothing(context: Flask, files: Callable[..., None]) -> None:
    files(*authority.make())
    signing_key()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3700)), pytest.raises(KeyUnfit, match="not valid now"):
        signing_key()


def test_the_portal_does_not_start_with_a_chain_that_is_none(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_text("nonsense", "ascii")
    wrong = replace(app.config["SETTINGS"], certificate_chain_file=tmp_path / "chain.pem")
    with pytest.raises(SettingsError, match="^CERTIFICATE_CHAIN_FILE"):
        create_app(wrong)


def test_the_demo_authority_is_known_by_its_name() -> None:
    assert DEMO == authority.DEMO
    named = read_chain(authority.make()[1].encode())
    assert any(DEMO in each.subject.human_friendly for each in named.certificates)


@pytest.mark.parametrize("missing", ["CERTIFICATE_KEY_FILE", "CERTIFICATE_CHAIN_FILE"])
def test_a_key_without_its_chain_or_a_file_that_is_not_there_stops_the_start(
    environment: dict[str, str], missing: str
) -> None:
    for value in ("", "/nowhere/at/all.pem"):
        with pytest.raises(SettingsError, match=f"^{missing}"):
            Settings.from_environment(environment | {missing: value})


def test_production_that_issues_certificates_needs_a_key_of_its_own(app: Flask, tmp_path: Path) -> None:
    from app.cases.certificates import check_settings
    from app.documents.signature.key import check_chain
    from tests.support.declared import SERVICES

    real = replace(app.config["SETTINGS"], portal_env="production", sandbox_url="")
    with pytest.raises(SettingsError, match="that of the demonstration"):
        check_chain(real)
    bare = replace(real, certificate_key_file=None, certificate_chain_file=None)
    with pytest.raises(SettingsError, match="^CERTIFICATE_KEY_FILE and CERTIFICATE_CHAIN_FILE are required"):
        check_settings(bare, SERVICES)
    check_settings(bare, {"emirate_appointment": SERVICES["emirate_appointment"]})
