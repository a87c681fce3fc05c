"""Making a round: whom it concerns, who is drawn, when it opens, what closing leaves."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.core.organizations import api as organizations
from steward.desk.surveys.choices import Reach, RoundState, SampleMethod
from steward.desk.surveys.events import SurveyRoundClosed
from steward.desk.surveys.figures import Terms
from steward.desk.surveys.models import (
    Answer,
    Invitation,
    QuestionnaireVersion,
    Recipient,
    Round,
)
from steward.desk.surveys.queries import RoundInfo, results, standing, to_info
from steward.desk.surveys.sampling import METHOD, draw_simple, draw_stratified
from steward.desk.surveys.sheets import NewRecipient
from steward.kernel.actors import Actor
from steward.kernel.canonical import content_hash, decimal_text
from steward.kernel.errors import ConflictError, InvalidError, NotFoundError

LARGEST = 20_000


class RoundInvalidError(InvalidError):
    """A round with something missing or wrong."""

    code = "surveys.round_invalid"


class RoundStateError(ConflictError):
    """The round is not in a state that allows the action."""

    code = "surveys.round_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRound:
    """What the client decides before anybody is asked; the period is half-open in local dates."""

    contract: str
    title: str
    asker: str
    version_id: int
    period_start: date
    period_end: date
    closes_at: datetime
    terms: Terms
    organization_id: int | None = None


@transaction.atomic
def create_round(new: NewRound, *, by: Actor, now: datetime) -> RoundInfo:
    """Prepare a round; its seed is made here, before the population is known, and never changes."""
    if new.period_end <= new.period_start:
        raise RoundInvalidError("评价时段的结束须晚于开始", field="period_end")
    if new.closes_at <= now:
        raise RoundInvalidError("截止时间须在将来", field="closes_at")
    if not 2 <= new.terms.satisfied_from <= 5:
        raise RoundInvalidError("满意起点分应在 2 到 5 之间", field="satisfied_from")
    if not QuestionnaireVersion.objects.filter(pk=new.version_id).exists():
        raise RoundInvalidError("请选择问卷", field="version_id")
    row = Round.objects.create(
        contract=new.contract,
        title=new.title.strip(),
        asker=new.asker.strip(),
        organization_id=new.organization_id,
        version_id=new.version_id,
        period_start=new.period_start,
        period_end=new.period_end,
        closes_at=new.closes_at,
        state=RoundState.DRAFT,
        formula=new.terms.formula,
        satisfied_from=new.terms.satisfied_from,
        basis=new.terms.basis,
        minimum=new.terms.minimum,
        seed=secrets.token_hex(16),
        created_at=now,
        created_by=by.label,
    )
    audit.record("surveys.round.created", row.subject, by=by, now=now, after={"seed": row.seed})
    return to_info(row)


def locked(round_id: int, *states: str) -> Round:
    """The round's row, locked, in one of the states; RoundStateError otherwise."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.filter(pk=round_id).first()
    if row is None:
        raise NotFoundError("没有这次调查")
    if states and row.state not in states:
        raise RoundStateError(f"“{row.title}”{row.get_state_display()}，不能这样做")
    return row


@dataclass(frozen=True, slots=True)
class Added:
    """What an import did: how many joined, and each that did not, with the reason."""

    added: int
    problems: list[str]


