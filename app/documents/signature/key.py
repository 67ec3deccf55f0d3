"""The key that signs and the chain that is trusted, from the files of the settings."""

from dataclasses import dataclass
from pathlib import Path

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from flask import current_app
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data

from app.calendars.clock import now
from config import Settings, SettingsError

# What the authority that `make run` makes calls itself (ground/authority.py; a test compares the two).
DEMO = "Demonstration authority"


class KeyUnfit(Exception):
    """There is no key that could sign now. `why` names the cause for operations; it never quotes a file."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Chain:
    """Certificates of CERTIFICATE_CHAIN_FILE: the signer's, its authorities, and those trusted before."""

    certificates: tuple[x509.Certificate, ...]

    def signer_of(self, content: bytes) -> x509.Certificate | None:
        """The certificate of the private key in this PEM text."""
        public = serialization.load_pem_private_key(content, None).public_key()
        wanted = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return next((each for each in self.certificates if each.public_key.dump() == wanted), None)


SigningKey = tuple[keys.PrivateKeyInfo, x509.Certificate, Chain]


def check_chain(settings: Settings) -> None:
    """Called at start. Raises SettingsError: the file is no chain, or in production that of the demonstration.

    A key that is missing does not stop the start: certificates wait for it, everything else goes on.
    """
    if settings.certificate_chain_file is None:
        return
    try:
        found = read_chain(_content(settings.certificate_chain_file, "chain"))
    except KeyUnfit as unfit:
        raise SettingsError("CERTIFICATE_CHAIN_FILE holds no certificates in PEM") from unfit
    if settings.production and any(DEMO in each.subject.human_friendly for each in found.certificates):
        raise SettingsError("CERTIFICATE_CHAIN_FILE is that of the demonstration; name the chain of your authority")


def chain() -> Chain:
    """The chain; raises KeyUnfit when the file is missing or no chain."""
    return read_chain(_content(current_app.config["SETTINGS"].certificate_chain_file, "chain"))


def read_chain(content: bytes) -> Chain:
    try:
        found = tuple(load_certs_from_pemder_data(content))
    except (ValueError, TypeError) as broken:
        raise KeyUnfit("chain unreadable") from broken
    if not found:
        raise KeyUnfit("chain unreadable")
    return Chain(found)


def signing_key() -> SigningKey:
    """The key, its certificate and the chain. Raises KeyUnfit: missing, unreadable, without certificate, expired."""
    content = _content(current_app.config["SETTINGS"].certificate_key_file, "key")
    trusted = chain()
    try:
        key = load_private_key_from_pemder_data(content, passphrase=None)
        signer = trusted.signer_of(content)
    except (ValueError, TypeError) as broken:
        raise KeyUnfit("key unreadable") from broken
    if signer is None:
        raise KeyUnfit("the chain holds no certificate of the key")
    if not signer.not_valid_before <= now() <= signer.not_valid_after:
        raise KeyUnfit("certificate of the key not valid now")
    return key, signer, trusted


def _content(path: Path | None, what: str) -> bytes:
    if path is None:
        raise KeyUnfit(f"{what} not set")
    try:
        return path.read_bytes()
    except OSError as away:
        raise KeyUnfit(f"{what} missing") from away
