"""How a contract's promises were kept: every time limit of the pack with its count of clocks."""

from decimal import Decimal

from steward.contracts.assessment.result import PromiseNode
from steward.contracts.packs.api import Pack, SlaRule
from steward.core.evidence.api import MetricQuery, MetricResult, metric_spec

_METRIC = "desk.clock_compliance"


def promises_of(pack: Pack, query: MetricQuery) -> tuple[PromiseNode, ...]:
    """One node for each time limit, in the pack's order; nothing judged yet is said so."""
    compute = metric_spec(_METRIC).compute
    return tuple(_node(rule, compute(_asked(rule, query))) for rule in pack.sla)


def _asked(rule: SlaRule, query: MetricQuery) -> MetricQuery:
    params = {
        "ticket_kinds": list(rule.ticket_kinds),
        "severities": list(rule.severities),
        "clock_kinds": [rule.clock],
    }
    return MetricQuery(
        contract=query.contract,
        start=query.start,
        end=query.end,
        as_of=query.as_of,
        params=params,
        fresh=query.fresh,
        shared=query.shared,
    )


def _node(rule: SlaRule, result: MetricResult) -> PromiseNode:
    late = sum(1 for event in result.events if not event.excluded)
    return PromiseNode(
        id=rule.id,
        title=rule.title,
        target=rule.target,
        unit=rule.unit,
        basis=rule.basis,
        scores=rule.scores,
        ratio=None if result.value is None else Decimal(result.value),
        judged=result.population,
        late=late,
        excused=len(result.events) - late,
        url=result.url,
        no_data=result.no_data,
        clause_ref=rule.clause.ref,
        clause_quote=rule.clause.quote,
    )
