"""What a period's duties came to, as known at an instant: the ground of the metrics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from steward.contracts.obligations.choices import ProofState, Standing, Status
from steward.contracts.obligations.judging import Verdict, judge
from steward.contracts.obligations.models import Occurrence, Proof, Waiver, WindowChange
from steward.kernel.instants import local_date

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which duties: those of a contract that belong to (start, end] by the end of their stretch and
    had come due by `as_of`, as known then; ids or areas narrow.

    A report on the last month belongs to the year it reports on, though it is due after it.
    """

    contract: str
    start: datetime
    end: datetime
    as_of: datetime
    duties: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The list that shows exactly these occurrences."""
        given = {
            "contract": self.contract,
            "daily": "1",
            "duty": ",".join(self.duties),
            "area": ",".join(self.areas),
            "standing": "all",
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "until": self.as_of.isoformat(),
        }
        return f"/obligations/?{urlencode({k: v for k, v in given.items() if v})}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One occurrence that came due, and how it stood at the cut-off.

    `waived` is the reason and document when both sides had agreed by then; `grades` are those of
    the standing proofs.
    """

    row: Occurrence
    due_at: datetime
    verdict: Verdict
    waived: str
    grades: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def month(self) -> str:
        """The month, as `2026-03`, that holds the last day of the stretch."""
        return f"{local_date(self.row.for_at - _INSTANT):%Y-%m}"

    @property
    def standing(self) -> Standing:
        if self.waived:
            return Standing.WAIVED
        fulfilled = self.verdict.fulfilled_at is not None
        return Standing(self.verdict.status) if fulfilled else Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class _Then:
    """A proof as it was at the cut-off: before the confirmation it was grade D as submitted."""

    kind: str
    grade: str
    delivered_at: datetime


def knows_duties(asked: Asked) -> bool:
    """Whether the contract has such duties at all."""
    return _named(asked).exists()


def _named(asked: Asked) -> QuerySet[Occurrence]:
    rows = Occurrence.objects.filter(contract=asked.contract, known_at__lte=asked.as_of)
    if asked.duties:
        rows = rows.filter(code__in=asked.duties)
    if asked.areas:
        rows = rows.filter(area__in=asked.areas)
    return rows.filter(Q(retired_at__isnull=True) | Q(retired_at__gt=asked.as_of))


def outcomes(asked: Asked) -> list[Outcome]:
    """Every occurrence of the period that had come due at the cut-off, by due time."""
    moved = _due_before(asked)
    in_time = Q(due_at__lte=asked.as_of)
    period = Q(for_at__gt=asked.start, for_at__lte=asked.end)
    rows = list(_named(asked).filter(period, in_time | Q(pk__in=moved)).select_related("duty"))
    proofs = _proofs(rows, asked.as_of)
    waivers = _waivers(rows, asked.as_of)
    found = []
    for row in rows:
        due_at = moved.get(row.pk, row.due_at)
        if due_at > asked.as_of:
            continue
        standing = proofs.get(row.pk, [])
        found.append(
            Outcome(
                row=row,
                due_at=due_at,
                verdict=judge(
                    row.duty, [_then(p, asked.as_of) for p in standing],
                    due_at=due_at, opens_at=row.opens_at,
                ),
                waived=waivers.get(row.pk, ""),
                grades=tuple(_then(p, asked.as_of).grade for p in standing),
                evidence=tuple(str(p.evidence_id) for p in standing),
            )
        )  # fmt: skip
    return sorted(found, key=lambda outcome: (outcome.due_at, outcome.row.pk))


def _due_before(asked: Asked) -> dict[int, datetime]:
    """The due times that were moved after the cut-off, as they were then."""
    rows = WindowChange.objects.filter(
        occurrence__contract=asked.contract, at__gt=asked.as_of
    ).order_by("-at", "-id")
    return dict(rows.values_list("occurrence_id", "due_before"))


def _proofs(rows: Sequence[Occurrence], as_of: datetime) -> dict[int, list[Proof]]:
    known = Proof.objects.filter(
        Q(state=ProofState.STANDING) | Q(ended_at__gt=as_of),
        occurrence__in=[row.pk for row in rows],
        submitted_at__lte=as_of,
    )
    found: dict[int, list[Proof]] = {}
    for proof in known.order_by("id"):
        found.setdefault(proof.occurrence_id, []).append(proof)
    return found


def _then(proof: Proof, as_of: datetime) -> _Then:
    if proof.confirmed_at is not None and proof.confirmed_at > as_of:
        return _Then(proof.kind, "D", proof.submitted_at)
    return _Then(proof.kind, proof.grade, proof.delivered_at)


def _waivers(rows: Sequence[Occurrence], as_of: datetime) -> dict[int, str]:
    waived = [row.pk for row in rows if row.status == Status.WAIVED]
    agreed = Waiver.objects.filter(occurrence__in=waived, state="agreed", decided_at__lte=as_of)
    return {
        waiver.occurrence_id: f"双方豁免：{waiver.reason}（{waiver.decided_by}确认）"
        for waiver in agreed
    }
