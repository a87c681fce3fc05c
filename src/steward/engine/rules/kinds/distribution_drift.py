import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pydantic import Field
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import ColumnParameters, Rows, TableKind, Value, Verdict, kinds
from steward.engine.rules.model import Dimension

MAX_CATEGORIES = 1000
_EMPTY = "（空）"
_FLOOR = 0.0001  # a category unseen on one side counts as this share, as is usual for PSI


class DistributionDriftParameters(ColumnParameters):
    max_psi: Decimal = Field(
        default=Decimal("0.2"), gt=0, description="群体稳定性指数上限；0.1 轻微，0.2 明显"
    )
    expected: Mapping[str, Decimal] = Field(
        default_factory=dict, description="各值应占的比例；不写则与上次检查相比"
    )


@kinds.register
class DistributionDrift(TableKind[DistributionDriftParameters]):
    """The shares of a column's values stay close to expected ones or to the last run (PSI)."""

    code = "distribution_drift"
    label = "分布漂移"
    description = "各值所占比例与应有的比例或上次检查相比，群体稳定性指数（PSI）不超过上限"
    dimension = Dimension.ACCURACY
    Parameters = DistributionDriftParameters
    message = "{column}的分布变化过大（PSI {psi}）"
    remedy = "查看占比变化最大的值，核对来源系统的编码和归集范围"
    empty_policy = "空值算一类；文本逐字区分"

    def queries(
        self, parameters: DistributionDriftParameters, context: Context
    ) -> list[exp.Select]:
        value, kind = context.column(parameters.column)
        if kind not in {DataType.TEXT, DataType.INTEGER, DataType.DATE}:
            raise RuleError(f"列“{parameters.column}”是{kind.label}，分布只对文本、整数、日期检查")
        key = context.sql.key(value, kind)
        text = exp.Max(this=context.sql.text(value.copy(), kind))
        rows: exp.Expr = exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True)
        return [
            exp.select(exp.alias_(text, "v", quoted=True), rows)
            .from_(context.rows())
            .group_by(key)
            .limit(MAX_CATEGORIES + 1)
        ]

    def judge(
        self, parameters: DistributionDriftParameters, answers: Sequence[Rows], context: Context
    ) -> Verdict:
        if len(answers[0]) > MAX_CATEGORIES:
            raise RuleError(
                f"列“{parameters.column}”的不同值超过 {MAX_CATEGORIES} 个，不宜比较分布"
            )
        counts = {_name(value): int(rows) for value, rows in answers[0]}
        total = sum(counts.values())
        shares = {name: rows / total for name, rows in counts.items()}
        observed: dict[str, Value] = {f"share:{name}": share for name, share in shares.items()}
        base = _baseline(parameters, context)
        if not base or not total:
            return Verdict(passed=True, observed=observed, detail="没有可比的分布，本次作为基线")
        psi, moved = _psi(shares, base)
        observed["psi"] = round(psi, 6)
        detail = f"PSI {psi:.4f}，上限 {parameters.max_psi}，变化最大的值：{moved}"
        return Verdict(passed=psi <= float(parameters.max_psi), observed=observed, detail=detail)


def _name(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode()
    return _EMPTY if value is None else str(value)


def _baseline(parameters: DistributionDriftParameters, context: Context) -> dict[str, float]:
    if parameters.expected:
        return {name: float(share) for name, share in parameters.expected.items()}
    return {
        key.removeprefix("share:"): float(share)
        for key, share in context.previous.items()
        if key.startswith("share:") and isinstance(share, int | float)
    }


def _psi(shares: Mapping[str, float], base: Mapping[str, float]) -> tuple[float, str]:
    terms: dict[str, float] = {}
    for name in sorted({*shares, *base}):
        now, before = max(shares.get(name, 0.0), _FLOOR), max(base.get(name, 0.0), _FLOOR)
        terms[name] = (now - before) * math.log(now / before)
    return sum(terms.values()), max(terms, key=lambda name: terms[name])