@transaction.atomic
def add_recipients(
    round_id: int, people: Sequence[NewRecipient], *, by: Actor, now: datetime
) -> Added:
    """Add to the population before it is drawn; somebody already in it is left out and named."""
    row = locked(round_id, RoundState.DRAFT)
    if row.drawn_at is not None:
        raise RoundStateError("样本已经抽取，不能再增加调查对象")
    known = Recipient.objects.filter(round=row)
    emails = set(known.exclude(email="").values_list("email", flat=True))
    users = set(known.exclude(user_id=None).values_list("user_id", flat=True))
    people_seen = set(known.values_list("name", "unit"))
    last, fresh, problems = known.count(), [], []
    for person in people:
        is_double = (
            person.user_id in users
            if person.user_id is not None
            else person.email in emails
            if person.email
            else (person.name, person.unit) in people_seen
        )
        if is_double:
            problems.append(f"{person.place}{person.name}（{person.unit}）已在名单中")
            continue
        last += 1
        emails.add(person.email)
        users.add(person.user_id)
        people_seen.add((person.name, person.unit))
        fresh.append(
            Recipient(
                round=row, number=last, name=person.name, unit=person.unit, email=person.email,
                user_id=person.user_id,
            )
        )  # fmt: skip
    if last > LARGEST:
        raise RoundInvalidError(f"一次调查最多 {LARGEST} 人，名单加起来有 {last} 人")
    Recipient.objects.bulk_create(fresh, batch_size=1000)
    audit.record(
        "surveys.round.population", row.subject, by=by, now=now, after={"added": len(fresh)}
    )
    return Added(len(fresh), problems)


def people_of_bodies(organization_id: int, *, now: datetime) -> list[NewRecipient]:
    """Active people of a body and everything below it, each with the body of their main post.

    RoundInvalidError for the supplier: it is not asked about itself.
    """
    if organizations.get(organization_id).is_supplier:
        raise RoundInvalidError("乙方的人员不能作为满意度调查的对象")
    inside = organizations.subtree_ids(organization_id)
    found = []
    for person in accounts.search("", organization_id=organization_id, limit=LARGEST):
        posts = [p for p in accounts.posts_of(person.id, now=now) if p.organization_id in inside]
        if posts:
            found.append(NewRecipient(person.name, posts[0].organization_name, user_id=person.id))
    return found


@transaction.atomic
def draw_sample(round_id: int, *, method: str, size: int | None, by: Actor, now: datetime) -> int:
    """Draw once, by the round's seed; returns how many. Nobody can draw until they like it."""
    row = locked(round_id, RoundState.DRAFT)
    if row.drawn_at is not None:
        raise RoundStateError("样本已经抽取，不能重抽；要重新组织请取消本次调查后新建")
    population = list(Recipient.objects.filter(round=row).values_list("number", "unit"))
    if not population:
        raise RoundInvalidError("请先导入或加入调查对象")
    drawn = _drawn(row.seed, population, method=method, size=size)
    Recipient.objects.filter(round=row, number__in=drawn).update(is_sampled=True)
    row.method, row.drawn_at = method, now
    row.save(update_fields=["method", "drawn_at"])
    audit.record(
        "surveys.round.drawn", row.subject, by=by, now=now,
        after={"method": row.get_method_display(), "population": len(population),
               "sampled": len(drawn), "seed": row.seed},
    )  # fmt: skip
    return len(drawn)


def _drawn(
    seed: str, population: list[tuple[int, str]], *, method: str, size: int | None
) -> list[int]:
    numbers = [number for number, _ in population]
    if method == SampleMethod.ALL:
        return numbers
    if size is None or not 1 <= size <= len(numbers):
        raise RoundInvalidError(f"样本量应在 1 到 {len(numbers)} 之间", field="size")
    if method == SampleMethod.SIMPLE:
        return draw_simple(numbers, size=size, seed=seed)
    if method != SampleMethod.STRATIFIED:
        raise RoundInvalidError(f"没有名为“{method}”的抽样方法", field="method")
    strata: dict[str, list[int]] = {}
    for number, unit in population:
        strata.setdefault(unit, []).append(number)
    return draw_stratified(strata, size=size, seed=seed)


@transaction.atomic
def open_round(round_id: int, *, by: Actor, now: datetime) -> None:
    """Begin taking answers until the round's closing time."""
    row = locked(round_id, RoundState.DRAFT)
    if row.drawn_at is None:
        raise RoundStateError("请先抽取样本，再开始调查")
    if row.closes_at <= now:
        raise RoundStateError("截止时间已过，请先改截止时间")
    row.state, row.opened_at = RoundState.OPEN, now
    row.save(update_fields=["state", "opened_at"])
    audit.record("surveys.round.opened", row.subject, by=by, now=now)


