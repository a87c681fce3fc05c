"""A Huai'an contract whose metrics are the tests' own, so that a test states the facts of a year."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files

from steward.contracts.packs import api as packs
from steward.contracts.packs.reading import read_pack
from steward.core.calendars import api as calendars
from steward.core.evidence.api import MetricEvent, MetricQuery, MetricResult, metric
from steward.kernel.subjects import Subject
from tests.support import SYSTEM

CODE = "huaian-2025"
CALENDARS = ("always", "cn-work")
START = datetime(2025, 8, 28, 16, 0, tzinfo=UTC)
END = datetime(2026, 8, 28, 16, 0, tzinfo=UTC)
AFTER = END + timedelta(days=1)
REAL = ("monitoring.availability", "desk.clock_breaches", "desk.unfinished")
CHANGES = "desk.changes_without_record"
BY_HAND = ("obligations.months_missing", "documents.missing")


@dataclass(frozen=True, slots=True)
class Happening:
    """One bad thing of a year: a late clock, an unfinished ticket, a change without record."""

    what: str
    kind: str = "incident"
    severity: str = "minor"
    clock: str = "respond"
    day: int = 100
    excluded: str = ""
    recorded_day: int | None = None

    @property
    def at(self) -> datetime:
        return START + timedelta(days=self.day)

    @property
    def recorded_at(self) -> datetime:
        day = self.day if self.recorded_day is None else self.recorded_day
        return START + timedelta(days=day)


@dataclass(slots=True)
class Year:
    """The facts that the tests' metrics answer from."""

    availability: Decimal | None = Decimal("0.9993")
    vulnerabilities: int = 3
    happenings: list[Happening] = field(default_factory=list)


_YEAR = Year()


@contextmanager
def year(facts: Year) -> Iterator[Year]:
    """Answer from these facts until the block ends."""
    kept = (_YEAR.availability, _YEAR.vulnerabilities, _YEAR.happenings)
    _YEAR.availability = facts.availability
    _YEAR.vulnerabilities, _YEAR.happenings = facts.vulnerabilities, facts.happenings
    try:
        yield _YEAR
    finally:
        _YEAR.availability, _YEAR.vulnerabilities, _YEAR.happenings = kept


def _chosen(query: MetricQuery, what: str) -> list[tuple[int, Happening]]:
    kinds = query.params.get("ticket_kinds", ())
    clocks = query.params.get("clock_kinds", ())
    return [
        (number, happening)
        for number, happening in enumerate(_YEAR.happenings)
        if happening.what == what
        and query.start <= happening.at < query.end
        and happening.recorded_at <= query.as_of
        and (not kinds or happening.kind in kinds)
        and (not clocks or happening.clock in clocks)
    ]


def _counted(query: MetricQuery, what: str, population: int) -> MetricResult:
    events = tuple(
        MetricEvent(
            key=f"{what}:{number}",
            subject=Subject("desk.ticket", str(number), f"INC-{number}"),
            occurred_at=happening.at,
            label=f"INC-{number} {happening.kind} {happening.clock}超时",
            url=f"/desk/tickets/{number}/",
            excluded=happening.excluded,
            group=f"INC-{number}",
        )
        for number, happening in _chosen(query, what)
    )
    value = Decimal(sum(1 for event in events if not event.excluded))
    return MetricResult(value=value, events=events, population=population, url="/desk/tickets/")


_TICKETS = {"ticket_kinds": "类型", "severities": "级别", "clock_kinds": "时限"}


@metric(
    code="test.availability",
    label="可用率",
    unit="ratio",
    params={"unknown": "未知", "core_only": "关键", "aggregation": "汇总"},
)
def availability(query: MetricQuery) -> MetricResult:
    if _YEAR.availability is None:
        return MetricResult.nothing("没有探测记录")
    return MetricResult(value=_YEAR.availability, population=318, url="/monitoring/spans/")


@metric(code="test.clock_breaches", label="超时", unit="count", params=_TICKETS)
def clock_breaches(query: MetricQuery) -> MetricResult:
    is_vulnerability = "vulnerability" in query.params.get("ticket_kinds", ())
    return _counted(query, "breach", _YEAR.vulnerabilities if is_vulnerability else 1204)


@metric(code="test.unfinished", label="未完成", unit="count", params=_TICKETS)
def unfinished(query: MetricQuery) -> MetricResult:
    return _counted(query, "unfinished", 4)


@metric(code="test.changes_without_record", label="缺记录的变更", unit="count")
def changes_without_record(query: MetricQuery) -> MetricResult:
    return _counted(query, "change", 46)


def text_of(code: str) -> str:
    """A shipped pack as it is."""
    folder = files("steward.contracts.packs.library")
    return (folder / f"{code}.yaml").read_text(encoding="utf-8")


def pack_text() -> str:
    """The shipped pack with the tests' metrics in place of the platform's."""
    text = text_of(CODE)
    for code in (*REAL, CHANGES):
        text = text.replace(f"metric: {code}\n", f"metric: test.{code.split('.')[1]}\n")
    for code in BY_HAND:
        text = text.replace(f"metric: {code}\n", f"metric: {code}\n              planned: true\n")
    return text


def huaian() -> packs.Pack:
    """The checked pack, without a database."""
    return read_pack(pack_text(), file="huaian-2025.yaml", calendars=CALENDARS).pack


def load_huaian(*, now: datetime = START) -> packs.VersionInfo:
    """Load the contract with the tests' metrics; the calendars it needs are seeded."""
    calendars.seed()
    return packs.load_pack(pack_text(), file="huaian-2025.yaml", by=SYSTEM, now=now)


def amended(*changes: tuple[str, str], effective: str, amends: int = 1) -> str:
    """The pack as an amendment that takes effect on a date, with texts replaced."""
    text = pack_text().replace(
        "version:\n  effective: 2025-08-29",
        f"version:\n  effective: {effective}\n  amends: {amends}\n  reason: 补充协议",
    )
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text
