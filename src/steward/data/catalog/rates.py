"""The collection rate: catalogued against collected, day by day, and what is decided (K10.5)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.findings import api as findings
from steward.core.organizations import api as organizations
from steward.data.catalog.choices import Cycle, Decision
from steward.data.catalog.collected import refresh_collected
from steward.data.catalog.errors import CatalogueStateError, InvalidCatalogueError
from steward.data.catalog.models import (
    Catalogue,
    CatalogueProblem,
    CollectionDecision,
    RateDay,
    RateDrop,
)
from steward.data.catalog.publishing import request_delisting
from steward.data.catalog.queries import listed
from steward.data.catalog.standard import FINDING_SOURCE
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date

_SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Rate:
    """Collected of listed."""

    listed: int
    collected: int

    @property
    def value(self) -> Decimal | None:
        """The ratio 0–1 with six decimals; None without anything listed."""
        return None if not self.listed else (Decimal(self.collected) / self.listed).quantize(_SIX)

    def below(self, other: "Rate") -> bool:
        """Whether this rate is lower, compared exactly."""
        return self.collected * other.listed < other.collected * self.listed


def take_rates(*, now: datetime) -> list[RateDay]:
    """Keep today's figure of each department; a fall is a finding that says what left."""
    refresh_collected(list(listed().filter(source__isnull=False)))
    groups: dict[tuple[str, int], list[Catalogue]] = defaultdict(list)
    for row in listed().select_related("system"):
        groups[row.system.contract, row.organization_id].append(row)
    known = RateDay.objects.values_list("contract", "organization_id").distinct()
    for key in known:
        groups.setdefault(key, [])
    return [_take(key, rows, now=now) for key, rows in sorted(groups.items())]


@transaction.atomic
def _take(key: tuple[str, int], rows: list[Catalogue], *, now: datetime) -> RateDay:
    contract, organization_id = key
    day = local_date(now)
    mine = RateDay.objects.filter(contract=contract, organization_id=organization_id)
    before = mine.filter(day__lt=day).order_by("-day").first()
    row, _ = mine.update_or_create(
        contract=contract,
        organization_id=organization_id,
        day=day,
        defaults={
            "listed": sorted(one.pk for one in rows),
            "collected": sorted(one.pk for one in rows if one.collected_into),
            "faulty": sorted(_faulty(rows)),
            "stale": sorted(one.pk for one in rows if _is_stale(one, now=now)),
            "taken_at": now,
        },
    )
    rate = rate_of(row)
    if before is not None and rate.below(rate_of(before)):
        _drop(before, row)
    drops = RateDrop.objects.filter(
        contract=contract, organization_id=organization_id, regained_on__isnull=True
    )
    for drop in drops:
        _follow(drop, rate, now=now)
    return row


def _faulty(rows: list[Catalogue]) -> set[int]:
    broken = CatalogueProblem.objects.filter(catalogue__in=[row.pk for row in rows])
    return set(broken.exclude(severity="notice").values_list("catalogue_id", flat=True))


def _is_stale(row: Catalogue, *, now: datetime) -> bool:
    """Whether collected data is older than the update cycle of the catalogue allows."""
    longest = Cycle(row.cycle).longest if row.cycle in Cycle.values else None
    if not row.collected_into or row.collected_at is None or longest is None:
        return False
    return now - row.collected_at > longest


def rate_of(row: RateDay) -> Rate:
    """The figure of a day."""
    return Rate(len(row.listed), len(row.collected))


def _drop(before: RateDay, after: RateDay) -> None:
    names = dict(
        Catalogue.objects.filter(
            pk__in={*before.listed, *after.listed}
        ).values_list("pk", "name")
    )  # fmt: skip

    def named(ids: Collection[int]) -> list[str]:
        return [names.get(pk, f"目录 {pk}") for pk in sorted(ids)]

    was, now_in = set(before.collected), set(after.collected)
    still = set(after.listed)
    left = {
        "数据已不在平台": named((was - now_in) & still),
        "已归集的目录下架": named((was - now_in) - still),
        "新编目未归集": named(still - set(before.listed) - now_in),
    }
    RateDrop.objects.update_or_create(
        contract=after.contract,
        organization_id=after.organization_id,
        day=after.day,
        defaults={
            "was_listed": len(before.listed),
            "was_collected": len(before.collected),
            "left": {key: value for key, value in left.items() if value},
            "regained_on": None,
        },
    )