@transaction.atomic
def extend_round(round_id: int, *, closes_at: datetime, by: Actor, now: datetime) -> None:
    """Move the closing time to a later instant; links already handed out live as long."""
    row = locked(round_id, RoundState.DRAFT, RoundState.OPEN)
    if closes_at <= max(now, row.closes_at):
        raise RoundInvalidError("新的截止时间须晚于现在和原截止时间", field="closes_at")
    before, row.closes_at = row.closes_at, closes_at
    row.save(update_fields=["closes_at"])
    Invitation.objects.filter(recipient__round=row, is_revoked=False).update(expires_at=closes_at)
    audit.record(
        "surveys.round.extended", row.subject, by=by, now=now,
        before={"closes_at": before}, after={"closes_at": closes_at},
    )  # fmt: skip


@transaction.atomic
def cancel_round(round_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Give a round up; what was answered stays and counts nowhere."""
    if not reason.strip():
        raise RoundInvalidError("请写明取消原因", field="reason")
    row = locked(round_id, RoundState.DRAFT, RoundState.OPEN)
    row.state, row.closed_at, row.closed_by = RoundState.CANCELLED, now, by.label
    row.save(update_fields=["state", "closed_at", "closed_by"])
    audit.record("surveys.round.cancelled", row.subject, by=by, now=now, reason=reason.strip())


@transaction.atomic
def close_round(round_id: int, *, by: Actor, now: datetime) -> int:
    """Freeze the answers and keep their counts as evidence; returns the evidence's id.

    The row lock that `submit` shares makes sure that no answer slips in behind the count.
    """
    row = locked(round_id, RoundState.OPEN)
    row.grade, row.grade_reason = _grade(row)
    row.result = _result(row)
    row.state, row.closed_at, row.closed_by = RoundState.CLOSED, now, by.label
    row.save(update_fields=["grade", "grade_reason", "result", "state", "closed_at", "closed_by"])
    kept = evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind="survey.round",
            subject=row.subject,
            occurred_at=now,
            source="desk.surveys",
            grade=row.grade,
            payload=row.result,
        ),
        now=now,
    )
    answers = row.result["answered"]
    audit.record(
        "surveys.round.closed", row.subject, by=by, now=now,
        after={"answered": answers, "grade": row.grade}, reason=row.grade_reason,
    )  # fmt: skip
    jobs.publish(SurveyRoundClosed(row.pk, row.contract, answers), now=now)
    return kept


def _grade(row: Round) -> tuple[str, str]:
    """B when every answer came from somebody whom the platform itself reached; else C."""
    answered = Recipient.objects.filter(round=row, has_answered=True)
    handed = answered.filter(reach=Reach.LIST).count()
    if handed:
        return "C", f"{handed} 份答卷的链接由甲方导出后转交，平台不能证明答卷人即被抽中的人"
    return "B", "链接由平台直接送达被抽中的人，一人一次，平台留有发放与回收记录"


def _result(row: Round) -> dict[str, Any]:
    """What the evidence says: enough to work the figure out again, nothing about persons."""
    found, there = results(row), standing(row.pk)
    population = list(
        Recipient.objects.filter(round=row).values_list("number", "name", "unit", "is_sampled")
    )
    answers = sorted(
        content_hash({"unit": unit, "content": content})
        for unit, content in Answer.objects.filter(round=row).values_list("unit", "content")
    )
    return {
        "period": [row.period_start.isoformat(), row.period_end.isoformat()],
        "questionnaire": f"{row.version.questionnaire_id}/{row.version.number}",
        "population": there.population,
        "sampled": there.sampled,
        "answered": there.answered,
        "sampling": {"method": row.method, "seed": row.seed, "how": METHOD},
        "population_hash": content_hash([list(person) for person in population]),
        "answers_hash": content_hash(answers),
        "formula": found.terms.words(),
        "minimum": row.minimum,
        "value": None if found.value is None else _text(found.value),
        "dimensions": [
            {"code": d.code, "title": d.title, "counts": {str(k): v for k, v in d.counts.items()}}
            for d in found.dimensions
        ],
    }


def _text(value: Decimal) -> str:
    return decimal_text(value)
