from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from steward.contracts.assessment.registry import (
    KINDS,
    ZERO,
    Judgement,
    Line,
    NotNegative,
    Reading,
    RuleKind,
    RuleParams,
    percent,
)
from steward.kernel.canonical import decimal_text as plain

Edge = Annotated[Decimal, Field(ge=0, le=1)]


class Band(BaseModel):
    """A half-open range of the ratio and its points; the band that ends at 1 holds 1."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    low: Edge = Field(alias="from")
    high: Edge = Field(alias="to")
    points: NotNegative


class Params(RuleParams):
    """Bands that together hold every ratio from 0 to 1 once."""

    bands: Annotated[tuple[Band, ...], Field(min_length=1)]


@KINDS.register
class RatioBand(RuleKind):
    """Points by the band in which a ratio lies."""

    code = "ratio_band"
    label = "按比率分档得分"
    Params = Params
    units = ("ratio",)

    @classmethod
    def terms(cls, params: Any) -> str:
        return "；".join(
            f"{percent(band.low)}—{percent(band.high)} 得 {plain(band.points)} 分"
            for band in params.bands
        )

    @classmethod
    def judge(cls, params: Any, full: Decimal, reading: Reading) -> Judgement:
        value = min(Decimal(1), max(ZERO, reading.value or ZERO))
        band = next(
            band
            for band in params.bands
            if band.low <= value < band.high or value == band.high == 1
        )
        points = max(params.floor, min(full, band.points))
        words = f"实测 {percent(value)}，在 {percent(band.low)}—{percent(band.high)} 档"
        lost = full - points
        lines = (Line(words, -lost),) if lost else ()
        return Judgement(points, points, f"该档 {plain(points)} 分", words, lines)

    @classmethod
    def check(cls, params: Any, points: Decimal, units: tuple[str, ...]) -> list[tuple[str, str]]:
        problems = super().check(params, points, units)
        edge, last = ZERO, ZERO
        for band in sorted(params.bands, key=lambda band: band.low):
            if band.low != edge:
                words = "有重叠" if band.low < edge else "有空档"
                problems.append(
                    ("bands", f"分档{words}：{plain(edge)} 与 {plain(band.low)} 不相接")
                )
            if band.high <= band.low:
                problems.append(("bands", f"分档的 to 须大于 from（{plain(band.low)}）"))
            if band.points < last:
                problems.append(("bands", "比率更高的档，分数不能更低"))
            if band.points > points:
                problems.append(("bands", f"分档分数不能超过满分 {plain(points)}"))
            edge, last = band.high, band.points
        if edge != 1:
            problems.append(("bands", f"分档须到 1 为止，现在到 {plain(edge)}"))
        return problems