def _follow(drop: RateDrop, rate: Rate, *, now: datetime) -> None:
    mark = f"rate:{drop.pk}"
    was = Rate(drop.was_listed, drop.was_collected)
    if not rate.below(was):
        drop.regained_on = local_date(now)
        drop.save(update_fields=["regained_on"])
        findings.clear(FINDING_SOURCE, mark, now=now, note="归集率已恢复")
        return
    body = organizations.get(drop.organization_id)
    findings.report(
        findings.Report(
            source=FINDING_SOURCE,
            fingerprint=mark,
            title=f"“{body.name}”归集率下降：{_words(was)} → {_words(rate)}",
            severity="major",
            subject=body.subject,
            contract=drop.contract,
            category="data_catalog",
            organization_id=drop.organization_id,
            detail={"下降日期": f"{drop.day:%Y-%m-%d}", **drop.left},
            remedy="逐个恢复归集，或按规定申请下架；新编目的尽快归集",
        ),
        now=now,
    )


def _words(rate: Rate) -> str:
    value = rate.value
    return "无目录" if value is None else f"{value * 100:.1f}%（{rate.collected}/{rate.listed}）"


@transaction.atomic
def decide_uncollected(
    catalogue_id: int,
    *,
    decision: str,
    reason: str,
    due_on: date | None = None,
    by: Actor,
    now: datetime,
) -> CollectionDecision:
    """Record what is to become of a listed catalogue without data; delisting starts its approval."""
    row = Catalogue.objects.select_for_update().get(pk=catalogue_id)
    if not row.is_listed or row.collected_into:
        raise CatalogueStateError("只有已发布且未归集的目录需要决定")
    if not reason.strip():
        raise InvalidCatalogueError("请写明理由", field="reason")
    if decision == Decision.COLLECT and (due_on is None or due_on < local_date(now)):
        raise InvalidCatalogueError("要求归集须写明今天或以后的期限", field="due_on")
    if decision not in Decision.values:
        raise InvalidCatalogueError("请选择要求归集或下架", field="decision")
    made = CollectionDecision.objects.create(
        catalogue=row,
        decision=decision,
        reason=reason.strip(),
        due_on=due_on if decision == Decision.COLLECT else None,
        decided_by=by.label,
        decided_at=now,
    )
    audit.record("catalog.decided", row.subject, by=by, now=now, reason=reason,
                 after={"decision": made.get_decision_display()})  # fmt: skip
    if decision == Decision.DELIST:
        request_delisting(row.pk, reason=reason, by=by, now=now)
    return made


def tell_overdue(*, now: datetime) -> int:
    """A demanded collection that is late is a finding for the provider; how many are."""
    today, late = local_date(now), 0
    newest = CollectionDecision.objects.select_related("catalogue__system").order_by(
        "catalogue_id", "-id"
    ).distinct("catalogue_id")  # fmt: skip
    for made in newest:
        row, mark = made.catalogue, f"overdue:{made.catalogue_id}"
        if row.collected_into or not row.is_listed or made.due_on is None or made.due_on >= today:
            findings.clear(FINDING_SOURCE, mark, now=now, note="已归集、已下架或期限已改")
            continue
        late += 1
        findings.report(
            findings.Report(
                source=FINDING_SOURCE,
                fingerprint=mark,
                title=f"目录“{row.name}”逾期未归集",
                severity="minor",
                subject=row.subject,
                contract=row.system.contract,
                category="data_catalog",
                organization_id=row.organization_id,
                detail={"期限": f"{made.due_on:%Y-%m-%d}", "理由": made.reason},
                remedy="按要求建立归集任务并运行；确不能归集的申请下架",
            ),
            now=now,
        )
    return late
