"""Expressions that people write: a checked subset of SQL, one language for bulk and for forms.

`parse_expression` reads text, `bind_condition` checks it against the columns of a table,
`compile_expression` writes SQL for an engine, `evaluate` answers for one row in Python.
"""

from steward.engine.expressions.bind import BoundExpression, bind, bind_condition
from steward.engine.expressions.compile import compile_expression
from steward.engine.expressions.errors import EvaluationError, ExpressionError, PatternError
from steward.engine.expressions.evaluate import evaluate
from steward.engine.expressions.functions import FUNCTIONS
from steward.engine.expressions.parse import Expression, parse_expression
from steward.engine.expressions.pattern import Flavour, Pattern
from steward.engine.expressions.sql import PortableSql
from steward.engine.expressions.types import DataType

__all__ = [
    "FUNCTIONS",
    "BoundExpression",
    "DataType",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Flavour",
    "Pattern",
    "PatternError",
    "PortableSql",
    "bind",
    "bind_condition",
    "compile_expression",
    "evaluate",
    "parse_expression",
]
