"""Secrets at rest: AES-256-GCM under a key derived from the installation's SECRET_KEY."""

import base64
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from steward.kernel.errors import StewardError

PREFIX = "v1:"
NONCE_BYTES = 12


class UnreadableSecretError(StewardError):
    """A stored secret was encrypted with another key, or changed."""

    code = "notify.unreadable_secret"
    status = 409


def encrypt(text: str) -> str:
    """The text, encrypted and authenticated; the same text gives another token every time."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), PREFIX.encode())
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(token: str) -> str:
    """The inverse; keys of SECRET_KEY_FALLBACKS still open what they sealed.

    UnreadableSecretError when no key fits.
    """
    if not token.startswith(PREFIX):
        raise UnreadableSecretError("保存的密钥无法识别，请重新填写")
    try:
        raw = base64.urlsafe_b64decode(token.removeprefix(PREFIX))
    except ValueError:
        raise UnreadableSecretError("保存的密钥已损坏，请重新填写") from None
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            sealed = raw[NONCE_BYTES:]
            return AESGCM(_key(key)).decrypt(raw[:NONCE_BYTES], sealed, PREFIX.encode()).decode()
        except InvalidTag:
            continue
    raise UnreadableSecretError("保存的密钥无法用当前的系统密钥解开，请重新填写")


def seal(values: Mapping[str, str]) -> str:
    """A mapping of secrets as one encrypted text; an empty one is an empty text."""
    return encrypt(json.dumps(dict(values), ensure_ascii=False, sort_keys=True)) if values else ""


def unseal(text: str) -> dict[str, str]:
    """What `seal` was given; UnreadableSecretError when no key of the platform fits."""
    if not text:
        return {}
    values: dict[str, str] = json.loads(decrypt(text))
    return values


def _key(secret: str | bytes) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"steward.secrets")
    return derive.derive(secret if isinstance(secret, bytes) else secret.encode())
