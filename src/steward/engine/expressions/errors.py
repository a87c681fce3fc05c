"""What a person who wrote an expression or a pattern is told."""

from typing import ClassVar

from steward.kernel.errors import StewardError


class ExpressionError(StewardError):
    """An expression outside the checked subset; data: line and column, both from 1."""

    code: ClassVar[str] = "expressions.invalid"
    status: ClassVar[int] = 422

    def __init__(self, reason: str, at: tuple[int, int] = (1, 1), /) -> None:
        line, column = at
        super().__init__(f"第 {line} 行第 {column} 列：{reason}", line=line, column=column)
        self.reason = reason


class PatternError(StewardError):
    """A regular expression that some engine would not understand, or understand otherwise."""

    code: ClassVar[str] = "expressions.pattern"
    status: ClassVar[int] = 422

    def __init__(self, reason: str, position: int, /) -> None:
        super().__init__(f"正则表达式第 {position + 1} 个字符：{reason}", position=position)
        self.reason = reason


class EvaluationError(StewardError):
    """A value of the row that the expression cannot work with (out of range, wrong type)."""

    code: ClassVar[str] = "expressions.evaluation"
    status: ClassVar[int] = 422
