"""Metrics: facts that apps offer to contracts, each with the records behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from steward.kernel.errors import StewardError
from steward.kernel.subjects import Subject


class UnknownMetricError(StewardError):
    """A contract names a metric that no app offers."""

    code = "evidence.unknown_metric"
    status = 404


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """What is asked: one contract, the half-open period [start, end), as known at `as_of`.

    Only facts recorded before `as_of` count, so that a settled figure can be made again.
    `params` are the metric's own, checked by the contract's linter against `MetricSpec.params`.
    `fresh` asks for nothing remembered; `shared` is a place where the metrics of one gathering
    keep what several of them read.
    """

    contract: str
    start: datetime
    end: datetime
    as_of: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = False
    shared: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MetricEvent:
    """One thing that counts (a breach, an outage, a missing document).

    `key` is stable for ever; `amount` what it weighs (1 for a count, seconds for an outage);
    `excluded` the reason and document when both sides agreed that it does not count; `group`
    the incident that several events belong to.
    """

    key: str
    subject: Subject
    occurred_at: datetime
    label: str
    amount: Decimal = Decimal(1)
    url: str = ""
    excluded: str = ""
    group: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricResult:
    """The figure and what made it.

    `value` None means no data, with the reason in `no_data`; `population` counts the records
    looked at and `url` opens exactly those; `grade` is the weakest evidence behind it (A–D).
    """

    value: Decimal | None
    events: tuple[MetricEvent, ...] = ()
    population: int = 0
    grade: str = "A"
    no_data: str = ""
    url: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def nothing(cls, reason: str) -> "MetricResult":
        """No data, and why; it never counts as met."""
        return cls(value=None, no_data=reason)


MetricFunction = Callable[[MetricQuery], MetricResult]


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric's words; `unit` is one of ratio, count, seconds, points; `params` names allowed
    parameters with their words.
    """

    code: str
    label: str
    unit: str
    params: Mapping[str, str]
    compute: MetricFunction


_METRICS: dict[str, MetricSpec] = {}


def metric(
    *, code: str, label: str, unit: str, params: Mapping[str, str] | None = None
) -> Callable[[MetricFunction], MetricFunction]:
    """Offer a function as a metric (in the app's `metrics.py`)."""

    def decorate(compute: MetricFunction) -> MetricFunction:
        if code in _METRICS:
            raise ValueError(f"metric {code!r} is offered twice")
        _METRICS[code] = MetricSpec(code, label, unit, dict(params or {}), compute)
        return compute

    return decorate


def metric_spec(code: str) -> MetricSpec:
    """The metric of a code; UnknownMetricError names the ones that exist."""
    try:
        return _METRICS[code]
    except KeyError:
        raise UnknownMetricError(
            f"没有名为“{code}”的指标取数，可用：{'、'.join(sorted(_METRICS))}",
            known=sorted(_METRICS),
        ) from None


def metric_specs() -> list[MetricSpec]:
    return [_METRICS[code] for code in sorted(_METRICS)]
