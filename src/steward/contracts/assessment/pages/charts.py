"""What the charts of the score pages draw: plain data for `charts.js`, with the words of each."""

from collections.abc import Sequence
from typing import Any

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.kernel.canonical import decimal_text
from steward.kernel.instants import local

_DAYS = 400


def _points(code: str) -> list[dict[str, str]]:
    return [
        {"x": f"{local(row.as_of):%Y-%m-%d}", "y": decimal_text(row.points)}
        for row in assessment.daily_snapshots(code, limit=_DAYS)
    ]


def portfolio_chart(contracts: Sequence[packs.ContractInfo]) -> dict[str, Any]:
    """The confirmed points of each assessed contract by the share of its term that has passed."""
    lines = []
    for contract in contracts:
        kept = assessment.daily_snapshots(contract.code, limit=_DAYS)
        term = contract.end - contract.start
        points = [
            {"x": (row.as_of - contract.start) * 100 // term, "y": decimal_text(row.points)}
            for row in kept
            if row.possible
        ]
        if len(points) > 1:
            lines.append({"label": contract.title, "points": points})
    return {"kind": "term", "lines": lines}


def days_chart(code: str, result: assessment.ScoreResult) -> dict[str, Any]:
    """The confirmed points of one contract day by day, with the line of full payment."""
    full_at = result.pay.full_at
    return {
        "kind": "days",
        "lines": [{"label": "已确认得分", "points": _points(code)}],
        "line": None if full_at is None else decimal_text(full_at),
        "maximum": decimal_text(result.maximum),
    }


def losses_chart(result: assessment.ScoreResult) -> dict[str, Any]:
    """For each group of the table: kept, still open, and lost points."""
    return {
        "kind": "groups",
        "labels": [group.title for group in result.groups],
        "kept": [decimal_text(group.points) for group in result.groups],
        "open": [decimal_text(group.possible - group.points) for group in result.groups],
        "lost": [decimal_text(group.full - group.possible) for group in result.groups],
    }
