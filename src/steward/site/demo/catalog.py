"""The data catalogue of the Kecheng contract: departments, systems, catalogues, a rate that moved."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steward.core.accounts import api as accounts
from steward.core.approvals import api as approvals
from steward.core.organizations import api as organizations
from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue
from steward.data.catalog.publishing import take_decision
from steward.data.sources import api as sources
from steward.kernel.actors import Actor
from steward.kernel.identifiers.organisation import make_credit_code
from steward.kernel.instants import local_date
from steward.site.demo.people import DEMO, Cast

CONTRACT, CLIENT, OWNER = "kecheng-2024", "kecheng-office", "owner-kecheng"
DAY = timedelta(days=1)
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One department: its system, and what is catalogued of it (name, cycle, when collected)."""

    code: str
    name: str
    system: str
    listed: tuple[tuple[str, str, int | None], ...]


TOLD = (
    Told("kc-mz", "区民政局", "大救助信息系统", (
        ("低保对象基本信息", "monthly", 1), ("特困人员供养信息", "monthly", 2),
        ("临时救助发放信息", "weekly", 5), ("婚姻登记信息", "daily", None),
    )),
    Told("kc-cl", "区残联", "残疾人服务平台", (
        ("持证残疾人基本信息", "monthly", 1), ("残疾人两项补贴发放信息", "monthly", 3),
        ("残疾人辅具适配信息", "quarterly", None),
    )),
    Told("kc-wj", "区卫生健康局", "基层医疗卫生系统", (
        ("家庭医生签约信息", "monthly", 2), ("出生医学证明信息", "daily", 4),
    )),
    Told("kc-sj", "区市场监管局", "企业登记系统", (
        ("个体工商户登记信息", "daily", 1), ("特种设备登记信息", "monthly", 7),
        ("食品经营许可信息", "daily", 1),
    )),
)  # fmt: skip
PERSON = (
    catalog.ItemDraft(code="rowid", name="记录编号", type="C", length=32, sensitivity="L1",
                      is_key=True, nullable=False, sharing="unconditional"),
    catalog.ItemDraft(code="xm", name="姓名", type="C", length=50, sensitivity="L2",
                      sharing="conditional"),
    catalog.ItemDraft(code="sfzh", name="身份证号", type="C", length=18, sensitivity="L3",
                      sharing="conditional"),
    catalog.ItemDraft(code="gxsj", name="更新时间", type="T", sensitivity="L1",
                      sharing="unconditional"),
)  # fmt: skip
BARE = (
    catalog.ItemDraft(code="id", name="记录编号", type="C", length=32, sensitivity="L1"),
    catalog.ItemDraft(code="jgmc", type="C", length=100),
)


def load_catalog(cast: Cast, *, now: datetime) -> int:
    """Publish the catalogues, keep twelve weeks of the rate, leave some work open; how many."""
    start = now - WEEKS * 7 * DAY
    owner = _owner()
    made: list[tuple[Catalogue, int | None]] = []
    for number, told in enumerate(TOLD, start=1):
        body = _body(told, number, cast.bodies[CLIENT], now=start)
        system = catalog.register_system(
            catalog.SystemDraft(code=f"{told.code}-xt", name=told.system, organization_id=body,
                                contract=CONTRACT), by=DEMO, now=start)  # fmt: skip
        for name, cycle, week in told.listed:
            made.append((_publish(_draft(system.pk, name, cycle), owner, now=start), week))
    _live_the_weeks(made, start=start)
    row = next(one for one, week in made if week is None)
    changed = replace(
        catalog.draft_of(row), cycle="weekly", summary="全区婚姻登记与补领证件，按周汇总"
    )
    catalog.change_catalogue(row.pk, changed, by=DEMO, now=now - 3 * DAY)
    bare = catalog.create_catalogue(
        catalog.CatalogueDraft(system_id=row.system_id, name="养老机构信息"), BARE,
        by=DEMO, now=now - 2 * DAY,
    )  # fmt: skip
    catalog.check_catalogues([bare.pk, row.pk], now=now - DAY)
    _ask(made, owner, now=now)
    front_end = sources.find("kecheng-qzk")
    if front_end is not None:
        catalog.compare_source(front_end.id, now=now)
    return len(made) + 1


def _owner() -> Actor:
    user = accounts.find_user(OWNER)
    if user is None:
        raise LookupError("the Kecheng contract is not loaded")
    return Actor(user.id, user.name)


def _body(told: Told, number: int, parent: int, *, now: datetime) -> int:
    new = organizations.NewOrganization(
        code=told.code, name=told.name, parent_id=parent, region_code="330802000000",
        level="county", credit_code=make_credit_code("330802", 900 + number),
    )  # fmt: skip
    return organizations.create(new, by=DEMO, now=now).id


def _draft(system_id: int, name: str, cycle: str) -> catalog.CatalogueDraft:
    return catalog.CatalogueDraft(
        system_id=system_id,
        name=name,
        summary=f"本区{name.removesuffix('信息')}的登记与办理情况",
        sharing="conditional",
        sharing_condition="因行政审批、公共服务核验需要",
        sharing_method="platform",
        openness="none",
        cycle=cycle,
    )


def _publish(draft: catalog.CatalogueDraft, owner: Actor, *, now: datetime) -> Catalogue:
    row = catalog.create_catalogue(draft, PERSON, by=DEMO, now=now)
    asked = catalog.submit_catalogue(row.pk, reason="首次编目", by=DEMO, now=now)
    approvals.decide(asked.approval_id or 0, approve=True, comment="同意发布", by=owner, now=now)
    take_decision(row.pk, approved=True, now=now)
    row.refresh_from_db()
    return row


def _live_the_weeks(made: list[tuple[Catalogue, int | None]], *, start: datetime) -> None:
    for week in range(WEEKS + 1):
        at = start + week * 7 * DAY
        for row, since in made:
            if since is not None and since <= week:
                table = f"ods.{row.name}"
                Catalogue.objects.filter(pk=row.pk).update(collected_into=table, collected_at=at)
        catalog.take_rates(now=at)


def _ask(made: list[tuple[Catalogue, int | None]], owner: Actor, *, now: datetime) -> None:
    missing = [row for row, week in made if week is None]
    catalog.decide_uncollected(
        missing[-1].pk, decision="collect", reason="应归尽归", by=owner, now=now - 5 * DAY,
        due_on=local_date(now) + 30 * DAY,
    )  # fmt: skip
    catalog.submit_demand(
        catalog.DemandDraft(
            catalogue_id=missing[0].pk, organization_id=made[-1][0].organization_id,
            title="婚姻状况核验", items=("xm", "sfzh"), purpose="公积金提取核验", basis="需求清单 2026-11",
        ), by=DEMO, now=now - DAY,
    )  # fmt: skip
