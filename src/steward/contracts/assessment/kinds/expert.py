from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from steward.contracts.assessment.kinds import per_percent_below, ratio_band
from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    Reading,
    RuleKind,
    RuleParams,
    percent,
    rounded,
)
from steward.kernel.canonical import decimal_text as plain

Suggestion = tuple[Decimal | None, str]


class Below(per_percent_below.Params):
    """Suggest by the distance of the ratio from a target."""

    kind: Literal["per_percent_below"]


class Bands(ratio_band.Params):
    """Suggest by the band that holds the ratio."""

    kind: Literal["ratio_band"]


class Params(RuleParams):
    """A reviewer gives the points; what is measured only suggests some.

    `suggest_deduct` points for each event that the sources count. `suggest` is a target or bands
    for a measured ratio; a ratio without either suggests its share of the full points.
    """

    suggest_deduct: Annotated[Decimal, Field(gt=0)] | None = None
    suggest: Annotated[Below | Bands, Field(discriminator="kind")] | None = None


_SUGGESTING: dict[str, type[RuleKind]] = {
    "per_percent_below": per_percent_below.PerPercentBelow,
    "ratio_band": ratio_band.RatioBand,
}


@KINDS.register
class Expert(RuleKind):
    """Points by a named reviewer with a reason; metrics only suggest."""

    code = "expert"
    label = "专家评分"
    Params = Params
    needs_source = False

    @classmethod
    def terms(cls, params: Any) -> str:
        if params.suggest is None:
            return "专家评分，双方确认"
        words = _SUGGESTING[params.suggest.kind].terms(params.suggest)
        return f"专家评分，双方确认；建议分：{words}"

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        suggestion, why = suggested(params, full, reading)
        if reading.award is None:
            told = "待评分" if suggestion is None else f"待评分，建议 {plain(suggestion)} 分"
            return Judgement(
                min(full, params.floor), full, "未评", told, scored=False,
                suggestion=suggestion, suggested_by=why,
            )  # fmt: skip
        points = max(min(full, params.floor), min(full, reading.award.points))
        told = f"{reading.award.reviewer}评 {plain(points)} 分：{reading.award.reason}"
        lost = full - points
        lines = (Line(reading.award.reason, -lost),) if lost else ()
        return Judgement(
            points, points, plain(points), told, lines, suggestion=suggestion, suggested_by=why
        )

    @classmethod
    def check(cls, params: Any, points: Decimal, units: tuple[str, ...]) -> list[tuple[str, str]]:
        problems = super().check(params, points, units)
        if "ratio" in units and set(units) != {"ratio"}:
            problems.append(("", "由比率给出建议分的指标，各取数来源的单位都须是 ratio"))
        if params.suggest is not None:
            if units != ("ratio",):
                problems.append(("suggest", "按目标或分档给出建议分，须有一个单位为 ratio 的来源"))
            kind = _SUGGESTING[params.suggest.kind]
            found = kind.check(params.suggest, points, units)
            problems += [("suggest", words) for _, words in found]
        return problems


def suggested(params: Any, full: Decimal, reading: Reading) -> Suggestion:
    """The points that the data suggests, and the arithmetic of it in words; None without data."""
    if reading.value is None:
        return None, f"没有建议分：{reading.no_data}" if reading.no_data else ""
    if reading.unit == "ratio":
        points, why = _by_ratio(params, full, reading)
    elif params.suggest_deduct is not None:
        points, why = _by_count(params, full, reading)
    else:
        return None, ""
    return max(min(full, params.floor), min(full, points)), why


def _by_ratio(params: Any, full: Decimal, reading: Reading) -> tuple[Decimal, str]:
    if params.suggest is not None:
        judged = _SUGGESTING[params.suggest.kind].judge(params.suggest, full, reading)
        return judged.points, f"{judged.explanation}；{judged.formula}"
    ratio = min(Decimal(1), max(ZERO, reading.value or ZERO))
    points = rounded(full * ratio)
    told = f"实测 {percent(ratio)}；{plain(full)} × {percent(ratio)} = {plain(points)}"
    return points, f"{told}（合同没有写算法，按满分的相应比例折算，仅供双方参考）"


def _by_count(params: Any, full: Decimal, reading: Reading) -> tuple[Decimal, str]:
    counted = [event for event in reading.events if not event.excluded]
    times = Decimal(len(counted)) if reading.events else reading.value or ZERO
    points = max(ZERO, full - times * params.suggest_deduct)
    deduct = plain(params.suggest_deduct)
    return (
        points,
        f"{plain(times)} 次，每次 {deduct} 分；{plain(full)} − {plain(times)} × {deduct}，不低于 0",
    )
