"""The tree of a checked expression: our own nodes, so that nothing else can reach an engine."""

from collections.abc import Iterator
from dataclasses import dataclass

from steward.engine.expressions.types import DataType

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """`op` is "column", "literal" or the code of an operator or function.

    `value` holds the column's name, the literal's Python value, or a checked constant argument.
    `type` is None until the expression is bound to the columns of a table.
    """

    op: str
    args: "tuple[Node, ...]" = ()
    value: object = None
    at: Position = (1, 1)
    type: DataType | None = None

    def walk(self) -> "Iterator[Node]":
        yield self
        for arg in self.args:
            yield from arg.walk()
