"""Run one probe as the prober does."""

from datetime import UTC, datetime, timedelta
from typing import Any

from steward.operations.monitoring import schema
from steward.operations.monitoring.registry import ProbeContext, ProbeResult
from steward.operations.monitoring.runner import run

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


async def probe(
    code: str,
    *,
    now: datetime = NOW,
    timeout: float = 5,  # noqa: ASYNC109
    last_beat_at: datetime | None = None,
    watching_since: datetime | None = None,
    **settings: Any,
) -> ProbeResult:
    context = ProbeContext(now, timedelta(seconds=timeout), last_beat_at, watching_since)
    return await run(code, schema.validate(code, settings), context)


def faults(code: str, **settings: Any) -> dict[str, str]:
    """The sentence for each field that the schema refuses."""
    try:
        schema.validate(code, settings)
    except schema.InvalidSettingsError as error:
        return error.fields
    return {}
