"""A stand-in of the same shape: digits for digits, letters for letters, Chinese for Chinese."""

from pydantic import Field

from steward.engine.masking.base import Method, MissingKeyError, Parameters, methods
from steward.engine.masking.permutation import Permutation

_CLASSES = (
    ("0", "9"),
    ("a", "z"),
    ("A", "Z"),
    ("\u4e00", "\u9fa5"),
)


class TokenParameters(Parameters):
    """`start` and `end`: characters that stay, such as the region of a citizen id."""

    key: str = Field(default="masking", min_length=1)
    start: int = Field(default=0, ge=0, le=32)
    end: int = Field(default=0, ge=0, le=32)


@methods.register
class Token(Method):
    """13812345678 → 13840937215: a keyed permutation, so two values never share a token.

    Characters of no class (marks, spaces) stay. The key turns a token back into its value. A
    check digit in it no longer fits, which shows that it is a token.
    """

    code = "token"
    label = "保留格式的令牌"
    reversible = True
    Parameters = TokenParameters

    def transform(self, value: str) -> str:
        return self._turn(value, forward=True)

    def reveal(self, token: str) -> str:
        """The value that a token stands for."""
        return self._turn(token, forward=False)

    def _turn(self, text: str, *, forward: bool) -> str:
        key = self.keys.get(self.options.key)
        if len(key) < 16:
            raise MissingKeyError(f"密钥“{self.options.key}”不足 16 字节，不能用于令牌")
        last = len(text) - self.options.end
        letters = list(text)
        for number, (low, high) in enumerate(_CLASSES):
            places = [
                place
                for place in range(self.options.start, max(last, self.options.start))
                if low <= text[place] <= high
            ]
            base = ord(high) - ord(low) + 1
            if not places:
                continue
            index = 0
            for place in places:
                index = index * base + ord(text[place]) - ord(low)
            turned = Permutation(key, base ** len(places), tweak=f"{number}:{len(places)}")
            index = turned.forward(index) if forward else turned.backward(index)
            for place in reversed(places):
                index, rest = divmod(index, base)
                letters[place] = chr(ord(low) + rest)
        return "".join(letters)
