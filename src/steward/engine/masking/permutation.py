"""A keyed permutation of the numbers below any size: a Feistel network with cycle walking.

The construction is the generalised Feistel cipher of Black and Rogaway (2002, “Ciphers with
arbitrary finite domains”), with HMAC-SM3 as the round function.
"""

from math import isqrt

from cryptography.hazmat.primitives import hashes, hmac

ROUNDS = 10


class Permutation:
    """A bijection of 0 … size − 1 given by a key and a tweak."""

    def __init__(self, key: bytes, size: int, *, tweak: str) -> None:
        self.size = size
        self.left = max(isqrt(size - 1) + 1, 1) if size > 1 else 1
        self.right = -(-size // self.left)
        self.width = max((max(self.left, self.right).bit_length() + 7) // 8, 1)
        start = hmac.HMAC(key, hashes.SM3())
        start.update(f"steward.token:{size}:{tweak}:".encode())
        self._start = start

    def forward(self, number: int) -> int:
        """Where a number goes."""
        number = self._encipher(number)
        while number >= self.size:
            number = self._encipher(number)
        return number

    def backward(self, number: int) -> int:
        """Where a number came from."""
        number = self._decipher(number)
        while number >= self.size:
            number = self._decipher(number)
        return number

    def _encipher(self, number: int) -> int:
        left, right = number % self.left, number // self.left
        for turn in range(0, ROUNDS, 2):
            left = (left + self._noise(turn, right)) % self.left
            right = (right + self._noise(turn + 1, left)) % self.right
        return right * self.left + left

    def _decipher(self, number: int) -> int:
        left, right = number % self.left, number // self.left
        for turn in range(ROUNDS - 2, -1, -2):
            right = (right - self._noise(turn + 1, left)) % self.right
            left = (left - self._noise(turn, right)) % self.left
        return right * self.left + left

    def _noise(self, turn: int, half: int) -> int:
        digest = self._start.copy()
        digest.update(bytes([turn]) + half.to_bytes(self.width, "big"))
        return int.from_bytes(digest.finalize(), "big")
