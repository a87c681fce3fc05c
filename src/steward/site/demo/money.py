"""Payments, confirmations and one disputed breach of the demonstration's contract."""

from datetime import datetime, timedelta

from steward.contracts.assessment import api as assessment
from steward.kernel.instants import local_date
from steward.site.demo.assets import CONTRACT
from steward.site.demo.people import Cast

_DISPUTED = {"protection": "该漏洞已在 72 小时内修复并复测通过，请复核是否扣分。"}


def load_money(cast: Cast, *, start: datetime, now: datetime) -> None:
    """The first half is paid, the entries are answered but one, a breach was disputed."""
    _pay_the_first_half(cast, at=start + timedelta(days=19, hours=3))
    _dispute_a_breach(cast, at=start + timedelta(days=148, hours=2))
    _answer_the_entries(cast, now=now)


def _pay_the_first_half(cast: Cast, *, at: datetime) -> None:
    pack = assessment.pack_now(CONTRACT, at)
    stage = pack.payment.stages[0]
    new = assessment.NewPayment(
        contract=CONTRACT,
        stage=stage.id,
        day=local_date(at),
        amount=(pack.amount / 2).quantize(pack.amount),
        voucher="GK-0917-0032",
        note="国库集中支付",
    )
    made = assessment.record_payment(new, side="client", by=cast.actors["owner"], now=at)
    _say(cast, ("payment", made), "confirm", at=at + timedelta(days=1))


def _dispute_a_breach(cast: Cast, *, at: datetime) -> None:
    new = assessment.NewBreach(
        contract=CONTRACT,
        penalty="confidentiality",
        what="巡检群内转发了一张含内部系统地址的截图，疑似违反保密义务。",
        occurred=local_date(at) - timedelta(days=1),
    )
    made = assessment.propose_breach(new, side="client", by=cast.actors["owner"], now=at)
    reason = "截图为测试环境，地址已公开，群成员均签有保密承诺。"
    _say(cast, ("breach", made), "dispute", at=at + timedelta(days=1), reason=reason)
    answer = assessment.NewAnswer(
        about="breach", about_id=made, verdict="dismiss", reason="经核实为测试环境，不构成违约。"
    )
    assessment.respond(
        CONTRACT, answer, side="client", by=cast.actors["owner"], now=at + timedelta(days=3)
    )


def _answer_the_entries(cast: Cast, *, now: datetime) -> None:
    """The supplier answers what the client entered two days ago; the last is still open."""
    pack = assessment.pack_now(CONTRACT, now)
    owners = [*(i.id for i in pack.indicators()), *(veto.id for veto in pack.vetoes)]
    period = assessment.score(CONTRACT, as_of=now, now=now).period
    known = [row for owner in owners for row in assessment.entries_of(CONTRACT, period, owner)]
    entries = [row for row in known if row.proposal.is_open]
    for row in sorted(entries, key=lambda row: row.id):
        reason = _DISPUTED.get(row.owner, "")
        verdict = "dispute" if reason else "confirm"
        _say(cast, ("entry", row.id), verdict, at=now - timedelta(days=1), reason=reason)


def _say(
    cast: Cast, about: tuple[str, int], verdict: str, *, at: datetime, reason: str = ""
) -> None:
    kind, number = about
    answer = assessment.NewAnswer(about=kind, about_id=number, verdict=verdict, reason=reason)
    assessment.respond(CONTRACT, answer, side="supplier", by=cast.actors["lead"], now=at)
