"""Secrets of probes at rest: AES-256-GCM with a key derived from the installation's key."""

import base64
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from steward.kernel.errors import StewardError

_NONCE = 12
_PREFIX = "v1:"


class UnreadableSecretError(StewardError):
    """The stored secrets were written with another key."""

    code = "monitoring.unreadable_secret"
    status = 409


def _cipher() -> AESGCM:
    derive = HKDF(SHA256(), length=32, salt=None, info=b"steward.monitoring.secrets")
    return AESGCM(derive.derive(settings.SECRET_KEY.encode()))


def seal(values: Mapping[str, str]) -> str:
    """Encrypt a mapping; an empty one is kept as an empty text."""
    if not values:
        return ""
    nonce = os.urandom(_NONCE)
    plain = json.dumps(dict(values), ensure_ascii=False, sort_keys=True).encode()
    return _PREFIX + base64.b64encode(nonce + _cipher().encrypt(nonce, plain, None)).decode()


def unseal(text: str) -> dict[str, str]:
    """Decrypt what `seal` made; UnreadableSecretError when the key has changed."""
    if not text:
        return {}
    try:
        raw = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
        plain = _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], None)
    except (InvalidTag, ValueError) as error:
        raise UnreadableSecretError(
            "无法解开保存的密码：平台密钥已更换，请在监测项里重新填写密码"
        ) from error
    values: dict[str, str] = json.loads(plain)
    return values
