from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Count, Q, QuerySet

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.desk.surveys.choices import RoundState
from steward.desk.surveys.figures import (
    SMALLEST_GROUP,
    Dimension,
    Terms,
    distribution,
    pooled,
    ratio,
    shown_groups,
)
from steward.desk.surveys.models import (
    Answer,
    Questionnaire,
    QuestionnaireVersion,
    Recipient,
    Round,
    TicketRating,
)
from steward.desk.surveys.questions import Question, read_questions
from steward.kernel.errors import NotFoundError

VIEW, RUN = "surveys.round.view", "surveys.round.client"


@dataclass(frozen=True, slots=True)
class RoundInfo:
    """A round as other apps see it; `value` is the figure by the round's own terms."""

    id: int
    contract: str
    title: str
    state: str
    period_start: date
    period_end: date
    closed_at: datetime | None
    grade: str
    asked: int
    answered: int
    value: Decimal | None


def rounds_for(user: Somebody, permission: str = VIEW) -> QuerySet[Round]:
    """The rounds of the client bodies that somebody may see with a permission."""
    if not access.can(user, permission):
        return Round.objects.none()
    bodies = access.visible_organizations(user, permission)
    rows = Round.objects.all()
    return rows if bodies is None else rows.filter(organization_id__in=bodies)


def round_for(user: Somebody, round_id: int, permission: str = VIEW) -> Round:
    """One round through its scope; NotFoundError whether unknown or forbidden."""
    rows = rounds_for(user, permission).select_related("version__questionnaire", "organization")
    found = rows.filter(pk=round_id).first()
    if found is None:
        raise NotFoundError("没有这次调查")
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a round is: sizes of population and sample, how many answered."""

    population: int
    sampled: int
    answered: int

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.answered) / self.sampled if self.sampled else None


def standings(round_ids: list[int]) -> dict[int, Standing]:
    """The standing of several rounds, in one query."""
    rows = (
        Recipient.objects.filter(round_id__in=round_ids)
        .order_by()
        .values("round_id")
        .annotate(
            population=Count("id"),
            sampled=Count("id", filter=Q(is_sampled=True)),
            answered=Count("id", filter=Q(has_answered=True)),
        )
    )
    found = {r["round_id"]: Standing(r["population"], r["sampled"], r["answered"]) for r in rows}
    return {pk: found.get(pk, Standing(0, 0, 0)) for pk in round_ids}


def standing(round_id: int) -> Standing:
    return standings([round_id])[round_id]


def questions_of(row: Round) -> tuple[Question, ...]:
    return read_questions(row.version.questions)


@dataclass(frozen=True, slots=True)
class Group:
    """The figure of one organisation, or of several small ones together."""

    name: str
    units: tuple[str, ...]
    answers: int
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class ChoiceTally:
    title: str
    counts: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Results:
    """What a closed round says; empty below three answers."""

    answers: int
    terms: Terms
    value: Decimal | None
    counts: Mapping[int, int]
    dimensions: list[Dimension]
    groups: list[Group]
    tallies: list[ChoiceTally]
    texts: list[tuple[str, list[str]]]

    @property
    def is_enough(self) -> bool:
        return self.answers >= self.terms.minimum


def results(row: Round, terms: Terms | None = None) -> Results:
    """The results of a round by its own terms or by others; free text shuffled."""
    terms = terms or row.terms
    questions = questions_of(row)
    rows = list(Answer.objects.filter(round=row).values_list("unit", "content"))
    contents = [content for _, content in rows]
    if len(rows) < SMALLEST_GROUP:
        return Results(len(rows), terms, None, {}, [], [], [], [])
    dimensions = distribution(questions, contents)
    counts = pooled(dimensions, terms)
    return Results(
        answers=len(rows),
        terms=terms,
        value=ratio(counts, terms),
        counts=counts,
        dimensions=dimensions,
        groups=_groups(questions, rows, terms),
        tallies=[_tally(q, contents) for q in questions if q.kind == "choice"],
        texts=[
            (q.title, shuffled([str(c[q.code]) for c in contents if q.code in c]))
            for q in questions
            if q.kind == "text"
        ],
    )


def shuffled(texts: list[str]) -> list[str]:
    """In an order that tells nothing: by hash, so that it is the same for everybody who looks."""
    return sorted(texts, key=lambda text: sha256(text.encode()).digest())


def _groups(
    questions: tuple[Question, ...], rows: list[tuple[str, dict[str, Any]]], terms: Terms
) -> list[Group]:
    units = [unit for unit, _ in rows]
    sizes = {unit: units.count(unit) for unit in set(units)}
    found = []
    for name, members in shown_groups(sizes).items():
        contents = [content for unit, content in rows if unit in members]
        value = ratio(pooled(distribution(questions, contents), terms), terms)
        found.append(Group(name, members, len(contents), value))
    return found


def _tally(question: Question, contents: list[dict[str, Any]]) -> ChoiceTally:
    given = [content.get(question.code) for content in contents]
    return ChoiceTally(question.title, [(words, given.count(words)) for words in question.choices])


def closed_between(contract: str, start: date, end: date, *, as_of: datetime) -> list[Round]:
    """Rounds of a contract whose surveyed period begins in [start, end), closed by `as_of`."""
    rows = Round.objects.filter(
        contract=contract,
        state=RoundState.CLOSED,
        closed_at__lte=as_of,
        period_start__gte=start,
        period_start__lt=end,
    )
    return list(rows.select_related("version").order_by("closed_at", "id"))


def to_info(row: Round) -> RoundInfo:
    there = standing(row.pk)
    value = (row.result or {}).get("value")
    return RoundInfo(
        id=row.pk,
        contract=row.contract,
        title=row.title,
        state=row.state,
        period_start=row.period_start,
        period_end=row.period_end,
        closed_at=row.closed_at,
        grade=row.grade,
        asked=there.sampled,
        answered=there.answered,
        value=None if value is None else Decimal(value),
    )


def get_round(round_id: int) -> RoundInfo:
    """One round, whoever asks (reports, jobs)."""
    row = Round.objects.filter(pk=round_id).first()
    if row is None:
        raise NotFoundError("没有这次调查")
    return to_info(row)


def rounds_of(contract: str) -> list[RoundInfo]:
    """Every round of a contract, newest first (reports, acceptance)."""
    return [to_info(row) for row in Round.objects.filter(contract=contract)]


def newest_versions() -> list[QuestionnaireVersion]:
    """The newest version of every questionnaire."""
    rows = QuestionnaireVersion.objects.select_related("questionnaire")
    return list(rows.order_by("questionnaire__code", "-number").distinct("questionnaire__code"))


def questionnaires() -> QuerySet[Questionnaire]:
    return Questionnaire.objects.prefetch_related("versions")


def pending_of(user_id: int, *, now: datetime) -> list[Recipient]:
    """The open rounds that still wait for this person's answer, soonest closing first."""
    rows = Recipient.objects.filter(
        user_id=user_id,
        is_sampled=True,
        has_answered=False,
        round__state=RoundState.OPEN,
        round__closes_at__gt=now,
    )
    return list(rows.select_related("round").order_by("round__closes_at"))


def rating_of(ticket_id: int) -> TicketRating | None:
    return TicketRating.objects.filter(ticket_id=ticket_id).first()
