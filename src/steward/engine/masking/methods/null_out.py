"""Nothing left."""

from sqlglot import exp

from steward.engine.masking.base import Method, methods


@methods.register
class NullOut(Method):
    """Any value → no value."""

    code = "null_out"
    label = "置空"

    def expression(self, value: exp.Expr) -> exp.Expr:
        del value
        return exp.Cast(this=exp.null(), to=exp.DataType.build("VARCHAR"))
