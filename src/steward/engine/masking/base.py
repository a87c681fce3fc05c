"""What a masking method is: an SQL expression where SQL can say it, a function of text elsewhere."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlglot import exp

from steward.kernel.errors import InvalidError
from steward.kernel.registry import Extension, Registry


class InvalidMaskingError(InvalidError):
    """A masking method or its parameters are not usable."""

    code = "engine.masking.invalid"


class MissingKeyError(InvalidError):
    """A keyed method has no key, or one of the wrong size."""

    code = "engine.masking.missing_key"


class Keys:
    """Keys by name, never shown. A name that is rotated gets a new name, not a new key."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)

    def get(self, name: str) -> bytes:
        """The key; MissingKeyError names it."""
        if name not in self._keys:
            raise MissingKeyError(f"没有名为“{name}”的密钥，请先在密钥库登记", key=name)
        return self._keys[name]

    def __repr__(self) -> str:
        return f"Keys({', '.join(sorted(self._keys))})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("keys are not serialised")


class Parameters(BaseModel):
    """What a method asks for; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Method(Extension):
    """A way to mask a column. `Parameters` is the model of its options.

    `deterministic`: equal values have equal results, so that tables still join; `reversible`:
    whoever holds the key gets the value back. A missing value stays missing under every method.
    """

    deterministic: ClassVar[bool] = True
    reversible: ClassVar[bool] = False
    Parameters: ClassVar[type[Parameters]] = Parameters

    def __init__(self, column: str, options: Mapping[str, Any], keys: Keys) -> None:
        self.column = column
        self.keys = keys
        try:
            self.options: Any = self.Parameters.model_validate(dict(options))
        except ValidationError as error:
            place = "、".join(".".join(map(str, item["loc"])) for item in error.errors())
            raise InvalidMaskingError(
                f"列“{column}”的脱敏方法“{self.label}”参数有误：{place or error.errors()[0]['msg']}",
                column=column,
            ) from None

    def expression(self, value: exp.Expr) -> exp.Expr | None:
        """The masked value as SQL over `value`; None where SQL cannot say it."""
        del value
        return None

    def transform(self, value: str) -> str:
        """The masked text of one text; only asked where there is no expression."""
        raise NotImplementedError(value)


methods: Registry[Method] = Registry("steward.engine.masking.methods")


def text_of(value: exp.Expr) -> exp.Expr:
    """The value as text."""
    return exp.Cast(this=value.copy(), to=exp.DataType.build("VARCHAR"))


def length_of(value: exp.Expr) -> exp.Expr:
    """Characters of a text."""
    return exp.Length(this=value.copy())


def part_of(value: exp.Expr, start: exp.Expr | int, size: int) -> exp.Expr:
    """`size` characters from `start`, counted from 1."""
    first = exp.Literal.number(start) if isinstance(start, int) else start
    return exp.Substring(this=value.copy(), start=first, length=exp.Literal.number(size))
