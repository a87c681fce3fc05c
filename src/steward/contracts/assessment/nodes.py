"""Facts and judgements as nodes of the result tree."""

from steward.contracts.assessment.facts import Answer
from steward.contracts.assessment.registry import Judgement, Line, Reading, RuleKind
from steward.contracts.assessment.result import (
    EventNode,
    IndicatorNode,
    SourceNode,
    VetoNode,
    VetoStatus,
)
from steward.contracts.packs.api import Indicator, Veto
from steward.core.evidence.api import MetricEvent


def event_node(line: Line) -> EventNode:
    """A leaf with the record behind it."""
    if line.event is None:
        return EventNode(label=line.label, points=line.points)
    return _node(line.event, line)


def excluded_node(event: MetricEvent, reason: str) -> EventNode:
    """An event that does not count, and why."""
    return _node(event, Line(event.label, event.amount * 0, event), reason)


def _node(event: MetricEvent, line: Line, reason: str = "") -> EventNode:
    return EventNode(
        label=line.label,
        points=line.points,
        key=event.key,
        subject_kind=event.subject.kind,
        subject_key=event.subject.key,
        subject_label=event.subject.label,
        occurred_at=event.occurred_at,
        amount=event.amount,
        url=event.url,
        group=event.group,
        evidence=event.evidence,
        reason=reason,
    )


def source_node(answer: Answer) -> SourceNode:
    """One source's question and answer."""
    source, result = answer.source, answer.result
    return SourceNode(
        id=source.id,
        title=source.title,
        metric=source.metric,
        params=source.params,
        unit=source.unit,
        planned=source.planned,
        value=result.value,
        population=result.population,
        grade=result.grade,
        url=result.url,
        no_data=answer.missing,
        detail={key: str(value) for key, value in result.detail.items()},
        entered_by=answer.entered_by,
        reason=answer.reason,
        unconfirmed=answer.unconfirmed,
    )


def indicator_node(
    indicator: Indicator,
    reading: Reading,
    judged: tuple[type[RuleKind], Judgement],
    *,
    answers: list[Answer],
) -> IndicatorNode:
    """One line of the table with everything behind its points."""
    kind, judgement = judged
    return IndicatorNode(
        id=indicator.id,
        title=indicator.title,
        rule=kind.code,
        rule_label=kind.label,
        params={k: v for k, v in indicator.rule.items() if k != "kind"},
        full=indicator.points,
        points=judgement.points,
        possible=judgement.possible,
        status="scored" if judgement.scored else "unscored",
        value=reading.award.points if reading.award else reading.value,
        unit="points" if reading.award else reading.unit,
        formula=judgement.formula,
        explanation=judgement.explanation,
        clause_ref=indicator.clause.ref,
        clause_quote=indicator.clause.quote,
        note=indicator.note,
        remedy=indicator.remedy,
        sources=tuple(source_node(answer) for answer in answers),
        events=tuple(event_node(line) for line in judgement.lines),
        excluded=tuple(excluded_node(event, why) for event, why in judgement.excluded),
        population=reading.population,
        grade=reading.grade if reading.population or reading.award else "",
        url=reading.url,
        suggestion=judgement.suggestion,
        suggested_by=judgement.suggested_by,
        reviewer=reading.award.reviewer if reading.award else "",
        unconfirmed=_unconfirmed(reading, answers),
    )


def _unconfirmed(reading: Reading, answers: list[Answer]) -> str:
    """Why something entered here is not settled between the two sides yet."""
    if reading.award is not None:
        return reading.award.unconfirmed
    return next((answer.unconfirmed for answer in answers if answer.unconfirmed), "")


def veto_node(veto: Veto, answer: Answer, judged: tuple[Judgement, str]) -> VetoNode:
    """One veto: clear, triggered, or not to be told for want of data."""
    judgement, missing = judged
    status: VetoStatus = "unscored" if missing else "triggered" if judgement.triggered else "clear"
    return VetoNode(
        id=veto.id,
        title=veto.title,
        status=status,
        explanation=f"未评：{missing}" if missing else judgement.explanation,
        clause_ref=veto.clause.ref,
        clause_quote=veto.clause.quote,
        source=source_node(answer),
        events=tuple(event_node(line) for line in judgement.lines),
        excluded=tuple(excluded_node(event, why) for event, why in judgement.excluded),
    )
