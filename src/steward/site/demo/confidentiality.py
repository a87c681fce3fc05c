"""The demonstration's secrets: agreements, access that was used, and what is to be handed back."""

from datetime import date, datetime, timedelta
from hashlib import sha256

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.models import AccessRequest
from steward.contracts.confidentiality.services.access import take_decision
from steward.core.approvals import api as approvals
from steward.core.files import api as files
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local, local_date
from steward.site.demo.assets import CONTRACT
from steward.site.demo.people import DEMO, Cast

UNSIGNED = "remote"
ITEMS = (
    ("document", "网络拓扑与地址规划", "1 份"),
    ("document", "系统管理员手册", "3 册"),
    ("data", "测试环境脱敏数据副本", "1 套"),
    ("account", "运维堡垒机账号", "4 个"),
    ("key", "数字证书与介质", "2 个"),
    ("device", "专用运维终端", "3 台"),
)


def load_confidentiality(cast: Cast, team: dict[str, int], *, start: date, now: datetime) -> None:
    """Agreements of all but one, access of every kind, the list of what was handed over."""
    _sign(team, start=start, now=now)
    past = at_local(start + timedelta(days=60), 9)
    _used(cast, team["engineer"], kind="database", target="办公平台主库", at=past,
          action="核对公文附件索引，重建一个失效索引")  # fmt: skip
    _used(cast, team["engineer2"], kind="host", target="应用服务器 app-02",
          at=past + timedelta(days=40), action="升级运行环境小版本")  # fmt: skip
    _used(
        cast, team["engineer3"], kind="export", target="公文流转统计",
        at=past + timedelta(days=90), action="按甲方要求导出半年度统计",
    )  # fmt: skip
    confidentiality.expire_due(now=now - timedelta(days=1))
    _ask(cast, team["engineer"], kind="database", target="办公平台主库",
         at=now - timedelta(days=3), approve=True)  # fmt: skip
    _ask(cast, team["engineer2"], kind="remote", target="即时通讯服务厂家远程支持",
         at=now - timedelta(hours=6), approve=False)  # fmt: skip
    _hand_over(cast, team, start=start, now=now)
    confidentiality.check_contract(CONTRACT, now=now)


def _sign(team: dict[str, int], *, start: date, now: datetime) -> None:
    for code, member in team.items():
        if code == UNSIGNED:
            continue
        text = f"保密协议（演示）\n合同：{CONTRACT}\n成员编号：{member}\n"
        at = at_local(start + timedelta(days=160 if code == "lead" else 0), 10)
        stored = files.store(text.encode(), f"保密协议-{member}.txt", by=DEMO, now=at)
        ends = local_date(now) + timedelta(days=20) if code == "engineer3" else None
        new = confidentiality.NewAgreement(
            contract=CONTRACT, member_id=member, signed_date=local_date(at), valid_until=ends,
            file_id=stored.id,
        )  # fmt: skip
        confidentiality.file_agreement(new, by=DEMO, now=at)


def _ask(
    cast: Cast, member: int, *, kind: str, target: str, at: datetime, approve: bool
) -> int | None:
    """Ask for a week, and perhaps have it approved two hours later; the grant's id."""
    draft = confidentiality.AccessDraft(
        contract=CONTRACT,
        member_id=member,
        kind=kind,
        target=target,
        purpose="按工单排查问题",
        scope="限本次问题涉及的表与日志，只读",
        starts_at=at,
        ends_at=at + timedelta(days=7),
        watcher_id=cast.actors["owner"].user_id if kind == "remote" else None,
    )
    asked = confidentiality.request_access(draft, by=cast.actors["lead"], now=at)
    if not approve:
        return None
    row = AccessRequest.objects.get(pk=asked)
    later = at + timedelta(hours=2)
    assert row.approval_id is not None
    approvals.decide(
        row.approval_id, approve=True, comment="同意", by=cast.actors["owner"], now=later
    )
    return take_decision(asked, to=confidentiality.RequestState.APPROVED, now=later)


def _used(
    cast: Cast, member: int, *, kind: str, target: str, at: datetime, action: str
) -> int | None:
    grant = _ask(cast, member, kind=kind, target=target, at=at, approve=True)
    assert grant is not None
    leaves = kind == "export"
    use = confidentiality.UseDraft(
        grant_id=grant,
        started_at=at + timedelta(hours=5),
        ended_at=at + timedelta(hours=6),
        action=action,
        from_where="专用运维终端 02",
        output="统计表 1 份" if leaves else "处理记录",
        rows=5286 if leaves else None,
        sha256=sha256(action.encode()).hexdigest() if leaves else "",
        recipient="市大数据管理中心" if leaves else "",
    )
    by: Actor = cast.actors["lead"]
    confidentiality.record_use(use, by=by, now=at + timedelta(hours=7))
    return grant


def _hand_over(cast: Cast, team: dict[str, int], *, start: date, now: datetime) -> None:
    """Six items were given; one came back and is confirmed, one waits for the client."""
    owner, lead = cast.actors["owner"], cast.actors["lead"]
    ids = [
        confidentiality.register_item(
            confidentiality.NewItem(
                contract=CONTRACT, kind=kind, name=name, quantity=quantity, given_date=start,
                holder_id=team["engineer"],
            ),
            by=owner,
            now=at_local(start, 15),
        )
        for kind, name, quantity in ITEMS
    ]  # fmt: skip
    for item in ids[1:3]:
        confidentiality.settle_item(
            item, to="returned", note="当面清点交还", proof_id=None, by=lead,
            now=now - timedelta(days=5),
        )  # fmt: skip
    confidentiality.confirm_item(ids[1], accept=True, by=owner, now=now - timedelta(days=4))
