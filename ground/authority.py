"""The demo authority: a key that signs certificates and the chain that readers trust, made when a portal first runs.

The authority's own key is thrown away at once, so nobody can issue a second signer in its name. Production refuses it.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEMO = "Demonstration authority"
KEY, CHAIN = "certificate.pem", "certificate-chain.pem"
YEARS = timedelta(days=3650)
# A clock that runs behind must not find a certificate that is valid only tomorrow.
EARLIER = timedelta(days=2)
Key = ec.EllipticCurvePrivateKey
USES = {
    "digital_signature": True,
    "content_commitment": True,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "encipher_only": False,
    "decipher_only": False,
}


def make(earlier_chain: str = "", name: str = DEMO) -> tuple[str, str]:
    """(key, chain) as PEM. The chain: the signer, then its authority, then what was trusted before."""
    root_key, key = _key(), _key()
    root_name = _name(name, "Bawaba demonstration")
    root = _certificate(root_name, root_name, root_key, root_key, authority=True)
    signer = _certificate(_name("Demonstration seal", "Bawaba demonstration"), root_name, key, root_key)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain = b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (signer, root))
    return pem.decode("ascii"), chain.decode("ascii") + earlier_chain


def is_demo(chain: Path) -> bool:
    """Whether a chain names the demo authority."""
    found = x509.load_pem_x509_certificates(chain.read_bytes())
    return any(DEMO in each.subject.rfc4514_string() for each in found)


def _key() -> Key:
    # Reading an RSA key costs a hundred times as much as signing with this one, and it is read for every signature.
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Key, by: Key, *, authority: bool = False
) -> x509.Certificate:
    start = datetime.now(UTC) - EARLIER
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + YEARS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.KeyUsage(**USES, key_cert_sign=authority, crl_sign=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    return built.sign(by, hashes.SHA256())
