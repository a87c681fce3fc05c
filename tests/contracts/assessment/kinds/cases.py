"""Tables of cases for rule kinds: parameters and a reading in, points and leaves out."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from steward.contracts.assessment.registry import KINDS, Award, Judgement, Reading
from steward.core.evidence.api import MetricEvent
from steward.kernel.subjects import Subject

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def cases(code: str) -> list[dict[str, Any]]:
    """The cases of one kind."""
    text = Path(__file__).with_name(f"{code}.yaml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = YAML(typ="safe").load(text)
    return found


def _event(number: int, given: dict[str, Any]) -> MetricEvent:
    return MetricEvent(
        key=str(given.get("key", number)),
        subject=Subject("desk.ticket", str(given.get("ticket", number)), ""),
        occurred_at=FIRST + timedelta(days=number),
        label=f"事项 {number}",
        amount=Decimal(str(given.get("amount", 1))),
        excluded=given.get("excluded", ""),
    )


def judge(code: str, case: dict[str, Any]) -> Judgement:
    """Judge a case by its kind."""
    kind = KINDS.get(code)
    value = case.get("value")
    award = case.get("award")
    reading = Reading(
        value=None if value is None else Decimal(str(value)),
        unit=case.get("unit", "count"),
        events=tuple(_event(n, e) for n, e in enumerate(case.get("events", []))),
        award=None if award is None else Award(Decimal(str(award)), "评审人", "理由"),
        ended=case.get("ended", False),
        claimed=case.get("claimed", {}),
    )
    params = kind.Params.model_validate(
        {k: str(v) if isinstance(v, float) else v for k, v in case["params"].items()}
    )
    return kind.judge(params, Decimal(str(case["full"])), reading)


def shown(judgement: Judgement) -> dict[str, Any]:
    """What a case expects, as plain values."""
    return {
        "points": float(judgement.points),
        "leaves": [float(line.points) for line in judgement.lines],
        "excluded": len(judgement.excluded),
    }


def expected(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "points": float(case["points"]),
        "leaves": [float(leaf) for leaf in case.get("leaves", [])],
        "excluded": case.get("excluded_count", 0),
    }
