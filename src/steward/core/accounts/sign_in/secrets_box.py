"""Short secrets at rest: encrypted with a key derived from the installation's own."""

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str) -> str:
    """The text, encrypted and authenticated (AES-128-CBC with HMAC-SHA256)."""
    return _box().encrypt(text.encode()).decode()


def open_box(sealed: str) -> str:
    """The inverse of `seal`; cryptography.fernet.InvalidToken when the key or text is another."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"steward.second-factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
