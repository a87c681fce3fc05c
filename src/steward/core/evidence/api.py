"""Facade of evidence: keep a fact, seal, verify; offer and read metrics."""

from steward.core.evidence.bundle import ACCEPTANCE_FORMAT, VERIFIER
from steward.core.evidence.marking import marks
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
from steward.core.evidence.partials import Partial, Stretch, partials, sweep_partials
from steward.core.evidence.queries import (
    EvidenceInfo,
    SealInfo,
    UnknownEvidenceError,
    blobs_of,
    export_bundle,
    get,
    latest_seal,
    of_subject,
    verify_stored,
)
from steward.core.evidence.services import Fact, keep, keep_many, seal, seal_all
from steward.core.evidence.signing import public_key
from steward.core.evidence.verifier import Verdict, verify

__all__ = [
    "ACCEPTANCE_FORMAT",
    "VERIFIER",
    "EvidenceInfo",
    "Fact",
    "Grade",
    "MetricEvent",
    "MetricQuery",
    "MetricResult",
    "MetricSpec",
    "Partial",
    "SealInfo",
    "Stretch",
    "UnknownEvidenceError",
    "UnknownMetricError",
    "Verdict",
    "blobs_of",
    "export_bundle",
    "get",
    "keep",
    "keep_many",
    "latest_seal",
    "marks",
    "metric",
    "metric_spec",
    "metric_specs",
    "of_subject",
    "partials",
    "public_key",
    "seal",
    "seal_all",
    "sweep_partials",
    "verify",
    "verify_stored",
]
