"""The installation's signing key (Ed25519): made once, kept under STEWARD_HOME, never in the database."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from steward.kernel.errors import StewardError


class SigningKeyError(StewardError):
    """The key file is there and cannot be used."""

    code = "evidence.signing_key"
    status = 500


def public_key() -> str:
    """The public key in hexadecimal: what both sides keep to compare with."""
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return _key().public_key().public_bytes(*raw).hex()


def sign(message: bytes) -> str:
    """The signature of a message in hexadecimal (RFC 8032)."""
    return _key().sign(message).hex()


def _key() -> Ed25519PrivateKey:
    path = Path(settings.SIGNING_KEY_FILE)
    if not path.exists():
        _make(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SigningKeyError(f"签名密钥 {path.name} 读不出来：{error}；请从备份恢复") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(f"签名密钥 {path.name} 不是 Ed25519 密钥；请从备份恢复")
    return key


def _make(path: Path) -> None:
    """Write a new key; of two processes that try at once one wins and both use its key."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
