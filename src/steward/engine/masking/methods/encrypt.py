"""Encryption that only the key holder undoes, and that shows any change."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from pydantic import Field

from steward.engine.masking.base import (
    InvalidMaskingError,
    Method,
    MissingKeyError,
    Parameters,
    methods,
)

_NONCE, _TAG = 12, 16


class EncryptParameters(Parameters):
    """`key`: the name of a key of 16 bytes; it is part of the result, so that keys can rotate."""

    key: str = Field(default="masking", min_length=1, pattern=r"^[^:]+$")


@methods.register
class Encrypt(Method):
    """SM4 (GB/T 32907-2016) in GCM with a random nonce, bound to the name of the column."""

    code = "encrypt"
    label = "加密（SM4-GCM）"
    deterministic = False
    reversible = True
    Parameters = EncryptParameters

    def transform(self, value: str) -> str:
        nonce = os.urandom(_NONCE)
        cipher = Cipher(self._algorithm(self.options.key), modes.GCM(nonce)).encryptor()
        cipher.authenticate_additional_data(self.column.encode())
        body = cipher.update(value.encode()) + cipher.finalize()
        text = base64.urlsafe_b64encode(nonce + body + cipher.tag).decode()
        return f"sm4:{self.options.key}:{text}"

    def reveal(self, text: str) -> str:
        """The value; InvalidMaskingError where the text was changed or is of another column."""
        kind, _, rest = text.partition(":")
        name, _, body = rest.partition(":")
        try:
            data = base64.urlsafe_b64decode(body)
        except (binascii.Error, ValueError):
            data = b""
        if kind != "sm4" or len(data) < _NONCE + _TAG:
            raise InvalidMaskingError(f"列“{self.column}”的内容不是本系统的密文，无法解密")
        nonce, sealed, tag = data[:_NONCE], data[_NONCE:-_TAG], data[-_TAG:]
        cipher = Cipher(self._algorithm(name), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(self.column.encode())
        try:
            return (cipher.update(sealed) + cipher.finalize()).decode()
        except InvalidTag:
            raise InvalidMaskingError(
                f"列“{self.column}”的密文被改动、不属于本列或密钥不符，已拒绝解密",
                column=self.column,
            ) from None

    def _algorithm(self, name: str) -> algorithms.SM4:
        key = self.keys.get(name)
        if len(key) != 16:
            raise MissingKeyError(f"密钥“{name}”应为 16 字节，不能用于 SM4 加密", key=name)
        return algorithms.SM4(key)
