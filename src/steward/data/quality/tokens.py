"""What names a row outside the platform without showing its key, and proves it is unchanged."""

import json
from collections.abc import Mapping, Sequence

from django.utils.crypto import constant_time_compare, salted_hmac

SIZE = 24
Texts = Mapping[str, str | None]


def token_of(table_id: int, key: Texts) -> str:
    """An opaque name of a row; the same for ever."""
    text = json.dumps([table_id, list(key.values())], ensure_ascii=False)
    return salted_hmac("steward.quality.row", text, algorithm="sha256").hexdigest()[:SIZE]


def seal_of(token: str, order_id: int, values: Sequence[str | None], *, unmasked: bool) -> str:
    """A checksum over a row as it was handed out; it says whether values were masked."""
    text = json.dumps([token, order_id, unmasked, list(values)], ensure_ascii=False)
    digest = salted_hmac("steward.quality.seal", text, algorithm="sha256").hexdigest()[:SIZE]
    return f"{'Y' if unmasked else 'T'}{digest}"


def is_sealed(seal: str, token: str, order_id: int, *, values: Sequence[str | None]) -> bool:
    """Whether the checksum belongs to the row with these values."""
    wanted = seal_of(token, order_id, values, unmasked=seal.startswith("Y"))
    return constant_time_compare(seal, wanted)
