"""A keyed digest: equal values stay equal, nobody without the key can try values."""

from functools import cached_property

from cryptography.hazmat.primitives import hashes, hmac
from pydantic import Field

from steward.engine.masking.base import Method, MissingKeyError, Parameters, methods


class HashParameters(Parameters):
    """`key`: the name of a key of at least 16 bytes."""

    key: str = Field(default="masking", min_length=1)


@methods.register
class Hash(Method):
    """HMAC with SM3 (GB/T 32905-2016), 64 hexadecimal digits."""

    code = "hash"
    label = "带密钥摘要（SM3）"
    Parameters = HashParameters

    def transform(self, value: str) -> str:
        digest = self._keyed.copy()
        digest.update(value.encode())
        return digest.finalize().hex()

    @cached_property
    def _keyed(self) -> hmac.HMAC:
        key = self.keys.get(self.options.key)
        if len(key) < 16:
            raise MissingKeyError(f"密钥“{self.options.key}”不足 16 字节，不能用于摘要")
        return hmac.HMAC(key, hashes.SM3())
