"""Facade of evidence: keep a fact, seal, verify; offer and read metrics."""

from steward.core.evidence.metrics_registry import (
    MetricEvent,
    MetricQuery,
    MetricResult,
    MetricSpec,
    UnknownMetricError,
    metric,
    metric_spec,
    metric_specs,
)
from steward.core.evidence.models import Grade
from steward.core.evidence.services import Fact, keep

__all__ = [
    "Fact",
    "Grade",
    "MetricEvent",
    "MetricQuery",
    "MetricResult",
    "MetricSpec",
    "UnknownMetricError",
    "keep",
    "metric",
    "metric_spec",
    "metric_specs",
]
