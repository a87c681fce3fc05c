"""The secrets of a probe as one encrypted text."""

import json
from collections.abc import Mapping

from steward.core.notify.api import decrypt, encrypt


def seal(values: Mapping[str, str]) -> str:
    """Encrypt a mapping; an empty one is kept as an empty text."""
    return encrypt(json.dumps(dict(values), ensure_ascii=False, sort_keys=True)) if values else ""


def unseal(text: str) -> dict[str, str]:
    """Decrypt what `seal` made; UnreadableSecretError when no key of the platform fits."""
    if not text:
        return {}
    values: dict[str, str] = json.loads(decrypt(text))
    return values
