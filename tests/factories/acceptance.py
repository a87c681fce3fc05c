"""Acceptances for tests: the Huai'an contract over, its procedure moved on through the service."""

from datetime import UTC, datetime, timedelta

from steward.contracts.acceptance import api as acceptance
from steward.contracts.acceptance.models import Acceptance
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from tests.contracts.support import CODE, END, amended, load_huaian, pack_text
from tests.support import SYSTEM

ASKED = END + timedelta(days=3, hours=2)
HUAIAN = CODE

PANEL = """acceptance:
  clause: {ref: 十, quote: 合同验收采取召开专家评审会的方式进行。}
  request:
    after: term_end
    within_months: 1
    clause: {ref: 十1, quote: 全部完成一个月内提出验收申请。}
  limits:
    - {id: prepare, title: 启动验收准备, step: prepare, starts: requested, days: 5, unit: working_days, calendar: working, clause: {ref: 十1, quote: 5 个工作日内启动准备。}}
    - {id: organise, title: 开始验收, step: organise, starts: prepared, days: 10, unit: working_days, calendar: working, clause: {ref: 十2, quote: 10 个工作日内开始验收。}}
  panel: true
"""


def load_with_preparation() -> None:
    """The same contract with Beijing's procedure: preparation in 5, review in 10 working days."""
    calendars.seed()
    text = pack_text()
    start, end = text.index("acceptance:\n  clause"), text.index("contradictions:")
    packs.load_pack(text[:start] + PANEL + text[end:], file="x.yaml", by=SYSTEM, now=END - timedelta(days=365))  # fmt: skip


def asked(*, now: datetime = ASKED) -> Acceptance:
    """A request under Huai'an's terms."""
    load_huaian()
    made = acceptance.request_acceptance(CODE, text="服务期满，申请验收", by=SYSTEM, now=now)
    return Acceptance.objects.get(pk=made.id)


def do(row: Acceptance, kind: str, *, now: datetime, text: str = "", **details: object) -> None:
    """Record one act."""
    new = acceptance.NewAct(kind, text, details=details)
    acceptance.record_act(row.pk, new, by=SYSTEM, now=now)
    row.refresh_from_db()


def accepted(*, now: datetime = ASKED) -> Acceptance:
    """A request that the client examined an hour later."""
    row = asked(now=now)
    do(row, "accept", now=now + timedelta(hours=1))
    return row


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


__all__ = ["ASKED", "HUAIAN", "accepted", "amended", "asked", "do", "load_with_preparation", "utc"]
